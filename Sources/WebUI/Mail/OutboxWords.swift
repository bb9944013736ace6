import Deliveries
import Localization
import MailTemplates
import Outbox
import SMTP

/// What pages say about mail: its kinds, its states, why it did not arrive.
struct OutboxWords: Sendable {
    let text: Localizer

    /// The kind of a mail, such as "Zustellung".
    func kind(_ kind: MailKind) -> String { text("page.mailKind.\(kind.rawValue)") }

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
