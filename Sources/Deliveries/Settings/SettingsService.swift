public import Foundation
public import Secrets

/// Reads and changes the settings.
public struct SettingsService: Sendable {
    private let database: any Database
    private let keys: KeyRing
    private let now: @Sendable () -> Date
    private let overrides: [String: String]

    /// Settings in a database.
    ///
    /// - Parameters:
    ///   - database: where they are kept.
    ///   - keys: what seals the secrets.
    ///   - overrides: values by key that the environment fixes, such as `server.public-url`.
    ///   - now: the clock.
    /// - Throws: ``DeliveriesError`` `.invalid` if one of the overrides is no value of its key.
    public init(
        database: any Database, keys: KeyRing, overrides: [String: String] = [:], now: @escaping @Sendable () -> Date
    ) throws {
        self.database = database
        self.keys = keys
        self.now = now
        self.overrides = try Self.normalised(overrides, locked: Settings())
    }

    /// The settings as they are now.
    public func current() async throws -> Settings {
        let overrides = overrides
        return try await database.read {
            Settings(
                stored: try $0.settings.all(), overrides: overrides, senderDomains: try $0.senderDomains.standings(),
                templates: try $0.changedTemplates())
        }
    }

    /// The settings as a running transaction sees them.
    public func current(in transaction: any Transaction) throws -> Settings {
        Settings(
            stored: try transaction.settings.all(), overrides: overrides,
            senderDomains: try transaction.senderDomains.standings(),
            templates: try transaction.changedTemplates())
    }

    /// Changes settings, all of them or none.
    ///
    /// An empty value returns a key to its default; an empty secret is forgotten. Values equal to what is set are no
    /// change. Each change is in the audit trail, without its value.
    ///
    /// - Parameters:
    ///   - values: what was typed, by key.
    ///   - account: who changes them; `nil` for the command line.
    ///   - clientAddress: from where; empty for the command line.
    /// - Returns: the settings afterwards.
    /// - Throws: ``DeliveriesError`` `.invalid` with a `FieldError` for each key that is unknown (`unknown-setting`),
    ///   fixed by the environment (`locked`) or has a wrong value; `.unsupportedOption` for values that are understood
    ///   and not offered.
    @discardableResult
    public func set(
        _ values: [String: String], by account: AccountID?, clientAddress: String = ""
    ) async throws -> Settings {
        let change = try change(values, before: try await current())
        let origin = RequestOrigin(clientAddress: clientAddress)
        let now = now()
        let service = self
        return try await database.write { transaction in
            try service.store(change, in: transaction, by: account, origin: origin, now: now)
        }
    }

    /// The value of a secret, for those who must use it; `nil` if there is none. Never for showing.
    public func secret(_ key: SettingKey) async throws -> String? {
        guard key.isSecret else { return nil }
        let row = try await database.read { try $0.settings.all().first { $0.key == key.name } }
        guard let sealed = row?.sealedValue else { return nil }
        return String(decoding: try keys.open(sealed, purpose: .column, context: Self.place(key.name)), as: UTF8.self)
    }

    /// Values that were checked one by one, and the secrets among them sealed.
    struct Change: Sendable {
        fileprivate let values: [String: String]
        fileprivate let sealed: [String: Data]
    }

    /// Checks typed values one by one.
    func change(_ values: [String: String], before: Settings) throws -> Change {
        let normalised = try Self.normalised(values, locked: before)
        return Change(values: normalised, sealed: try sealedSecrets(normalised))
    }

    /// Stores checked values if they fit together, within a running transaction.
    func store(
        _ change: Change, in transaction: any Transaction, by account: AccountID?, origin: RequestOrigin, now: Date
    ) throws -> Settings {
        let before = try transaction.settings.all()
        var rows = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        var changed: [String] = []
        for (name, value) in change.values.sorted(by: { $0.key < $1.key }) {
            guard let key = SettingKey.named(name), overrides[name] == nil else { continue }
            let row: StoredSetting? =
                if key.isSecret {
                    change.sealed[name].map { StoredSetting(key: name, value: nil, sealedValue: $0) }
                } else if value == key.defaultValue {
                    nil
                } else {
                    StoredSetting(key: name, value: value, sealedValue: nil)
                }
            guard row != rows[name] else { continue }
            rows[name] = row
            changed.append(name)
        }
        let after = Settings(stored: Array(rows.values), overrides: overrides)
        let mistakes = SettingRules.mistakes(in: after, changed: Set(change.values.keys))
        guard mistakes.isEmpty else { throw DeliveriesError(.invalid, fields: mistakes) }
        for name in changed {
            if let row = rows[name] { try transaction.settings.set(row) } else { try transaction.settings.remove(name) }
            try transaction.ledger.append(
                AuditAction.settingChanged.record(by: account, target: name, origin: origin, at: now))
        }
        return after
    }

    /// The stored forms of what was typed; what is locked may only be repeated.
    private static func normalised(_ values: [String: String], locked: Settings) throws -> [String: String] {
        var result: [String: String] = [:]
        var mistakes: [FieldError] = []
        for (name, typed) in values.sorted(by: { $0.key < $1.key }) {
            guard let key = SettingKey.named(name) else {
                mistakes.append(FieldError(String(name.prefix(100)), "unknown-setting"))
                continue
            }
            // All settings as they were read can be sent back.
            if key.kind == .picture, typed == locked.text(key) { continue }
            do {
                let isReset = typed.isEmpty && !key.isSecret && !SettingRules.needsValue(key)
                let value = isReset ? key.defaultValue : try SettingValue.normalised(typed, for: key)
                if locked.isLocked(key) {
                    if value != locked.text(key) { mistakes.append(FieldError(name, "locked")) }
                } else {
                    result[name] = value
                }
            } catch {
                mistakes.append(error)
            }
        }
        guard mistakes.isEmpty else { throw DeliveriesError(.invalid, fields: mistakes) }
        return result
    }

    private func sealedSecrets(_ values: [String: String]) throws -> [String: Data] {
        var sealed: [String: Data] = [:]
        for (name, value) in values where SettingKey.named(name)?.isSecret == true && !value.isEmpty {
            sealed[name] = try keys.seal(Data(value.utf8), purpose: .column, context: Self.place(name))
        }
        return sealed
    }

    private static func place(_ name: String) -> SealContext {
        SealContext(table: "setting", row: name, column: "sealed_value")
    }
}
