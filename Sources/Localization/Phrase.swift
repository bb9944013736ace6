/// A text that is not yet in a language: the key and the values for its placeholders.
///
/// Lower floors return phrases where they do not know who will read them; a door turns them into words with
/// ``Localizer/callAsFunction(_:)``.
public struct Phrase: Sendable, Hashable, Codable {
    /// The key in the catalogue, such as `error.address.malformed`.
    public var key: String
    /// The values of the placeholders.
    public var values: [String: String]
    /// The number that chooses between `<key>.one` and `<key>.other`, if the text has both.
    public var count: Int?

    /// A text without a plural.
    public init(_ key: String, _ values: [String: String] = [:]) {
        self.key = key
        self.values = values
        count = nil
    }

    /// A text with the forms `<key>.one` and `<key>.other`.
    public init(plural key: String, count: Int, _ values: [String: String] = [:]) {
        self.key = key
        self.values = values
        self.count = count
    }
}
