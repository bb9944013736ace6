import MailMessage

/// How the name before an address in From is put together: words of the organisation around fields such as `{name}`.
///
/// A name is what most people read of a sender; so a pattern can neither show an address that is not the mail's own nor
/// hold characters that cannot be seen.
public struct SenderNamePattern: Sendable, Hashable {
    /// What a field stands for.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        /// The name of the account, or what stands before the at-sign of its address.
        case name
        /// The address of the account.
        case address
        /// The name of the organisation.
        case organisation
    }

    /// What a pattern is for.
    public enum Use: Sendable, Hashable {
        /// The mail bears the account's own address.
        case own
        /// The system sender stands in.
        case fallback
    }

    /// Why a text is no pattern; the raw value is a stable code.
    public enum Mistake: String, Error, Sendable, Hashable, CaseIterable {
        /// More than ``SenderNamePattern/longest`` characters.
        case tooLong = "too-long"
        /// A line break or another control character.
        case lineBreak = "line-break"
        /// A character that turns the text around, or that nobody sees.
        case invisible = "name-invisible"
        /// A brace without its partner, or one within another.
        case brace = "name-brace"
        /// A field that there is not.
        case unknownField = "name-unknown-field"
        /// An at-sign or an angle bracket: it would look like an address.
        case looksLikeAddress = "name-looks-like-address"
        /// The address of the account before that of the system sender.
        case foreignAddress = "name-foreign-address"
        /// The system sender would not say in whose name it writes.
        case withoutName = "name-without-name"
        /// The system sender would pass for the account.
        case withoutWords = "name-without-words"
        /// There is nothing that could be seen.
        case empty = "required"
    }

    enum Piece: Sendable, Hashable {
        case words(String)
        case field(Field)
    }

    /// The most characters of a pattern.
    public static let longest = 120

    let pieces: [Piece]

    private init(pieces: [Piece]) {
        self.pieces = pieces
    }

    /// The account's name as it is.
    public static let plainName = SenderNamePattern(pieces: [.field(.name)])

    /// The account's name and words of the product behind it, such as `über Depesche`; without words the name alone.
    public static func standardFallback(_ words: String) -> SenderNamePattern {
        SenderNamePattern(pieces: words.isEmpty ? [.field(.name)] : [.field(.name), .words(" " + words)])
    }

    /// Reads a pattern.
    ///
    /// - Parameters:
    ///   - text: words and fields: `{name}`, `{address}`, `{organisation}`.
    ///   - use: what it is for.
    /// - Throws: ``Mistake``, the first that is found.
    public init(_ text: String, for use: Use) throws(Mistake) {
        guard text.count <= Self.longest, text.utf8.count <= Self.longest * 4 else { throw .tooLong }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control || Self.endsLine($0) }) {
            throw .lineBreak
        }
        // The cleaning of names in headers, and what else has no shape.
        guard HeaderText(cleaning: text).value.unicodeScalars.count == Self.withoutIdleBlanks(text),
            !text.unicodeScalars.contains(where: { $0.properties.isDefaultIgnorableCodePoint })
        else { throw .invisible }
        let pieces = try Self.pieces(of: text)
        try Self.judge(pieces, use)
        self.pieces = pieces
    }

    /// The pattern as it is written.
    public var text: String {
        pieces.map { piece in
            switch piece {
            case .words(let words): words
            case .field(let field): "{\(field.rawValue)}"
            }
        }.joined()
    }

    // MARK: Reading

    private static func pieces(of text: String) throws(Mistake) -> [Piece] {
        var pieces: [Piece] = []
        var words = ""
        var field: String?
        for character in text {
            switch (character, field) {
            case ("{", nil):
                if !words.isEmpty { pieces.append(.words(words)) }
                words = ""
                field = ""
            case ("}", let name?):
                guard let known = Field(rawValue: name.filter { $0 != " " }.lowercased()) else { throw .unknownField }
                pieces.append(.field(known))
                field = nil
            case ("{", _), ("}", _): throw .brace
            case (_, let name?): field = name + String(character)
            case (_, nil): words.append(character)
            }
        }
        guard field == nil else { throw .brace }
        if !words.isEmpty { pieces.append(.words(words)) }
        return pieces
    }

    private static func judge(_ pieces: [Piece], _ use: Use) throws(Mistake) {
        let words = pieces.compactMap { if case .words(let words) = $0 { words } else { nil } }
        let fields = pieces.compactMap { if case .field(let field) = $0 { field } else { nil } }
        if words.contains(where: SenderNames.looksLikeAddress(part:)) { throw .looksLikeAddress }
        let says = words.contains { $0.contains { $0.isLetter || $0.isNumber } }
        switch use {
        case .own:
            guard says || !fields.isEmpty else { throw .empty }
        case .fallback:
            if fields.contains(.address) { throw .foreignAddress }
            guard fields.contains(.name) else { throw .withoutName }
            guard says || fields.contains(.organisation) else { throw .withoutWords }
        }
    }

    private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        let category = scalar.properties.generalCategory
        return category == .lineSeparator || category == .paragraphSeparator
    }

    /// How many scalars are left when blanks at the ends go and each run of blanks becomes one.
    private static func withoutIdleBlanks(_ text: String) -> Int {
        let parts = text.unicodeScalars.split(separator: " ")
        return parts.map(\.count).reduce(0, +) + max(0, parts.count - 1)
    }
}
