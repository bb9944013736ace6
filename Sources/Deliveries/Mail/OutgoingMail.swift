public import Foundation
public import Localization
public import MailMessage
public import MailTemplates

/// A mail that must leave, as it is kept sealed in the outbox: all but the visible sender, which is decided at each
/// attempt, and the signature.
public struct OutgoingMail: Codable, Equatable, Sendable {
    /// What kind of mail it is.
    public var kind: MailKind
    /// In whose name it was written; `nil` for the system sender.
    public var author: Mailbox?
    /// Who gets it: exactly one.
    public var to: Mailbox
    /// The subject, not encoded.
    public var subject: String
    /// The text, complete in itself, lines ended by `\n`.
    public var plainText: String
    /// The same as HTML.
    public var html: String
    /// The Date header: when it was composed.
    public var date: Date
    /// The Message-ID without angle brackets; the same at each attempt.
    public var messageID: String
    /// The message that it belongs under.
    public var inReplyTo: String?
    /// The thread, oldest first.
    public var references: [String]
    /// Where its reader says "no more mail" with one click (RFC 8058); `nil` in mails that carry no such header.
    public var unsubscribe: MailLink?
    /// The language that it speaks.
    public var language: Language

    /// A mail with all its parts.
    public init(
        kind: MailKind, author: Mailbox?, to: Mailbox, subject: String, plainText: String, html: String, date: Date,
        messageID: String, inReplyTo: String? = nil, references: [String] = [], unsubscribe: MailLink? = nil,
        language: Language
    ) {
        self.kind = kind
        self.author = author
        self.to = to
        self.subject = subject
        self.plainText = plainText
        self.html = html
        self.date = date
        self.messageID = messageID
        self.inReplyTo = inReplyTo
        self.references = references
        self.unsubscribe = unsubscribe
        self.language = language
    }
}
