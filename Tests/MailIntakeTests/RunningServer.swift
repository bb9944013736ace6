import Foundation
import Logging
import NIOCore
import NIOSSL
import SMTP
import SMTPTransport
import ServiceLifecycle

@testable import MailIntake

/// Runs a server on ports that the system chooses, while `body` runs.
func withServer(
    _ listeners: [MailListener], limits: MailIntakeLimits = MailIntakeLimits(),
    _ body: (_ ports: [Int], _ stop: @escaping @Sendable () async -> Void) async throws -> Void
) async throws {
    let (started, continuation) = AsyncStream.makeStream(of: [Int].self)
    let server = MailIntakeServer(listeners: listeners, limits: limits, logger: .quiet) { addresses in
        continuation.yield(addresses.compactMap(\.port))
    }
    let group = ServiceGroup(services: [server], logger: .quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var iterator = started.makeAsyncIterator()
        let ports = await iterator.next() ?? []
        do {
            try await body(ports) { await group.triggerGracefulShutdown() }
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

extension MailListener {
    static func test(_ security: Security = .none, _ desk: any MailIntakeDesk) -> MailListener {
        MailListener(name: "test", host: "127.0.0.1", port: 0, security: security, desk: desk)
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// The certificates of the client's tests.
enum TestCertificate {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("SMTPTransportTests/Certificates/\(name)").path
    }

    static func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(path("good.pem")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: path("good.key.pem"), format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}

/// What a client of tests connects with.
func client(
    port: Int, security: SMTPSecurity = .none, credentials: SMTPCredentials? = nil
) throws -> SMTPConnectionConfiguration {
    SMTPConnectionConfiguration(
        host: "127.0.0.1", port: port,
        session: .init(
            helloName: SMTPHelloName("client.example")!, security: security, credentials: credentials),
        trust: .only(.file(TestCertificate.path("ca.pem"))), timeouts: .standard)
}
