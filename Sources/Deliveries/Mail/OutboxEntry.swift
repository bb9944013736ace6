public import Foundation
public import MailMessage
public import MailTemplates

/// The identifier of a row of the outbox.
public typealias OutboxEntryID = Identifier<OutboxEntry>

/// A row of the outbox: one mail to one recipient, and how far it is.
public struct OutboxEntry: Equatable, Sendable {
    /// How far the mail is.
    public enum State: String, Sendable, CaseIterable {
        /// Waits for its next attempt, or is leased by a worker.
        case queued
        /// Waits for a decision.
        case held
        /// Kept in the local mailbox; not sent.
        case local
        /// The mail server took it over.
        case handedOver = "handed-over"
        /// Given up: refused for good, or too old.
        case failed
        /// Cancelled by an administrator, by withdrawal or by a corrected address; or discarded from the local mailbox.
        case cancelled

        /// Whether nothing more happens to it by itself.
        public var isFinal: Bool { self == .handedOver || self == .failed || self == .cancelled }
    }

    /// The row's name.
    public let id: OutboxEntryID
    /// What kind of mail it is.
    public let kind: MailKind
    /// The delivery that it is about.
    public let delivery: DeliveryID?
    /// The recipient of that delivery whom it goes to; `nil` for mail to accounts.
    public let recipient: RecipientID?
    /// The account in whose name it leaves; `nil` for the system sender.
    public let author: AccountID?
    /// Whom it goes to.
    public let to: EmailAddress
    /// The mail, sealed by the key ring (table `outbox`, column `sealed_mail`): an `OutgoingMail` as JSON.
    /// Emptied when the row is final and its retention is over.
    public var sealedMail: Data
    /// The Message-ID without angle brackets.
    public let messageID: String
    /// Whether it overtakes ordinary mail: codes and password links.
    public let isUrgent: Bool
    /// When it was put in.
    public let createdAt: Date
    /// After this it is useless and given up; `nil`: five days.
    public let notAfter: Date?
    /// How far it is.
    public var state: State
    /// How many attempts were begun.
    public var attempts: Int
    /// When the next attempt is due.
    public var nextAttemptAt: Date
    /// Until when a worker has it; past or `nil`: free.
    public var leasedUntil: Date?
    /// When the final dot of the running or last attempt was sent; an answer that was lost leaves it behind.
    public var dotSentAt: Date?
    /// The address in its From at the last attempt.
    public var visibleFrom: String
    /// The last answer in words that can be shown: `550 5.1.1 User unknown`.
    public var lastAnswer: String
    /// The name of the class of the last failure (`mail.md`, Bounces), or empty.
    public var failureClass: String
    /// When it became final.
    public var finishedAt: Date?

    /// A row with all its parts.
    public init(
        id: OutboxEntryID, kind: MailKind, delivery: DeliveryID?, recipient: RecipientID?, author: AccountID?,
        to: EmailAddress, sealedMail: Data, messageID: String, isUrgent: Bool, createdAt: Date, notAfter: Date?,
        state: State = .queued, attempts: Int = 0, nextAttemptAt: Date, leasedUntil: Date? = nil,
        dotSentAt: Date? = nil, visibleFrom: String = "", lastAnswer: String = "", failureClass: String = "",
        finishedAt: Date? = nil
    ) {
        self.id = id
        self.kind = kind
        self.delivery = delivery
        self.recipient = recipient
        self.author = author
        self.to = to
        self.sealedMail = sealedMail
        self.messageID = messageID
        self.isUrgent = isUrgent
        self.createdAt = createdAt
        self.notAfter = notAfter
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.leasedUntil = leasedUntil
        self.dotSentAt = dotSentAt
        self.visibleFrom = visibleFrom
        self.lastAnswer = lastAnswer
        self.failureClass = failureClass
        self.finishedAt = finishedAt
    }
}

/// One attempt at sending a row of the outbox.
public struct OutboxAttempt: Equatable, Sendable {
    /// The row.
    public let entry: OutboxEntryID
    /// Its number, from 1.
    public let number: Int
    /// When it was recorded: before dialling.
    public let startedAt: Date
    /// When its outcome was recorded; `nil` if the process died meanwhile.
    public var endedAt: Date?
    /// `handed-over`, `deferred`, `refused`, `unknown` (the answer to the final dot was lost), or empty while running.
    public var outcome: String
    /// The answer in words that can be shown.
    public var answer: String
    /// The conversation without credentials and content, sealed (table `outbox_attempt`, column
    /// `sealed_conversation`), kept for 30 days.
    public var sealedConversation: Data

    /// An attempt with all its parts.
    public init(
        entry: OutboxEntryID, number: Int, startedAt: Date, endedAt: Date? = nil, outcome: String = "",
        answer: String = "", sealedConversation: Data = Data()
    ) {
        self.entry = entry
        self.number = number
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.answer = answer
        self.sealedConversation = sealedConversation
    }
}
