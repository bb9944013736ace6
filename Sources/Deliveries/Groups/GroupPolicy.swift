/// The rules that a group sets. What it does not set is as other groups or the settings have it.
public struct GroupPolicy: Equatable, Sendable {
    /// What it sets.
    public private(set) var values: [PolicyRule: PolicyValue]

    /// A policy that sets nothing.
    public init() {
        values = [:]
    }

    /// Reads rules by their names, as they are stored or sent. An empty text sets nothing.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` with all that is wrong, in the order of the rules; `.unsupportedOption`
    ///   for names that are no rules.
    public init(_ texts: [String: String]) throws {
        self.init()
        try change(texts)
    }

    /// Whether it sets nothing.
    public var isEmpty: Bool { values.isEmpty }

    /// What it sets of a rule.
    public subscript(_ rule: PolicyRule) -> PolicyValue? { values[rule] }

    /// The rules as they are stored and sent.
    public var texts: [String: String] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value.text) })
    }

    /// Changes the rules that are named; an empty text takes one away.
    ///
    /// - Throws: as ``init(_:)``; nothing is changed then.
    public mutating func change(_ texts: [String: String]) throws {
        let unknown = texts.keys.filter { PolicyRule(rawValue: $0) == nil }.sorted()
        guard unknown.isEmpty else {
            throw DeliveriesError(
                .unsupportedOption,
                fields: unknown.prefix(20).map { FieldError(String($0.prefix(100)), "unknown-rule") })
        }
        var changed = values
        var mistakes: [FieldError] = []
        for rule in PolicyRule.allCases {
            guard let text = texts[rule.rawValue] else { continue }
            if text.allSatisfy(\.isWhitespace) {
                changed[rule] = nil
                continue
            }
            do {
                changed[rule] = try PolicyValue(text, for: rule)
            } catch {
                mistakes.append(error)
            }
        }
        guard mistakes.isEmpty else { throw DeliveriesError(.invalid, fields: mistakes) }
        values = changed
    }

    /// What contradicts itself in what the group sets, seen together with the settings where it sets nothing.
    ///
    /// - Returns: mistakes at the rules that the group sets; nothing if it can be saved.
    func contradictions(_ settings: Settings) -> [FieldError] {
        func value(_ rule: PolicyRule) -> PolicyValue { values[rule] ?? rule.fallback(settings) }
        var mistakes: [FieldError] = []
        if let level = values[.level], !value(.levels).entries.contains(level.text) {
            mistakes.append(FieldError(PolicyRule.level.rawValue, "level-not-allowed"))
        }
        let longest = value(.longestLifetimeDays)
        if let days = values[.lifetimeDays], days.number > longest.number {
            mistakes.append(
                FieldError(PolicyRule.lifetimeDays.rawValue, "longer-than-longest", ["most": longest.text]))
        }
        let delivery = value(.largestDelivery)
        if let file = values[.largestFile], file.number > delivery.number {
            mistakes.append(
                FieldError(PolicyRule.largestFile.rawValue, "larger-than-delivery", ["most": delivery.text]))
        }
        for (allowed, forbidden) in Self.opposites {
            let both = value(forbidden).entries.filter(value(allowed).entries.contains)
            if let entry = both.first {
                mistakes.append(FieldError(forbidden.rawValue, "allowed-and-forbidden", ["entry": entry]))
            }
        }
        return mistakes
    }

    /// Lists that may not have an entry in common.
    static let opposites: [(allowed: PolicyRule, forbidden: PolicyRule)] = [
        (.allowedFileTypes, .forbiddenFileTypes), (.allowedRecipientDomains, .forbiddenRecipientDomains),
    ]
}
