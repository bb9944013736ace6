/// How a language writes numbers and counts things, from the area `language` of its file.
struct Grammar: Equatable, Sendable {
    /// A key under which a file says nothing usable.
    struct Missing: Error {
        let key: String
    }

    /// What holds where no file could be read.
    static let english = Grammar(thousands: ",", decimal: ".", plural: .english)

    /// What stands between groups of three digits.
    let thousands: String
    /// What stands between the whole and the tenths.
    let decimal: String
    /// Which form a number demands.
    let plural: PluralRule

    init(thousands: String, decimal: String, plural: PluralRule) {
        self.thousands = thousands
        self.decimal = decimal
        self.plural = plural
    }

    /// Reads the texts `language.thousands`, `language.decimal` and `language.plural`; the others must be there.
    init(_ texts: [String: String]) throws(Missing) {
        func value(_ key: String) throws(Missing) -> String {
            guard let value = texts[key], !value.isEmpty else { throw Missing(key: key) }
            return value
        }
        _ = try value("language.name")
        _ = try value("language.locales")
        thousands = try value("language.thousands")
        decimal = try value("language.decimal")
        guard let rule = PluralRule(rawValue: try value("language.plural")) else {
            throw Missing(key: "language.plural")
        }
        plural = rule
    }
}
