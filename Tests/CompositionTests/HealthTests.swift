import Deliveries
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Storage
import Synchronization
import Testing
import WebServer

@testable import Composition

/// What supervisors and load balancers are told, and what the roles of a node leave away.
@Suite struct HealthTests {
    private func with(
        _ environment: [String: String] = [:],
        _ body: @Sendable (Installation, any TestClientProtocol) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let installation = try await Installation.open(
            Configuration(environment: environment.merging(["DEPESCHE_DATA": folder.path]) { $1 }), logger: logger)
        let result: Result<Void, any Error>
        do {
            let router = try Doors(installation, hasOwnTLS: false, limit: ConnectionLimit()).router()
            try await Application(responder: router.buildResponder(), logger: logger).test(.router) { client in
                try await body(installation, client)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await installation.close()
        try result.get()
    }

    /// How often it is asked: hundreds of tests run at once, and a look that took too long counts as trouble.
    private static let attempts = 100

    private func expect(_ code: Int, _ path: String, _ client: any TestClientProtocol) async throws {
        var status = 0
        for _ in 1...Self.attempts where status != code {
            status = try await client.execute(uri: path, method: .get) { $0.status.code }
        }
        #expect(status == code, "\(path)")
    }

    private func expect(_ words: String, _ path: String, _ client: any TestClientProtocol) async throws {
        var answer = ""
        for _ in 1...Self.attempts where answer != words {
            answer = try await client.execute(uri: path, method: .get) {
                "\($0.status.code) \(String(buffer: $0.body))"
            }
        }
        #expect(answer == words)
    }

    @Test func aNodeIsReadyUntilItDrainsAndServesOn() async throws {
        try await with { installation, client in
            try await expect("200 {\"status\":\"ready\"}\n", "/ready", client)
            try await expect(200, "/ready?token=x", client)
            await installation.node.drain()
            try await expect("503 {\"status\":\"draining\"}\n", "/ready", client)
            try await expect("200 {\"status\":\"ok\"}\n", "/health", client)
            try await expect(200, "/sign-in", client)
        }
    }

    @Test func aNodeWithoutItsDatabaseIsNotReady() async throws {
        try await with { installation, client in
            try await installation.database.close()
            try await expect("503 {\"status\":\"trouble\"}\n", "/ready", client)
        }
    }

    @Test func whoAsksWhileTheLookHangsHasAnAnswerAndOneLookIsMade() async throws {
        let (node, patience) = (NodeState(), Duration.milliseconds(10))
        let looks = LookCount()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let look: @Sendable () async -> Bool = {
            looks.count.withLock { $0 += 1 }
            for await _ in gate {}
            return true
        }
        async let first = node.isWorking(within: patience, look)
        async let second = node.isWorking(within: patience, look)
        #expect(await [first, second] == [false, false])
        #expect(looks.count.withLock { $0 } == 1)
        open.finish()
        // The look that hung ends, and later ones are looks of their own.
        while !(await node.isWorking(within: patience, look)) {}
        let known = looks.count.withLock { $0 }
        while looks.count.withLock({ $0 }) == known { #expect(await node.isWorking(within: patience, look)) }
    }

    private final class LookCount: Sendable { let count = Mutex(0) }

    @Test func aNodeWithoutPagesAnswersSupervisorsOnly() async throws {
        try await with(["DEPESCHE_ROLES": "mail-out,mail-in"]) { _, client in
            try await expect(200, "/health", client)
            try await expect(200, "/ready", client)
            for path in ["/sign-in", "/", "/api/v1/deliveries", "/l", "/static/1/depesche.css"] {
                try await expect(404, path, client)
            }
        }
    }
}
