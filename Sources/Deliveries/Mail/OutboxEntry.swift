public import Foundation
public import MailMessage
public import MailTemplates

/// The identifier of a row of the outbox.
public typealias OutboxEntryID = Identifier<OutboxEntry>

/// A row of the outbox: one mail to one recipient, and how far it is.
public struct OutboxEntry: Equatable, Sendable {
    /// How far the mail is.
    public enum State: String, Sendable, CaseIterable, Codable {
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

    /// What leaves.
    public enum Content: Equatable, Sendable {
        /// A mail of ours of that kind, composed at each attempt from what ``OutboxEntry/sealedMail`` holds.
        case composed(MailKind)
        /// A message that was handed in whole.
        case message(StoredMessageID)
    }

    /// The row's name.
    public let id: OutboxEntryID
    /// What leaves.
    public let content: Content
    /// The delivery that it is about.
    public let delivery: DeliveryID?
    /// The recipient of that delivery whom it goes to; `nil` for mail to accounts.
    public let recipient: RecipientID?
    /// The account in whose name it leaves; `nil` for the system sender.
    public let author: AccountID?
    /// Whom it goes to.
    public let to: EmailAddress
    /// What the recipient's server was asked to report, for messages that were handed in.
    public let notification: DeliveryNotificationRequest
    /// The mail, sealed by the key ring (table `outbox`, column `sealed_mail`): an `OutgoingMail` as JSON.
    /// Emptied when the row is final and its retention is over; always empty for a message that was handed in.
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
    /// Why it was that address, by the code of the sender decision at the last attempt, or empty.
    public var senderReason: String
    /// The sender domain whose healing it waits for, while it is held for that.
    public var heldFor: MailDomain?
    /// Whether an administrator released it from waiting: then the system sender steps in if it must.
    public var isReleased: Bool
    /// The last answer in words that can be shown: `550 5.1.1 User unknown`.
    public var lastAnswer: String
    /// The name of the class of the last failure (`mail.md`, Bounces), or empty.
    public var failureClass: String
    /// How it travelled to the recipient's mail host; `nil` before, and where another server took it over.
    public var passage: MailPassage?
    /// When the sender of a message that was handed in was told that it is late.
    public var warnedAt: Date?
    /// When it became final.
    public var finishedAt: Date?

    /// A row with all its parts.
    public init(
        id: OutboxEntryID, content: Content, delivery: DeliveryID? = nil, recipient: RecipientID? = nil,
        author: AccountID? = nil, to: EmailAddress,
        notification: DeliveryNotificationRequest = DeliveryNotificationRequest(), sealedMail: Data = Data(),
        messageID: String, isUrgent: Bool = false, createdAt: Date, notAfter: Date? = nil,
        state: State = .queued, attempts: Int = 0, nextAttemptAt: Date, leasedUntil: Date? = nil,
        dotSentAt: Date? = nil, visibleFrom: String = "", senderReason: String = "",
        heldFor: MailDomain? = nil, isReleased: Bool = false, lastAnswer: String = "", failureClass: String = "",
        passage: MailPassage? = nil, warnedAt: Date? = nil, finishedAt: Date? = nil
    ) {
        self.id = id
        self.content = content
        self.delivery = delivery
        self.recipient = recipient
        self.author = author
        self.to = to
        self.notification = notification
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
        self.senderReason = senderReason
        self.heldFor = heldFor
        self.isReleased = isReleased
        self.lastAnswer = lastAnswer
        self.failureClass = failureClass
        self.passage = passage
        self.warnedAt = warnedAt
        self.finishedAt = finishedAt
    }

    /// The kind of a mail of ours; `nil` for a message that was handed in.
    public var kind: MailKind? {
        if case .composed(let kind) = content { kind } else { nil }
    }

    /// Whether an administrator holds it; otherwise it is held for its sender domain.
    public var isHeldByAdministrator: Bool { state == .held && heldFor == nil }

    /// The message that was handed in; `nil` for a mail of ours.
    public var message: StoredMessageID? {
        if case .message(let id) = content { id } else { nil }
    }

    /// Where it goes: the domain of the recipient, as A-labels in lower case.
    public var destination: String { to.domain.ascii }
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
