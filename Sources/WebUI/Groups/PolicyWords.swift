import Deliveries
import Localization

/// Rules and their values in words.
struct PolicyWords: Sendable {
    let text: Localizer

    /// What a rule is called.
    func name(of rule: PolicyRule) -> String { text("page.policy.rule.\(rule.rawValue).label") }

    /// What it says.
    func value(_ value: PolicyValue, of rule: PolicyRule) -> String {
        switch rule.kind {
        case .level: return level(value.text)
        case .levels: return text.list(value.entries.map { level($0) })
        case .flag: return text("page.policy.flag.\(rule.rawValue).\(value.text)")
        case .number:
            if value.number == 0, rule.isUnlimitedByDefault { return text("page.policy.unlimited") }
            if rule == .attachmentsFrom {
                return value.number == 0
                    ? text("page.policy.anySize") : text("page.policy.over", ["size": "\(value.number)\u{A0}MB"])
            }
            if rule.isSize { return text.size(value.number) }
            let number = Int(value.number)
            return rule.isDays ? text.plural("page.policy.days", number) : text.number(number)
        case .choice: return text("page.policy.choice.\(rule.rawValue).\(value.text)")
        case .fileTypes, .domains:
            if value.entries.isEmpty || value.entries == [PolicyValue.nothing] {
                return text(rule == .attachmentTypes ? "page.policy.none" : "page.policy.unrestricted")
            }
            if value.entries.contains(PolicyValue.all) { return text("page.policy.all") }
            return value.entries.map { entry(of: rule, $0) }.joined(separator: ", ")
        }
    }

    /// Why it says so.
    func notes(on ruling: AccountPolicy.Ruling) -> [String] {
        var notes: [String] = []
        if let limit = ruling.limitedBy {
            let key = "page.policy.limited.\(ruling.rule.rawValue)"
            notes.append(text(key, ["by": name(of: limit)]))
        }
        notes += ruling.outvoted.map {
            text(
                ruling.rule.guards ? "page.policy.outvotedGuard" : "page.policy.outvoted",
                ["group": $0.name, "value": value($0.value, of: ruling.rule)])
        }
        return notes
    }

    /// Where it comes from.
    func source(of ruling: AccountPolicy.Ruling) -> String {
        switch ruling.votes.count {
        case 0 where ruling.limitedBy != nil:
            text("page.policy.follows", ["by": ruling.limitedBy.map { name(of: $0) } ?? ""])
        case 0: text(ruling.rule.setting == nil ? "page.policy.fromNobody" : "page.policy.fromSettings")
        case 1: text("page.policy.fromGroup")
        default: text("page.policy.fromGroups")
        }
    }

    /// All sets of levels that can be allowed, the largest first.
    static var levelSets: [PolicyValue] {
        let all = Delivery.SecurityLevel.allCases.map { String($0.rawValue) }
        return (1..<(1 << all.count)).map { bits in
            PolicyValue.list(all.indices.filter { bits >> $0 & 1 == 1 }.map { all[$0] })
        }.sorted { ($1.entries.count, $0.text) < ($0.entries.count, $1.text) }
    }

    private func level(_ number: String) -> String {
        let key = "page.compose.levelName.\(number)"
        return text.has(key) ? text(key) : number
    }

    private func entry(of rule: PolicyRule, _ entry: String) -> String {
        if case .fileTypes = rule.kind { return ".\(entry)" }
        return entry
    }
}

extension PolicyRule {
    /// Whether the rule counts days.
    var isDays: Bool { [.longestLifetimeDays, .lifetimeDays, .graceDays].contains(self) }
}
