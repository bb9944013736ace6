public import Foundation

/// One field of a header as it was received.
public struct ParsedHeader: Sendable, Hashable {
    /// The name as it was written.
    public var name: String
    /// The value, unfolded, without blanks at the ends, encoded words as they stand.
    public var value: String

    /// The value with encoded words turned into text (RFC 2047).
    public var decoded: String { EncodedWord.decode(value) }
}

/// A part of a received message.
public struct ParsedPart: Sendable {
    /// What is in a part.
    public enum Content: Sendable {
        /// Bytes with the transfer encoding undone.
        case leaf([UInt8])
        /// Parts, in their order.
        case parts([ParsedPart])
    }

    /// The part's own header.
    public var headers: [ParsedHeader]
    /// Its media type; plain text where none is given.
    public var contentType: ContentType
    /// The name under which it wants to be saved, cleaned of path parts and control characters.
    public var fileName: String?
    /// Whether it wants to be saved rather than shown.
    public var isAttachment: Bool
    /// What is in it.
    public var content: Content

    /// The text of a text part in its charset; nil for parts of another kind.
    public var text: String? {
        guard case .leaf(let bytes) = content, contentType.mediaType.hasPrefix("text/") else { return nil }
        return Charset.decode(bytes, named: contentType.parameters["charset"] ?? "utf-8")
    }

    /// The part and all parts within it, outermost first.
    public var all: [ParsedPart] {
        guard case .parts(let parts) = content else { return [self] }
        return [self] + parts.flatMap(\.all)
    }
}

/// A message that was read from bytes, whatever they are.
public struct ParsedMessage: Sendable {
    /// The message itself as its outermost part, with the message's header.
    public var root: ParsedPart
    /// Whether something was left unread because it went beyond the limits.
    public var reachedLimits: Bool

    /// The header of the message.
    public var headers: [ParsedHeader] { root.headers }

    /// The first field of a name, case aside, with encoded words turned into text.
    public func header(_ name: HeaderName) -> String? {
        headers.first { $0.name.lowercased() == name.text.lowercased() }?.decoded
    }

    /// The raw value of the first field of a name.
    public func rawHeader(_ name: HeaderName) -> String? {
        headers.first { $0.name.lowercased() == name.text.lowercased() }?.value
    }

    /// The subject.
    public var subject: String? { header(.subject) }

    /// The date, if it can be read.
    public var date: Date? { rawHeader(.date).flatMap(HeaderDate.parse) }

    /// The message identifier, if it can be read.
    public var messageID: MessageID? { rawHeader(.messageID).flatMap(MessageID.init(parsing:)) }

    /// The mailboxes of a field such as From or To that can be read. At most the first 64 KiB are looked at.
    public func mailboxes(_ name: HeaderName) -> [Mailbox] {
        guard let value = rawHeader(name) else { return [] }
        return AddressList(parsing: String(value.prefix(65_536))).mailboxes
    }

    /// The first plain text that is no attachment.
    public var plainText: String? { shown("text/plain") }

    /// The first HTML text that is no attachment. It is as it came: show it only where scripts cannot run.
    public var html: String? { shown("text/html") }

    /// The parts that want to be saved.
    public var attachments: [ParsedPart] { root.all.filter(\.isAttachment) }

    private func shown(_ mediaType: String) -> String? {
        root.all.first { $0.contentType.mediaType == mediaType && !$0.isAttachment }?.text
    }
}
