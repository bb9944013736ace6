/// Speaks one language: texts of the catalogue, plurals, numbers, dates and sizes.
///
/// Nothing depends on the machine's locale or on the version of a Unicode library: the same input gives the same text
/// everywhere. By convention a localizer is held in a constant named `text`, so that the test which compares used keys
/// with the catalogue finds each call: `text("mail.delivery.subject", ["sender": name])`.
public struct Localizer: Sendable {
    /// The language spoken.
    public let language: Language
    /// What some keys say instead of the catalogue.
    private var reworded: [String: String] = [:]

    /// A localizer for a language. Costs nothing: the catalogue is read once.
    public init(_ language: Language) {
        self.language = language
    }

    /// The text of a key with `{name}` placeholders filled.
    ///
    /// Values are put in as they are and never looked through for placeholders themselves. A key that is missing in
    /// this language is taken from another; one that is missing everywhere is returned as it is.
    public func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
        Self.fill(template(key), values)
    }

    /// The words of a phrase.
    public func callAsFunction(_ phrase: Phrase) -> String {
        guard let count = phrase.count else { return self(phrase.key, phrase.values) }
        return plural(phrase.key, count, phrase.values)
    }

    /// The text of `<key>.one`, `<key>.other` or what other forms the language has, with `{count}` filled by the number
    /// in this language's form.
    public func plural(_ key: String, _ count: Int, _ values: [String: String] = [:]) -> String {
        var values = values
        values["count"] = number(Int64(count))
        return self("\(key).\(grammar.plural.form(count).rawValue)", values)
    }

    /// A localizer of the same language that says some keys in other words.
    ///
    /// - Parameter words: texts with `{name}` placeholders, by their keys.
    public func rewording(_ words: [String: String]) -> Localizer {
        var other = self
        other.reworded.merge(words) { _, new in new }
        return other
    }

    /// Whether the catalogue knows a key in this language.
    public func has(_ key: String) -> Bool {
        (try? Catalogue.shared.get())?.text(key, language) != nil
    }

    /// All texts below an area such as `page.script`, by the rest of their keys; for handing them to a script.
    public func texts(below area: String) -> [String: String] {
        guard let catalogue = try? Catalogue.shared.get() else { return [:] }
        let prefix = area + "."
        var result: [String: String] = [:]
        for key in catalogue.keys(language) where key.hasPrefix(prefix) {
            result[String(key.dropFirst(prefix.count))] = catalogue.text(key, language)
        }
        return result
    }

    var grammar: Grammar { (try? Catalogue.shared.get())?.grammar(language) ?? .english }

    private func template(_ key: String) -> String {
        if let text = reworded[key] { return text }
        guard let catalogue = try? Catalogue.shared.get() else { return key }
        if let text = catalogue.text(key, language) { return text }
        for other in [Language.english] + Language.allCases {
            if let text = catalogue.text(key, other) { return text }
        }
        return key
    }

    /// One pass from left to right, so that a value which looks like a placeholder stays what it is.
    static func fill(_ template: String, _ values: [String: String]) -> String {
        guard !values.isEmpty, template.utf8.contains(UInt8(ascii: "{")) else { return template }
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            let inside = rest[rest.index(after: open)...]
            if let close = inside.firstIndex(of: "}"), let value = values[String(inside[..<close])] {
                result += value
                rest = inside[inside.index(after: close)...]
            } else {
                result += "{"
                rest = inside
            }
        }
        return result + rest
    }
}
