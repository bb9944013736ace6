import MailMessage

/// What a rule says: a number, yes or no, a word, or a list without repetitions in bytewise order.
public enum PolicyValue: Equatable, Sendable {
    /// A whole number: days, octets, recipients, a level.
    case number(Int64)
    /// Yes or no; `true` or `false` as text.
    case flag(Bool)
    /// One of a few words.
    case word(String)
    /// Levels, endings or domains.
    case list([String])

    /// Stands for everything in a list of what is allowed.
    public static let all = "*"
    /// Stands for nothing in a list of what is forbidden.
    public static let nothing = "-"
    /// The most entries of a list.
    public static let mostEntries = 500

    /// How it is stored, typed and printed.
    public var text: String {
        switch self {
        case .number(let number): String(number)
        case .flag(let isOn): isOn ? "true" : "false"
        case .word(let word): word
        case .list(let entries): entries.joined(separator: ", ")
        }
    }

    /// Whether it is a yes.
    public var isOn: Bool { self == .flag(true) }

    /// The number; 0 for anything else.
    public var number: Int64 {
        if case .number(let number) = self { number } else { 0 }
    }

    /// The entries; none for anything else.
    public var entries: [String] {
        if case .list(let entries) = self { entries } else { [] }
    }

    /// Both together, as the rule has it: all entries, the stricter word, yes if one of them is, the greater number. Of
    /// the sizes from which something is watched, the smaller holds, and 0 watches nothing.
    func joined(with other: PolicyValue, for rule: PolicyRule) -> PolicyValue {
        switch (self, other) {
        case (.list(let left), .list(let right)): return .list(Self.reduced(Set(left + right)).sorted())
        case (.flag(let left), .flag(let right)): return .flag(left || right)
        case (.word(let left), .word(let right)):
            guard case .choice(let words) = rule.kind else { return self }
            return .word((words.firstIndex(of: left) ?? 0) < (words.firstIndex(of: right) ?? 0) ? right : left)
        default:
            let (least, most) = (min(number, other.number), max(number, other.number))
            return .number(rule == .attachmentsFrom && least > 0 ? least : most)
        }
    }

    /// Nothing and something are something.
    private static func reduced(_ entries: Set<String>) -> Set<String> {
        entries.count > 1 ? entries.subtracting([nothing]) : entries
    }

    /// Reads what was typed or stored for a rule.
    ///
    /// - Throws: what is wrong with it, at the field that is called like the rule.
    init(_ typed: String, for rule: PolicyRule) throws(FieldError) {
        let pieces = typed.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map(String.init)
        switch rule.kind {
        case .number(let range):
            self = .number(try Self.number(pieces, within: range, rule))
        case .flag:
            guard ["true", "false"].contains(pieces.joined().lowercased()) else {
                throw FieldError(rule.rawValue, "not-a-choice", ["choices": "true, false"])
            }
            self = .flag(pieces.joined().lowercased() == "true")
        case .choice(let words):
            guard let word = words.first(where: { $0 == pieces.joined().lowercased() }) else {
                throw FieldError(rule.rawValue, "not-a-choice", ["choices": words.joined(separator: ", ")])
            }
            self = .word(word)
        case .level:
            self = .number(Int64(try Self.level(pieces.count == 1 ? pieces[0] : "", rule)) ?? 0)
        case .levels:
            self = .list(try Self.list(pieces, rule) { piece throws(FieldError) in try Self.level(piece, rule) })
        case .fileTypes(let isAllowing):
            self = .list(
                try Self.list(pieces, rule) { piece throws(FieldError) in
                    Self.isJoker(piece, rule, isAllowing) ? piece : try Self.fileType(piece, rule)
                })
        case .domains(let isAllowing):
            self = .list(
                try Self.list(pieces, rule) { piece throws(FieldError) in
                    Self.isJoker(piece, rule, isAllowing) ? piece : try Self.domain(piece, rule)
                })
        }
    }

    private static func isJoker(_ piece: String, _ rule: PolicyRule, _ isAllowing: Bool) -> Bool {
        isAllowing ? piece == all : rule.canForbidNothing && piece == nothing
    }

    private static func number(
        _ pieces: [String], within range: ClosedRange<Int64>, _ rule: PolicyRule
    ) throws(FieldError) -> Int64 {
        guard pieces.count == 1, let number = Int64(pieces[0]) else { throw FieldError(rule.rawValue, "not-a-number") }
        guard range.contains(number) else {
            throw FieldError(
                rule.rawValue, "out-of-range", ["least": String(range.lowerBound), "most": String(range.upperBound)])
        }
        return number
    }

    private static func level(_ text: String, _ rule: PolicyRule) throws(FieldError) -> String {
        let known = Delivery.SecurityLevel.allCases.map { String($0.rawValue) }
        guard known.contains(text) else {
            throw FieldError(rule.rawValue, "not-a-choice", ["choices": known.joined(separator: ", ")])
        }
        return text
    }

    private static func list(
        _ pieces: [String], _ rule: PolicyRule, _ entry: (String) throws(FieldError) -> String
    ) throws(FieldError) -> [String] {
        var entries: Set<String> = []
        for piece in pieces {
            entries.insert(try entry(piece))
            guard entries.count <= mostEntries else {
                throw FieldError(rule.rawValue, "too-many", ["most": String(mostEntries)])
            }
        }
        guard !entries.isEmpty else { throw FieldError(rule.rawValue, "required") }
        return reduced(entries).sorted()
    }

    /// Cleans what people type: `.exe`, `*.EXE`, `tar.gz`.
    private static func fileType(_ typed: String, _ rule: PolicyRule) throws(FieldError) -> String {
        var bare = typed[...]
        if bare.hasPrefix("*.") { bare = bare.dropFirst() }
        if bare.hasPrefix(".") { bare = bare.dropFirst() }
        let type = FileName.comparisonKey(String(bare))
        let isName = type.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "._-+~!#$&@".contains(Character(scalar))
        }
        guard !type.isEmpty, type.utf8.count <= 32, isName, !type.hasPrefix("."), !type.hasSuffix("."),
            type != nothing
        else {
            throw FieldError(rule.rawValue, "not-a-file-type", ["entry": excerpt(typed)])
        }
        return type
    }

    /// Cleans what people type: `@example.com`, `*.example.com`, letters beyond ASCII.
    private static func domain(_ typed: String, _ rule: PolicyRule) throws(FieldError) -> String {
        var bare = typed[...]
        if bare.hasPrefix("@") { bare = bare.dropFirst() }
        if bare.hasPrefix("*.") { bare = bare.dropFirst(2) }
        if bare.hasSuffix(".") { bare = bare.dropLast() }
        guard let domain = try? MailDomain(parsing: String(bare)) else {
            throw FieldError(rule.rawValue, "not-a-domain", ["entry": excerpt(typed)])
        }
        return domain.ascii
    }

    private static func excerpt(_ text: String) -> String { HeaderText(cleaning: String(text.prefix(80))).value }
}
