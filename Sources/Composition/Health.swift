import Deliveries
import FileVault
import Hummingbird
import Logging
import Storage

/// `/health`: 200 if database and files can be used, 503 otherwise; for supervisors and load balancers.
struct Health {
    /// Who asks does not wait long; a database that takes longer is of no use to people either.
    private static let patience: Duration = .seconds(4)

    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func answer() async throws -> Response {
        do {
            try await inTime { [installation] in
                _ = try await installation.database.read { try $0.events.lastNumber() }
                try await installation.vault.checkWritable()
            }
            return Self.response(.ok, "ok")
        } catch {
            installation.logger.failure("not healthy", error)
            return Self.response(.serviceUnavailable, "trouble")
        }
    }

    /// Runs checks, which cannot be cancelled, and stops waiting for them after a while.
    private func inTime(_ checks: @escaping @Sendable () async throws -> Void) async throws {
        let (answers, first) = AsyncThrowingStream<Void, any Error>.makeStream()
        // Nobody waits for it after all: the database ends each wait itself, and the answer is then of no interest.
        Task {
            do {
                try await checks()
                first.yield()
            } catch {
                first.finish(throwing: error)
            }
        }
        let alarm = Task {
            try await Task.sleep(for: Self.patience)
            first.finish(throwing: DeliveriesError(.busy, detail: "the database or the files do not answer in time"))
        }
        defer { alarm.cancel() }
        for try await _ in answers { return }
    }

    private static func response(_ status: HTTPResponse.Status, _ word: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: "{\"status\":\"\(word)\"}\n")))
    }
}
