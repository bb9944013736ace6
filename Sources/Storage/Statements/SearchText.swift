import Foundation
import MailMessage

/// What is stored beside a text so that it can be searched without regard to case, umlauts included.
enum SearchText {
    /// The folded form: canonical composition, small letters, `ss` for `ß`.
    static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.precomposedStringWithCanonicalMapping.lowercased().replacing("ß", with: "ss")
    }

    /// The folded form of several texts, a line apart, so that no search matches across.
    static func folded(_ texts: [String]) -> String {
        texts.map(folded).joined(separator: "\n")
    }

    /// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere in a folded one.
    static func pattern(containing text: String) -> String {
        "%\(escaped(folded(text)))%"
    }

    /// The folded words of a person's name and address, each after a blank.
    static func words(name: String, email: EmailAddress) -> String {
        let plain = String(folded(name).map { $0.isLetter || $0.isNumber ? $0 : " " })
        return " \(plain) \(folded(email.wireForm)) \(folded(email.domain.unicode))"
    }

    /// A pattern that finds a word beginning with the text.
    static func pattern(wordBeginning text: String) -> String {
        "% \(escaped(folded(text.trimmingCharacters(in: .whitespacesAndNewlines))))%"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
