import MailAuth

/// How the live SPF record of a domain becomes one that lets our mail server send too: one record, never a second one
/// (RFC 7208, 3.2).
public struct SPFChange: Sendable, Hashable, Codable {
    /// A piece of the new record between two blanks, for marking what changed.
    public struct Piece: Sendable, Hashable, Codable {
        /// The text.
        public let text: String
        /// Whether it is new.
        public let isNew: Bool

        /// A piece.
        public init(_ text: String, isNew: Bool) {
            self.text = text
            self.isNew = isNew
        }
    }

    /// The record that is there now; `nil` if there is none.
    public let before: String?
    /// The new record in pieces, in their order.
    public let pieces: [Piece]
    /// How many look-ups the live record takes (RFC 7208, 4.6.4: at most ten); `nil` if it could not be found out.
    public var lookupsBefore: Int?
    /// How many the new one takes.
    public var lookupsAfter: Int?

    /// A change from its parts.
    public init(before: String?, pieces: [Piece], lookupsBefore: Int? = nil, lookupsAfter: Int? = nil) {
        self.before = before
        self.pieces = pieces
        self.lookupsBefore = lookupsBefore
        self.lookupsAfter = lookupsAfter
    }

    init(before: String?, _ merge: SPFMerge) {
        self.init(before: before, pieces: merge.pieces.map { Piece($0.text, isNew: $0.isAdded) })
    }

    /// The most look-ups that a record may take (RFC 7208, 4.6.4).
    public static let lookupLimit = 10

    /// The record to publish.
    public var after: String { pieces.map(\.text).joined(separator: " ") }
    /// Whether receivers would refuse the new record for its look-ups.
    public var isOverLimit: Bool { (lookupsAfter ?? 0) > Self.lookupLimit }
    /// Whether something changes.
    public var isChange: Bool { pieces.contains(where: \.isNew) }
}
