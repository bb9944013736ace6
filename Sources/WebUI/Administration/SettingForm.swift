import Deliveries
import Foundation
import Localization
import SenderDomains
import WebServer

/// The fields of settings: made from their keys, so that a page, the API and the command line mean the same.
///
/// Labels and hints are the texts `page.setting.<key>.label` and `.hint`, the words of a choice
/// `page.setting.<key>.choice.<value>`.
struct SettingForm: Sendable {
    /// Keys under one heading: `page.settingGroup.<name>.title` and `.hint`.
    struct Group: Sendable {
        let name: String
        let keys: [SettingKey]
        var isFolded = false
    }

    /// Sizes are shown in larger units than octets.
    private static let units: [SettingKey: (octets: Int64, suffix: String)] = [
        .deliveriesLargestFile: (1 << 20, "MiB"), .deliveriesLargestDelivery: (1 << 20, "MiB"),
        .deliveriesChunkSize: (1 << 10, "KiB"), .submissionLargestMessage: (1 << 20, "MiB"),
        .scanLargest: (1 << 20, "MiB"),
    ]

    let groups: [Group]

    private var keys: [SettingKey] { groups.flatMap(\.keys) }

    /// The fields with the values in force, with what was typed, or where `proposals` has something with that.
    func fieldGroups(
        _ settings: Settings, typed: FormBody? = nil, proposals: [SettingKey: String] = [:], _ text: Localizer
    ) -> [FieldGroup] {
        groups.map { group in
            let hint = "page.settingGroup.\(group.name).hint"
            return FieldGroup(
                title: text("page.settingGroup.\(group.name).title"), hint: text.has(hint) ? text(hint) : nil,
                fields: group.keys.flatMap { fields(for: $0, settings, typed, proposals[$0], text) },
                isFolded: group.isFolded, isOpen: group.keys.contains { settings.isSet($0) })
        }
    }

    /// What a sent form changes, by key. Secrets that were left empty stay; locked values are left out.
    func values(_ form: FormBody, _ settings: Settings) -> [String: String] {
        var values: [String: String] = [:]
        for key in keys where !settings.isLocked(key) {
            switch key.kind {
            case .boolean:
                values[key.name] = form.isOn(key.name) ? "true" : "false"
            case .secret:
                if form.isOn(Self.removal(of: key)) {
                    values[key.name] = ""
                } else if !form[key.name].isEmpty {
                    values[key.name] = form[key.name]
                }
            case .picture: continue
            default:
                guard let typed = form.value(key.name) else { continue }
                values[key.name] = Self.stored(typed, for: key, settings)
            }
        }
        return values
    }

    private func fields(
        for key: SettingKey, _ settings: Settings, _ typed: FormBody?, _ proposal: String?, _ text: Localizer
    ) -> [FormField] {
        let name = key.name
        let label = text("page.setting.\(name).label")
        let hintKey = "page.setting.\(name).hint"
        let hint = text.has(hintKey) ? text(hintKey) : nil
        let value = typed?.value(name) ?? (settings.isLocked(key) ? nil : proposal) ?? Self.shown(key, settings)
        let field: FormField
        switch key.kind {
        case .boolean:
            field = .check(name, label, typed?.isOn(name) ?? settings.boolean(key), hint: hint)
        case .choice(let choices):
            field = .choice(
                name, label, value, choices.map { ($0, text("page.setting.\(name).choice.\($0)")) }, hint: hint)
        case .language:
            field = .choice(name, label, value, Language.allCases.map { ($0.rawValue, $0.name) }, hint: hint)
        case .timeZone:
            let names = TimeZoneName.all.contains(value) ? TimeZoneName.all : [value] + TimeZoneName.all
            field = .choice(name, label, value, names.map { ($0, $0.replacing("_", with: " ")) }, hint: hint)
        case .integer:
            let suffixKey = "page.setting.\(name).suffix"
            field = .number(
                name, label, value,
                suffix: Self.units[key]?.suffix ?? (text.has(suffixKey) ? text(suffixKey) : nil), hint: hint)
        case .longText:
            return [
                FormField.area(name, label, value, rows: 6, hint: hint, isSource: true).locked(settings.isLocked(key)),
                FormField.file(
                    Self.file(of: key), text("page.setting.\(name).file"), accept: ".pem,.crt,.cer,.der",
                    hint: text("page.setting.\(name).fileHint")
                ).locked(settings.isLocked(key)),
            ]
        case .rule(.levels):
            let words = PolicyWords(text: text)
            field = .choice(
                name, label, value, PolicyWords.levelSets.map { ($0.text, words.value($0, of: .levels)) }, hint: hint)
        case .emailAddressList:
            field = .line(name, label, value, hint: hint, autocomplete: "off", isPlain: true).optional
        case .domainList, .hostList, .addressList, .dnsNameList, .tlsDemandList, .listenList, .rule:
            field = .area(name, label, value, rows: 2, hint: hint)
        case .emailAddress:
            field = .email(name, label, value, hint: hint, autocomplete: "off")
        case .secret:
            return secretFields(key, label, hint, settings, typed, text)
        case .text:
            field = .line(name, label, value, hint: hint, autocomplete: "off")
        // The page has a form of its own for it.
        case .picture: return []
        case .senderName(let use):
            field = .line(name, label, value, hint: hint, autocomplete: "off", isPlain: true)
                .placeholder(use == .fallback ? settings.standardFallbackName.text : nil)
        case .colour, .host, .url, .domain, .dnsName, .endpoint, .socket:
            field = .line(name, label, value, hint: hint, autocomplete: "off", isPlain: true)
        }
        let isProposed = typed == nil && proposal != nil && !settings.isLocked(key)
        return [field.locked(settings.isLocked(key)).proposed(isProposed)]
    }

    private func secretFields(
        _ key: SettingKey, _ label: String, _ hint: String?, _ settings: Settings, _ typed: FormBody?,
        _ text: Localizer
    ) -> [FormField] {
        let isSet = settings.isSet(key)
        let field = FormField.password(
            key.name, label, hint: isSet ? text("page.setting.secretKept") : hint, autocomplete: "off"
        ).locked(settings.isLocked(key))
        guard isSet, !settings.isLocked(key) else { return [field] }
        let removal = Self.removal(of: key)
        return [
            field, .check(removal, text("page.setting.secretRemove", ["what": label]), typed?.isOn(removal) ?? false),
        ]
    }

    /// The form with what stood in its files in place of what was typed.
    func withFiles(_ form: FormBody) -> FormBody {
        keys.filter { $0.kind == .longText }.reduce(form) { form, key in
            guard let file = form.files.first(where: { $0.name == Self.file(of: key) }), !file.content.isEmpty else {
                return form
            }
            return form.replacing(key.name, with: CertificateFile(file.content).text)
        }
    }

    private static func file(of key: SettingKey) -> String { "file.\(key.name)" }

    private static func removal(of key: SettingKey) -> String { "remove.\(key.name)" }

    private static func shown(_ key: SettingKey, _ settings: Settings) -> String {
        guard let unit = units[key] else { return settings.text(key) }
        return String((settings.integer64(key) + unit.octets - 1) / unit.octets)
    }

    /// What was typed, in octets; the stored value stays if what is shown of it was not changed.
    private static func stored(_ typed: String, for key: SettingKey, _ settings: Settings) -> String {
        guard let unit = units[key] else { return typed }
        let trimmed = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed == shown(key, settings) { return settings.text(key) }
        guard let number = Int64(trimmed), number >= 0 else { return typed }
        let octets = number.multipliedReportingOverflow(by: unit.octets)
        return octets.overflow ? typed : String(octets.partialValue)
    }
}
