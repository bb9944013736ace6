import NIOConcurrencyHelpers
import SMTP

@testable import MailIntake

/// A desk that takes everything, keeps it, and answers as the test wants.
final class ScriptedDesk: MailIntakeDesk {
    struct Stored: Sendable {
        var message: MailIntakeMessage
        var octets: [UInt8] = []
        var text: String { String(decoding: octets, as: UTF8.self) }
    }

    private let box = NIOLockedValueBox<(stored: [Stored], discarded: Int)>(([], 0))
    let configuration: SMTPServerSession.Configuration
    let password: String
    /// Awaited before a message counts as stored.
    let beforeStoring: @Sendable () async -> Void

    init(
        offer: SMTPServerOffer = .everything, requiresTLS: Bool = false, requiresAuthentication: Bool = false,
        password: String = "secret", beforeStoring: @escaping @Sendable () async -> Void = {}
    ) {
        configuration = .init(
            hostName: .test, offer: offer, requiresTLS: requiresTLS, requiresAuthentication: requiresAuthentication)
        self.password = password
        self.beforeStoring = beforeStoring
    }

    var stored: [Stored] { box.withLockedValue { $0.stored } }
    var discarded: Int { box.withLockedValue { $0.discarded } }

    func conversation(with client: MailIntakeClient) -> any MailIntakeConversation { Conversation(self) }

    private final class Conversation: MailIntakeConversation {
        private let desk: ScriptedDesk
        private var current: Stored?

        init(_ desk: ScriptedDesk) { self.desk = desk }

        func authenticate(user: String, password: SMTPSecret) async -> SMTPServerSession.AuthenticationVerdict {
            password.text == desk.password ? .accepted : .refused
        }

        func checkSender(_ envelope: SMTPServerSession.Envelope) async -> SMTPServerSession.Verdict { .accepted }

        func checkRecipient(_ recipient: SMTPServerSession.Envelope.Recipient) async -> SMTPServerSession.Verdict {
            .accepted
        }

        func beginMessage(_ message: MailIntakeMessage) async -> SMTPServerSession.Verdict {
            current = Stored(message: message)
            return .accepted
        }

        func take(_ octets: [UInt8]) async { current?.octets += octets }

        func completeMessage() async -> SMTPServerSession.StoreVerdict {
            await desk.beforeStoring()
            guard let done = current else { return .refused(SMTPReply(code: 451, lines: ["4.3.0 nothing was begun"])) }
            current = nil
            let number = desk.box.withLockedValue { box in
                box.stored.append(done)
                return box.stored.count
            }
            return .stored(id: "m\(number)")
        }

        func discardMessage() async {
            current = nil
            desk.box.withLockedValue { $0.discarded += 1 }
        }
    }
}
