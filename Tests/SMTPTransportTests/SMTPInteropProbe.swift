import Foundation
import MailMessage
import NIOCore
import SMTP
import SMTPTransport
import Testing

/// The client as the interop tests use it: it sends what the JSON file `SMTP_PROBE` says to a real mail server, and
/// writes what became of it to the file `SMTP_PROBE_RESULT`. Without these variables it does not run.
@Suite("Interop probe", .enabled(if: ProcessInfo.processInfo.environment["SMTP_PROBE"] != nil))
struct SMTPInteropProbe {
    private struct Request: Decodable {
        var host = "localhost"
        var port: Int
        var security: SMTPSecurity
        var authority: String?
        var user: String?
        var password: String?
        var sender: String
        var recipients: [String]
        var message: String
        var mails: Int
        var connections: Int
        var patience: Int
    }

    private struct Answer: Encodable {
        struct Outcome: Encodable {
            var outcome: String
            var kind: String?
            var phase: String?
            var isPermanent: Bool?
            var code: Int?
            var status: String?
            var text: String
        }

        struct Mail: Encodable {
            var outcomes: [Outcome]
            var conversation: String
        }

        var mails: [Mail]
    }

    @Test("Sends what it is told to")
    func send() async throws {
        let environment = ProcessInfo.processInfo.environment
        let order = try #require(environment["SMTP_PROBE"])
        let path = try #require(environment["SMTP_PROBE_RESULT"])
        let request = try JSONDecoder().decode(Request.self, from: Data(contentsOf: URL(fileURLWithPath: order)))
        var timeouts = SMTPTimeouts()
        let phases = [
            \SMTPTimeouts.greeting, \.hello, \.startTLS, \.authentication, \.reset, \.mail, \.recipient, \.data,
            \.content, \.finalDot, \.tls,
        ]
        for phase in phases {
            timeouts[keyPath: phase] = .seconds(request.patience)
        }
        let relay = SMTPRelay(
            configuration: .init(
                connection: SMTPConnectionConfiguration(
                    host: request.host, port: request.port,
                    session: .init(
                        helloName: try #require(SMTPHelloName("client.depesche.test")), security: request.security,
                        credentials: request.user.flatMap { user in
                            SMTPCredentials.password(user: user, password: request.password ?? "")
                        }),
                    trust: request.authority.map { .only(.file($0)) } ?? .system, timeouts: timeouts),
                maximumConnections: request.connections))
        let transaction = SMTPTransaction(
            sender: request.sender.isEmpty ? .null : try SMTPEnvelopeAddress(request.sender),
            recipients: try request.recipients.map { try SMTPEnvelopeAddress($0) }, size: request.message.utf8.count,
            isEightBit: !request.message.utf8.allSatisfy { $0 < 0x80 })
        let content = SMTPContent.octets(Array(request.message.utf8))
        let results = await withTaskGroup(of: SMTPTransactionResult.self) { group in
            for _ in 0..<request.mails { group.addTask { await relay.send(transaction, content: content) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        await relay.shutDown()
        let answer = Answer(
            mails: results.map { result in
                Answer.Mail(
                    outcomes: result.outcomes.map(Self.told), conversation: result.conversation.description)
            })
        try JSONEncoder().encode(answer).write(to: URL(fileURLWithPath: path))
    }

    private static func told(_ outcome: SMTPRecipientOutcome) -> Answer.Outcome {
        let name =
            switch outcome {
            case .accepted: "accepted"
            case .rejected: "rejected"
            case .failed: "failed"
            case .unknownAfterDot: "unknown-after-dot"
            }
        var reply = outcome.failure?.reply
        if case .accepted(let acceptance) = outcome { reply = acceptance }
        return Answer.Outcome(
            outcome: name, kind: outcome.failure?.kind.rawValue, phase: outcome.failure?.phase.rawValue,
            isPermanent: outcome.failure?.isPermanent, code: reply?.code,
            status: (outcome.failure?.enhancedStatus ?? reply?.enhancedStatus)?.description,
            text: outcome.failure?.text ?? reply?.text ?? "")
    }
}
