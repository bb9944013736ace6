/// A state as a page shows it: a sign, a word, and then a colour.
struct StatusView: Sendable, Equatable {
    /// What colour it gets; the word says the same.
    enum Kind: String, Sendable {
        case good, warn, bad, active
        case plain = "none"
    }

    let kind: String
    let icon: String
    let word: String

    /// - Parameters:
    ///   - kind: the colour.
    ///   - icon: the name of a sign in `icons.svg`.
    ///   - word: the state in a word or two.
    init(_ kind: Kind, icon: String, _ word: String) {
        self.kind = kind.rawValue
        self.icon = icon
        self.word = word
    }
}
