import Deliveries
import Localization
import MailMessage
import MailTemplates
import Outbox
import SMTP

/// What pages say about mail: its kinds, its states, why it did not arrive.
struct OutboxWords: Sendable {
    let text: Localizer

    /// The kind of a mail, such as "Zustellung".
    func kind(of entry: OutboxEntry) -> String { text("page.mailKind.\(entry.kind?.rawValue ?? "message")") }

    /// The state of a row of the outbox.
    func status(of entry: OutboxEntry) -> StatusView {
        let word = text("page.outbox.stateOf.\(entry.state.rawValue)")
        return switch entry.state {
        case .queued:
            entry.attempts > 0
                ? StatusView(.warn, icon: "clock", text("page.outbox.stateOf.again"))
                : StatusView(.active, icon: "clock", word)
        case .held: StatusView(.warn, icon: "pause", word)
        case .local: StatusView(.plain, icon: "mailbox", word)
        case .handedOver: StatusView(.good, icon: "check", word)
        case .failed: StatusView(.bad, icon: "stop", word)
        case .cancelled: StatusView(.plain, icon: "cross", word)
        }
    }

    /// Why a mail did not arrive, by the name of its class; nil for a name that is none.
    func failure(_ name: String) -> String? {
        FailureClass(rawValue: name).map { text("page.failure.\($0.rawValue)") }
    }

    /// What can be done with all mail to a destination, each behind a question.
    func actions(on destination: MailDomain) -> OutboxPage.Destination {
        .init(
            name: destination.unicode,
            actions: DestinationOrder.Action.allCases.map { action in
                LinkView(
                    "/admin/outbox/destinations/ask?action=\(action.rawValue)&destination="
                        + InsideMiddleware.escaped(destination.ascii),
                    text("page.outbox.order.\(action.rawValue).button"))
            })
    }

    /// How a mail travelled, in plain words with a sign.
    func passage(_ passage: MailPassage) -> StatusView {
        guard let version = passage.tlsVersion else {
            return StatusView(.warn, icon: "warning", text("page.passage.clear"))
        }
        let words = text("page.passage.\(passage.proof.rawValue)", ["version": version])
        return passage.proof == .none
            ? StatusView(.plain, icon: "lock", words) : StatusView(.good, icon: "shield", words)
    }

    /// A conversation as it is read: who said what, and when.
    func lines(of conversation: SMTPConversation) -> String? {
        guard !conversation.entries.isEmpty else { return nil }
        var lines = conversation.entries.map { entry in
            let side =
                switch entry.side {
                case .client: "C:"
                case .server: "S:"
                case .note: "--"
                }
            return "\(padded(entry.offset)) ms  \(side) \(entry.text)"
        }
        if conversation.omitted > 0 { lines.append(text.plural("page.outbox.omitted", conversation.omitted)) }
        return lines.joined(separator: "\n")
    }

    private func padded(_ offset: Int) -> String {
        let digits = String(offset)
        return String(repeating: " ", count: max(0, 6 - digits.count)) + digits
    }
}
