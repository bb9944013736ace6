public import Foundation
public import Localization

/// The identifier of a delivery.
public typealias DeliveryID = Identifier<Delivery>

/// A message with files, from one sender account to one or more recipients.
public struct Delivery: Equatable, Sendable {
    /// Where the delivery stands.
    public enum State: String, Sendable, CaseIterable {
        /// Being composed; nobody but its sender sees it.
        case draft
        /// Sent; can be fetched until `expiresAt`.
        case sent
        /// Taken back by the sender; links say so.
        case withdrawn
        /// Run out; its files are kept until `removeFilesAt`, so that it can be renewed.
        case expired
        /// Files and keys are gone; the record remains.
        case removed
    }

    /// How the mail about the delivery leaves.
    public enum DispatchPath: String, Sendable, CaseIterable {
        /// The web page, the API or the command line: one mail per recipient over the SMTP interface.
        case webUI
        /// The user's own mail carries the link.
        case addIn
    }

    /// How much a recipient must prove.
    public enum SecurityLevel: Int, Sendable, CaseIterable {
        /// The link is enough, with the password where one is set.
        case secureLink = 1
        /// The link and a code that is mailed to the recipient's address.
        case identityProven = 2
    }

    /// The delivery's name.
    public let id: DeliveryID
    /// Who sends it.
    public let sender: AccountID
    /// Where it stands.
    public var state: State
    /// How its mail leaves.
    public let path: DispatchPath
    /// The subject, one line, at most 998 characters.
    public var subject: String
    /// The message, plain text with `\n`, at most 100,000 characters.
    public var message: String
    /// How much a recipient must prove.
    public var level: SecurityLevel
    /// How many days it can be fetched, from sending on.
    public var lifetimeDays: Int
    /// The Argon2id hash of the delivery's own password (level 1 only).
    public var passwordHash: String?
    /// Whether the sender hears of downloads.
    public var notifiesSender: Bool
    /// Whether the sender gets a copy of the notification.
    public var copiesSender: Bool
    /// Whether the message stays out of the mail.
    public var withholdsMessage: Bool
    /// The language of its mails.
    public var language: Language
    /// The plain size of a chunk of its files, octets.
    public let chunkSize: Int
    /// The Message-ID (without angle brackets) that its mails' threads begin with.
    public let threadMessageID: String
    /// When it was begun.
    public let createdAt: Date
    /// When it was last changed.
    public var updatedAt: Date
    /// When its block was inserted into a mail of the sender's own; only on the path `addIn`. From then on its link
    /// leads somewhere, though nobody has told yet that the mail was sent.
    public var insertedAt: Date?
    /// When it was sent.
    public var sentAt: Date?
    /// Until when it can be fetched; set when sent.
    public var expiresAt: Date?
    /// When files and keys are removed: the end of the grace period.
    public var removeFilesAt: Date?
    /// When the reminder before expiry went out.
    public var remindedAt: Date?
    /// The group whose mailbox it is sent from, and belongs to once it is sent; nil: the sender's own address.
    public var mailbox: GroupID?
    /// The recipients field of a draft as typed, so that nothing typed is lost; empty once sent.
    public var draftRecipients: String

    /// A delivery with all its parts.
    public init(
        id: DeliveryID, sender: AccountID, state: State, path: DispatchPath, subject: String, message: String,
        level: SecurityLevel, lifetimeDays: Int, passwordHash: String? = nil, notifiesSender: Bool = true,
        copiesSender: Bool = false, withholdsMessage: Bool = false, language: Language, chunkSize: Int,
        threadMessageID: String, createdAt: Date, updatedAt: Date, insertedAt: Date? = nil, sentAt: Date? = nil,
        expiresAt: Date? = nil,
        removeFilesAt: Date? = nil, remindedAt: Date? = nil, draftRecipients: String = ""
    ) {
        self.id = id
        self.sender = sender
        self.state = state
        self.path = path
        self.subject = subject
        self.message = message
        self.level = level
        self.lifetimeDays = lifetimeDays
        self.passwordHash = passwordHash
        self.notifiesSender = notifiesSender
        self.copiesSender = copiesSender
        self.withholdsMessage = withholdsMessage
        self.language = language
        self.chunkSize = chunkSize
        self.threadMessageID = threadMessageID
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.insertedAt = insertedAt
        self.sentAt = sentAt
        self.expiresAt = expiresAt
        self.removeFilesAt = removeFilesAt
        self.remindedAt = remindedAt
        self.draftRecipients = draftRecipients
    }
}
