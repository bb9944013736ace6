/// Which form of a text a whole number demands, by the families of the Unicode CLDR (plural rules, cardinal).
///
/// The raw value is the family's best-known language, as a file of texts names it under `language.plural`.
enum PluralRule: String, CaseIterable, Sendable {
    /// One, and the rest: English, German, Dutch, Italian, Spanish, the Scandinavian languages, Hungarian, Turkish.
    case english
    /// Nothing and one, and the rest: French, Brazilian Portuguese.
    case french
    /// No difference: Japanese, Chinese, Korean, Thai, Indonesian.
    case japanese
    /// One, two to four, and the rest: Czech, Slovak.
    case czech
    /// One, what ends in two to four but twelve to fourteen, and the rest: Polish.
    case polish
    /// What ends in one but eleven, what ends in two to four but twelve to fourteen, and the rest: Russian, Ukrainian.
    case russian

    /// A form, as the last part of a key.
    enum Form: String, Sendable {
        case one, few, many, other
    }

    /// The forms that a text must have.
    var forms: [Form] {
        switch self {
        case .english, .french: [.one, .other]
        case .japanese: [.other]
        case .czech: [.one, .few, .other]
        case .polish, .russian: [.one, .few, .many]
        }
    }

    /// The form for a number; its sign makes no difference.
    func form(_ number: Int) -> Form {
        let count = number.magnitude
        let isFew = (2...4).contains(count % 10) && !(12...14).contains(count % 100)
        switch self {
        case .english: return count == 1 ? .one : .other
        case .french: return count <= 1 ? .one : .other
        case .japanese: return .other
        case .czech: return count == 1 ? .one : (2...4).contains(count) ? .few : .other
        case .polish: return count == 1 ? .one : isFew ? .few : .many
        case .russian: return count % 10 == 1 && count % 100 != 11 ? .one : isFew ? .few : .many
        }
    }
}
