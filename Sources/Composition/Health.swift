import Deliveries
import FileVault
import Hummingbird
import Logging
import Storage

/// `/health`: 200 if database and files can be used, 503 otherwise, for supervisors. `/ready`: the same, and 503 as soon as
/// the node is about to stop, for load balancers. Who asks does not wait long; a database that takes longer is of no use to
/// people either.
struct Health {
    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func answer() async -> Response {
        await response("ok", within: .seconds(4))
    }

    /// Asks for no settings, so that it answers also without a database.
    func readiness() async -> Response {
        if await installation.node.isDraining { return Self.response(.serviceUnavailable, "draining") }
        // A balancer has little patience.
        return await response("ready", within: .seconds(2))
    }

    private func response(_ word: String, within patience: Duration) async -> Response {
        let installation = installation
        let works = await installation.node.isWorking(within: patience) { await Self.works(installation) }
        return Self.response(works ? .ok : .serviceUnavailable, works ? word : "trouble")
    }

    private static func works(_ installation: Installation) async -> Bool {
        do {
            _ = try await installation.database.read { try $0.events.lastNumber() }
            try await installation.vault.checkWritable()
            return true
        } catch {
            installation.logger.failure("not healthy", error)
            return false
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ word: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: "{\"status\":\"\(word)\"}\n")))
    }
}
