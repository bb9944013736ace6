public import Foundation
import MailTemplates

/// How far the mail to a recipient is.
public enum SendingState: Equatable, Sendable {
    /// It stays in the local mailbox; nothing was sent.
    case notSent
    /// It waits for its next attempt; the answer to the last one, if there was one.
    case queued(attempts: Int, answer: String, next: Date)
    /// It waits for a decision.
    case held
    /// The mail server took it over.
    case handedOver(at: Date)
    /// It cannot be delivered: the class of the failure (`mail.md`) and the mail server's answer.
    case failed(failureClass: String, answer: String)
    /// It was cancelled.
    case cancelled

    /// The state of a row of the outbox.
    public init(_ entry: OutboxEntry) {
        self =
            switch entry.state {
            case .queued: .queued(attempts: entry.attempts, answer: entry.lastAnswer, next: entry.nextAttemptAt)
            case .held: .held
            case .local: .notSent
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
    /// How many visits of the link look like a scanner's.
    public let scannerVisits: Int
    /// What they fetched completely.
    public let fetchedFiles: [DeliveryFileID: Fetch]

    /// When they opened the delivery.
    public var openedAt: Date? { recipient.openedAt }

    /// A status with all its parts.
    public init(
        recipient: Recipient, sending: SendingState?, scannerVisits: Int, fetchedFiles: [DeliveryFileID: Fetch]
    ) {
        self.recipient = recipient
        self.sending = sending
        self.scannerVisits = scannerVisits
        self.fetchedFiles = fetchedFiles
    }
}
