import Deliveries
import Foundation
import MailMessage
import SenderDomains

/// What an attempt sends, and from whom.
enum AttemptCargo: Sendable {
    /// A mail of ours; without a sender if none is set that it needs.
    case mail(OutgoingMail, SenderDecision?)
    /// A message that was handed in; for those of clients with what is decided about their sender.
    case message(StoredMessage, SenderDecision?)
    /// What was stored was changed, or its key is gone.
    case unreadable

    var sender: SenderDecision? {
        switch self {
        case .mail(_, let sender), .message(_, let sender): sender
        case .unreadable: nil
        }
    }

    /// The domain in whose name it was written; `nil` for mail of the system.
    var authorDomain: MailDomain? {
        switch self {
        case .mail(let mail, _): mail.author?.address.domain
        case .message(let message, _): message.origin == .submission ? message.from.domain : nil
        case .unreadable: nil
        }
    }

    /// The address in From.
    var visibleFrom: String {
        switch self {
        case .mail(_, let sender): sender?.from.address.displayForm ?? ""
        case .message(let message, _): message.from.displayForm
        case .unreadable: ""
        }
    }

    /// What its sender asks of its way.
    var protection: StoredMessage.Protection {
        if case .message(let message, _) = self { message.protection } else { .none }
    }

    /// What becomes of it while mail does not leave: a mail of ours is kept in the local mailbox; what a client handed in
    /// waits.
    func withoutRoute(at now: Date) -> RouteOutcome {
        guard case .message = self else { return RouteOutcome(.keptLocally) }
        return RouteOutcome(.postponed(until: now.addingTimeInterval(300), answer: "No mail server is set up."))
    }
}
