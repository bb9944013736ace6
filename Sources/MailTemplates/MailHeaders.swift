public import Foundation
public import MailMessage

/// What a mail needs beside its content.
public struct MailHeaders: Sendable, Hashable {
    /// Whom the recipient sees as author: by the sender decision the person, or the system sender in the person's name.
    public var from: Mailbox
    /// Where answers go; empty if to the author.
    public var replyTo: [Mailbox]
    /// The one recipient.
    public var to: Mailbox
    /// When the mail is made.
    public var date: Date
    /// Seconds east of UTC in which the date is written.
    public var utcOffset: Int
    /// The mail's name, the same on each attempt.
    public var messageID: MessageID
    /// What it answers: on notifications about a delivery, the delivery's first mail.
    public var inReplyTo: [MessageID]
    /// The thread: on notifications about a delivery, the delivery's first mail.
    public var references: [MessageID]
    /// Where a recipient says "no more mail from this system" with one click (RFC 8058), or nil.
    public var unsubscribe: MailLink?

    /// Headers.
    public init(
        from: Mailbox, to: Mailbox, date: Date, messageID: MessageID, replyTo: [Mailbox] = [], utcOffset: Int = 0,
        inReplyTo: [MessageID] = [], references: [MessageID] = [], unsubscribe: MailLink? = nil
    ) {
        self.from = from
        self.to = to
        self.date = date
        self.messageID = messageID
        self.replyTo = replyTo
        self.utcOffset = utcOffset
        self.inReplyTo = inReplyTo
        self.references = references
        self.unsubscribe = unsubscribe
    }
}
