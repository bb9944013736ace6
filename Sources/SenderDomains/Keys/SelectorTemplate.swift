/// How selectors are called: the setting `domains.selector`.
///
/// The template's word and a number, for Ed25519 with an `e` behind: `depesche1`, `depesche2`, `depesche1e`.
public struct SelectorTemplate: Sendable, Hashable, Codable {
    /// The word in front of the number, in lower case; one DNS label that ends in no digit.
    public let word: String

    /// `depesche`.
    public static let standard = SelectorTemplate(unchecked: "depesche")

    /// A template.
    ///
    /// - Parameter word: letters, digits and hyphens; no hyphen at the ends, no digit at the end, at most 50 octets.
    /// - Returns: `nil` for anything else.
    public init?(_ word: String) {
        let bytes = Array(word.lowercased().utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 50 else { return nil }
        guard bytes.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        guard first != UInt8(ascii: "-"), Self.isLetter(last) else { return nil }
        self.word = String(decoding: bytes, as: UTF8.self)
    }

    /// The numbers that take turns where aliases lead into the operator's zone.
    public static let turns = 1...2

    private init(unchecked word: String) {
        self.word = word
    }

    /// The selector with a number.
    public func selector(_ number: Int, _ type: DomainKey.KeyType) -> String {
        "\(word)\(number)" + (type == .ed25519 ? "e" : "")
    }

    /// The first free selectors for new keys of a domain, all with one number that none of its keys ever had: a
    /// selector that is used again would match a record that is still remembered somewhere.
    ///
    /// - Parameters:
    ///   - types: the kinds of keys that are to be made.
    ///   - taken: all selectors that the domain has or had.
    public func next(_ types: [DomainKey.KeyType], taken: some Sequence<String>) -> [DomainKey.KeyType: String] {
        let taken = Set(taken.map { $0.lowercased() })
        var number = 1
        while DomainKey.KeyType.allCases.contains(where: { taken.contains(selector(number, $0)) }) { number += 1 }
        return Dictionary(uniqueKeysWithValues: types.map { ($0, selector(number, $0)) })
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
