import Deliveries
import Foundation
import Localization
import WebServer

/// The rules of a group as fields of a form. An empty field leaves the rule to the settings.
struct PolicyForm: Sendable {
    private static let groups: [(name: String, rules: [PolicyRule])] = [
        ("security", [.levels, .level, .deliveryPasswordLength]),
        ("signIn", [.passwordLength, .freshPassword, .secondFactor]),
        ("lifetime", [.longestLifetimeDays, .lifetimeDays, .graceDays]),
        ("size", [.largestFile, .largestDelivery, .mostRecipients]),
        ("amount", [.quota, .deliveriesPerDay, .recipientsPerDay]), ("doors", [.addIns, .api]),
        ("fileTypes", [.allowedFileTypes, .forbiddenFileTypes]),
        ("domains", [.allowedRecipientDomains, .forbiddenRecipientDomains]), ("senders", [.senderDomains]),
        ("attachments", [.attachments, .attachmentsFrom, .attachmentTypes, .attachmentsOutside]),
    ]

    /// Sizes are typed in this unit.
    private static let unit: Int64 = 1 << 20

    let policy: GroupPolicy
    /// What holds without groups, for the hints.
    let fallback: AccountPolicy
    let text: Localizer

    /// The fields with what the group sets, or with what was typed.
    func fieldGroups(_ typed: FormBody?) -> [FieldGroup] {
        Self.groups.map { name, rules in
            FieldGroup(
                title: text("page.policy.section.\(name).title"), hint: text("page.policy.section.\(name).hint"),
                fields: rules.map { field(for: $0, typed?.value($0.rawValue) ?? shown($0)) })
        }
    }

    /// What a sent form says of each rule that it names, in the stored form.
    func texts(_ form: FormBody) -> [String: String] {
        var texts: [String: String] = [:]
        for rule in PolicyRule.allCases {
            guard let typed = form.value(rule.rawValue) else { continue }
            texts[rule.rawValue] = stored(typed, rule)
        }
        return texts
    }

    private func field(for rule: PolicyRule, _ value: String) -> FormField {
        let words = PolicyWords(text: text)
        let label = words.name(of: rule)
        let isSetting = rule.setting != nil
        let unset = text(
            isSetting ? "page.policy.unset" : "page.policy.unsetPlain",
            ["value": words.value(fallback.ruling(on: rule).value, of: rule)])
        switch rule.kind {
        case .levels:
            return .choice(
                rule.rawValue, label, value,
                [("", unset)] + PolicyWords.levelSets.map { ($0.text, words.value($0, of: rule)) })
        case .level:
            return .choice(
                rule.rawValue, label, value,
                [("", text("page.policy.unsetLevel"))]
                    + Delivery.SecurityLevel.allCases.map {
                        (String($0.rawValue), words.value(.number(Int64($0.rawValue)), of: rule))
                    }, hint: text("page.policy.rule.level.hint"))
        case .choice(let choices):
            return .choice(
                rule.rawValue, label, value,
                [("", unset)] + choices.map { ($0, words.value(.word($0), of: rule)) })
        case .flag:
            return .choice(
                rule.rawValue, label, value,
                [("", unset)] + [true, false].map { (PolicyValue.flag($0).text, words.value(.flag($0), of: rule)) })
        case .number:
            let suffix =
                rule.isSize
                ? "MiB" : rule == .attachmentsFrom ? "MB" : rule.isDays ? text("page.compose.days") : nil
            return .number(rule.rawValue, label, value, suffix: suffix, hint: unset)
        case .fileTypes, .domains:
            return .area(
                rule.rawValue, label, value, rows: 2,
                hint: [text("page.policy.rule.\(rule.rawValue).hint"), isSetting ? settingsHint(rule, unset) : nil]
                    .compactMap(\.self).joined(separator: " "))
        }
    }

    /// What the settings say of a list, and how a group takes it back; nil if they restrict nothing.
    private func settingsHint(_ rule: PolicyRule, _ unset: String) -> String? {
        guard !fallback.restrictions(rule).isEmpty else { return nil }
        return rule.canForbidNothing ? "\(unset). \(text("page.policy.minus"))" : "\(unset)."
    }

    private func shown(_ rule: PolicyRule) -> String {
        guard let value = policy[rule] else { return "" }
        return rule.isSize ? String((value.number + Self.unit - 1) / Self.unit) : value.text
    }

    /// What was typed, in octets; the stored value stays if what is shown of it was not changed.
    private func stored(_ typed: String, _ rule: PolicyRule) -> String {
        guard rule.isSize else { return typed }
        let trimmed = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed == shown(rule) { return policy[rule]?.text ?? "" }
        guard let number = Int64(trimmed), number >= 0 else { return typed }
        let octets = number.multipliedReportingOverflow(by: Self.unit)
        return octets.overflow ? typed : String(octets.partialValue)
    }
}
