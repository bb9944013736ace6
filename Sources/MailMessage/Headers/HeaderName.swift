/// The name of a header field (RFC 5322, 2.2); case does not matter.
public struct HeaderName: Sendable, Hashable, CustomStringConvertible {
    /// The name as it is written.
    public let text: String

    /// A name of printable ASCII without colon, at most 60 characters; nil otherwise.
    public init?(_ text: String) {
        guard (1...60).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") })
        else { return nil }
        self.text = text
    }

    private init(known text: String) { self.text = text }

    /// RFC 5322, 3.6.2: who wrote it.
    public static let from = HeaderName(known: "From")
    /// RFC 5322, 3.6.2: who sent it for the author.
    public static let sender = HeaderName(known: "Sender")
    /// RFC 5322, 3.6.2: where answers go.
    public static let replyTo = HeaderName(known: "Reply-To")
    /// RFC 5322, 3.6.3: whom it is for.
    public static let to = HeaderName(known: "To")
    /// RFC 5322, 3.6.3: who gets a copy.
    public static let cc = HeaderName(known: "Cc")
    /// RFC 5322, 3.6.5: what it is about.
    public static let subject = HeaderName(known: "Subject")
    /// RFC 5322, 3.6.1: when it was written.
    public static let date = HeaderName(known: "Date")
    /// RFC 5322, 3.6.4: its name in the world.
    public static let messageID = HeaderName(known: "Message-ID")
    /// RFC 5322, 3.6.4: what it answers.
    public static let inReplyTo = HeaderName(known: "In-Reply-To")
    /// RFC 5322, 3.6.4: the thread it belongs to.
    public static let references = HeaderName(known: "References")
    /// RFC 2045, 4.
    public static let mimeVersion = HeaderName(known: "MIME-Version")
    /// RFC 2045, 5.
    public static let contentType = HeaderName(known: "Content-Type")
    /// RFC 2045, 6.
    public static let contentTransferEncoding = HeaderName(known: "Content-Transfer-Encoding")
    /// RFC 2045, 7: the name of a part.
    public static let contentID = HeaderName(known: "Content-ID")
    /// RFC 2183.
    public static let contentDisposition = HeaderName(known: "Content-Disposition")
    /// RFC 3282.
    public static let contentLanguage = HeaderName(known: "Content-Language")
    /// RFC 3834, 5: whether a program wrote it.
    public static let autoSubmitted = HeaderName(known: "Auto-Submitted")
    /// What one large mail server reads in place of Auto-Submitted.
    public static let autoResponseSuppress = HeaderName(known: "X-Auto-Response-Suppress")
    /// RFC 2369: how to be written to no more.
    public static let listUnsubscribe = HeaderName(known: "List-Unsubscribe")
    /// RFC 8058: with one click.
    public static let listUnsubscribePost = HeaderName(known: "List-Unsubscribe-Post")

    /// The name as it is written.
    public var description: String { text }

    /// Whether two names are the same but for case.
    public static func == (left: HeaderName, right: HeaderName) -> Bool {
        left.text.lowercased() == right.text.lowercased()
    }

    /// Hashes the name without regard to case.
    public func hash(into hasher: inout Hasher) { hasher.combine(text.lowercased()) }
}
