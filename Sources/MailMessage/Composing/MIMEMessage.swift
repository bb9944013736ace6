public import Foundation

/// A message that we compose (RFC 5322, RFC 2045): every header comes from a typed value.
public struct MIMEMessage: Sendable, Hashable {
    /// Whom the recipient sees as author.
    public var from: Mailbox
    /// Who sent it for the author, if somebody else.
    public var sender: Mailbox?
    /// Where answers go, if not to the author.
    public var replyTo: [Mailbox]
    /// Whom it is for.
    public var to: [Mailbox]
    /// What it is about.
    public var subject: HeaderText
    /// When it was written.
    public var date: Date
    /// Seconds east of UTC in which the date is written.
    public var utcOffset: Int
    /// Its name; the same on every attempt to deliver it.
    public var messageID: MessageID
    /// What it answers.
    public var inReplyTo: [MessageID]
    /// The thread that it belongs to, oldest first.
    public var references: [MessageID]
    /// Further fields, written in this order after the others.
    public var extraFields: [HeaderField]
    /// The content.
    public var body: MIMEPart

    /// A message with what each must have; the rest is set as properties.
    public init(
        from: Mailbox, to: [Mailbox], subject: HeaderText, date: Date, messageID: MessageID, body: MIMEPart,
        sender: Mailbox? = nil, replyTo: [Mailbox] = [], utcOffset: Int = 0, inReplyTo: [MessageID] = [],
        references: [MessageID] = [], extraFields: [HeaderField] = []
    ) {
        self.from = from
        self.sender = sender
        self.replyTo = replyTo
        self.to = to
        self.subject = subject
        self.date = date
        self.utcOffset = utcOffset
        self.messageID = messageID
        self.inReplyTo = inReplyTo
        self.references = references
        self.extraFields = extraFields
        self.body = body
    }

    /// The fields in the order in which they are written, without those of the content.
    public var fields: [HeaderField] {
        var fields = [
            HeaderField(.date, date: date, utcOffset: utcOffset),
            HeaderField(.from, mailboxes: [from]),
        ]
        if let sender, sender.address != from.address { fields.append(HeaderField(.sender, mailboxes: [sender])) }
        if !replyTo.isEmpty { fields.append(HeaderField(.replyTo, mailboxes: replyTo)) }
        if !to.isEmpty { fields.append(HeaderField(.to, mailboxes: to)) }
        fields.append(HeaderField(.subject, text: subject))
        fields.append(HeaderField(.messageID, messageIDs: [messageID]))
        if !inReplyTo.isEmpty { fields.append(HeaderField(.inReplyTo, messageIDs: inReplyTo)) }
        if !references.isEmpty { fields.append(HeaderField(.references, messageIDs: references)) }
        fields += extraFields
        fields.append(HeaderField(.mimeVersion, pieces: ["1.0"]))
        return fields
    }

    /// Whether only a server that offers SMTPUTF8 can take it: a local part in the header is beyond ASCII. A subject
    /// never makes it so.
    public var needsSMTPUTF8: Bool {
        ([from] + [sender].compactMap(\.self) + replyTo + to).contains { $0.address.needsSMTPUTF8 }
    }

    /// The message as it goes over the wire, not dot-stuffed: CRLF only, no line over 998 octets (RFC 5322, 2.1.1).
    public var serialized: [UInt8] {
        fields.flatMap(\.serialized) + body.serialized
    }
}
