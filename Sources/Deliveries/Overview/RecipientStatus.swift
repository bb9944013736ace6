public import Foundation
import MailTemplates

/// How far the mail to a recipient is.
public enum SendingState: Equatable, Sendable {
    /// It stays in the local mailbox; nothing was sent.
    case notSent
    /// It waits for its next attempt; the answer to the last one, if there was one.
    case queued(attempts: Int, answer: String, next: Date)
    /// It waits: for the sender's domain, or until an administrator releases it.
    case held(byAdministrator: Bool)
    /// The mail server took it over.
    case handedOver(at: Date)
    /// The mail server took it over, and a report says that it is still on its way.
    case late(since: Date, answer: String)
    /// It cannot be delivered: the class of the failure (`mail.md`) and the mail server's answer.
    case failed(failureClass: String, answer: String)
    /// It was cancelled.
    case cancelled

    /// The state of a row of the outbox.
    public init(_ entry: OutboxEntry) {
        self =
            switch entry.state {
            case .queued: .queued(attempts: entry.attempts, answer: entry.lastAnswer, next: entry.nextAttemptAt)
            case .held: .held(byAdministrator: entry.isHeldByAdministrator)
            case .local: .notSent
            case .handedOver where !entry.failureClass.isEmpty:
                .late(since: entry.finishedAt ?? entry.createdAt, answer: entry.lastAnswer)
            case .handedOver: .handedOver(at: entry.finishedAt ?? entry.createdAt)
            case .failed: .failed(failureClass: entry.failureClass, answer: entry.lastAnswer)
            case .cancelled: .cancelled
            }
    }
}

/// A recipient with all that is known of the way to them.
public struct RecipientStatus: Equatable, Sendable {
    /// The recipient.
    public let recipient: Recipient
    /// How far the mail is; `nil` if no mail of ours goes to them.
    public let sending: SendingState?
    /// How the mail travelled to the recipient's mail host, where it was delivered straight there.
    public let passage: MailPassage?
    /// How many visits of the link look like a scanner's.
    public let scannerVisits: Int
    /// Which mail they want.
    public let wish: MailWish
    /// What they fetched completely.
    public let fetchedFiles: [DeliveryFileID: Fetch]

    /// When they opened the delivery.
    public var openedAt: Date? { recipient.openedAt }

    /// A status with all its parts.
    public init(
        recipient: Recipient, sending: SendingState?, passage: MailPassage? = nil, scannerVisits: Int,
        wish: MailWish = .all, fetchedFiles: [DeliveryFileID: Fetch]
    ) {
        self.recipient = recipient
        self.sending = sending
        self.passage = passage
        self.scannerVisits = scannerVisits
        self.wish = wish
        self.fetchedFiles = fetchedFiles
    }
}
