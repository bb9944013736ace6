import Deliveries
import FileVault
import Hummingbird
import Logging
import Storage

/// `/health`: 200 if database and files can be used, 503 otherwise; for supervisors and load balancers.
struct Health {
    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func answer() async throws -> Response {
        do {
            _ = try await installation.database.read { try $0.events.lastNumber() }
            try await installation.vault.checkWritable()
            return Self.response(.ok, "ok")
        } catch {
            installation.logger.error("not healthy", metadata: ["error": "\(error)"])
            return Self.response(.serviceUnavailable, "trouble")
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ word: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: "{\"status\":\"\(word)\"}\n")))
    }
}
