import NIOCore
import SMTP
import SMTPTransport
import Testing

/// What tests connect with: short limits where nothing is to be waited for.
func configuration(
    port: Int, host: String = "127.0.0.1", security: SMTPSecurity = .none, credentials: SMTPCredentials? = nil,
    cleartext: Bool = false, trust: SMTPConnectionConfiguration.TrustRoots = TestCertificate.authority,
    timeouts: SMTPTimeouts = .standard
) throws -> SMTPConnectionConfiguration {
    SMTPConnectionConfiguration(
        host: host, port: port,
        session: .init(
            helloName: try #require(SMTPHelloName("client.example")), security: security, credentials: credentials,
            allowsCleartextAuthentication: cleartext),
        trust: trust, timeouts: timeouts)
}

/// Limits of which one is soon over, for servers that stall there.
func impatient(in phase: SMTPPhase) -> SMTPTimeouts {
    var timeouts = SMTPTimeouts()
    let soon = Duration.milliseconds(100)
    switch phase {
    case .connect: timeouts.connect = soon
    case .tls: timeouts.tls = soon
    case .greeting: timeouts.greeting = soon
    case .hello: timeouts.hello = soon
    case .startTLS: timeouts.startTLS = soon
    case .authentication: timeouts.authentication = soon
    case .reset: timeouts.reset = soon
    case .mail: timeouts.mail = soon
    case .recipient: timeouts.recipient = soon
    case .data: timeouts.data = soon
    case .content: timeouts.content = soon
    case .finalDot: timeouts.finalDot = soon
    case .quit: timeouts.quit = soon
    case .idle: timeouts.idle = soon
    }
    return timeouts
}

func mail(to count: Int = 1) throws -> SMTPTransaction {
    SMTPTransaction(
        sender: try SMTPEnvelopeAddress("anna@example.org"),
        recipients: try (1...count).map { try SMTPEnvelopeAddress("r\($0)@example.net") })
}

let message = Array("Subject: x\r\n\r\nHello\r\n.\r\n..two\r\n".utf8)

/// The failure with which a connection does not come about.
func failure(of configuration: SMTPConnectionConfiguration) async -> SMTPFailure? {
    do throws(SMTPFailure) {
        let connection = try await SMTPConnection.connect(configuration)
        await connection.quit()
        return nil
    } catch {
        return error
    }
}
