/// A language that pages, mails, errors and add-ins speak: one for which there is a file of texts.
///
/// To add one is to add its file, `Resources/<subtag>.json`; no code names it. German and English are always there.
public struct Language: RawRepresentable, Hashable, Codable, Sendable, CaseIterable, CustomStringConvertible {
    /// The primary subtag, such as `de` (RFC 5646, 2.2.1).
    public let rawValue: String

    /// German, in the formal address.
    public static let german = Language(subtag: "de")
    /// English, in British spelling.
    public static let english = Language(subtag: "en")

    /// All that are there: German, English, then the others in the order of their subtags.
    public static var allCases: [Language] { (try? Catalogue.shared.get())?.languages ?? [.german, .english] }

    /// The language of that subtag, or nil if there are no texts in it.
    public init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    /// The language that was once chosen and kept: English if its texts are no longer there.
    public init(kept subtag: String) {
        self = Language(rawValue: subtag) ?? .english
    }

    /// The language of a file.
    init(subtag: String) { rawValue = subtag }

    /// The subtag.
    public var description: String { rawValue }

    /// Its own name for itself, such as `Deutsch`.
    public var name: String { Localizer(self)("language.name") }

    /// The tags under which mail clients know it, such as `de-DE` and `de-AT` (RFC 5646).
    public var locales: [String] { Localizer(self)("language.locales").split(separator: " ").map(String.init) }

    /// The best of our languages for an `Accept-Language` header (RFC 9110, 12.5.4), or nil if it names none of them.
    ///
    /// The highest weight wins, then the earlier place; weight 0 rules a language out; `*` states no preference.
    public init?(acceptLanguage header: String) {
        var best: (language: Language, weight: Int)?
        // A browser sends a handful of entries; more is somebody playing.
        for entry in header.utf8.prefix(4_096).split(separator: UInt8(ascii: ",")).prefix(64) {
            let parts = entry.split(separator: UInt8(ascii: ";")).map { Self.trimmed($0) }
            guard let tag = parts.first, let language = Language(tag: tag) else { continue }
            var weight = 1_000
            for parameter in parts.dropFirst() where parameter.lowercased().hasPrefix("q=") {
                weight = Self.weight(parameter.dropFirst(2)) ?? 0
            }
            if weight > 0, weight > (best?.weight ?? 0) { best = (language, weight) }
        }
        guard let best else { return nil }
        self = best.language
    }

    /// The language of a tag such as `de`, `de-AT` or `en_GB` (RFC 5646: the primary subtag decides), or nil.
    public init?(tag: String) {
        let primary = tag.prefix { $0 != "-" && $0 != "_" }.lowercased()
        self.init(rawValue: primary)
    }

    private static func trimmed(_ bytes: Substring.UTF8View) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        return String(decoding: bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }

    /// Thousandths of a weight such as `0.8` (RFC 9110, 12.4.2), nil if it is none.
    private static func weight(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole == "0" || whole == "1" else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= 3, fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let padded = fraction + String(repeating: "0", count: 3 - fraction.utf8.count)
        return min(1_000, (whole == "1" ? 1_000 : 0) + (Int(padded) ?? 0))
    }
}
