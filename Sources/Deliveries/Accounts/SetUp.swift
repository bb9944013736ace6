public import Foundation
public import Localization
public import Secrets

/// What the set-up page asks for.
public struct SetUpForm: Sendable {
    /// The organisation's name.
    public var organisation: String
    /// Where people reach this server; left out if the environment fixes it.
    public var publicURL: String?
    /// The administrator's name.
    public var name: String
    /// The administrator's address.
    public var email: String
    /// The administrator's password.
    public var password: String
    /// The language of the organisation and of the administrator.
    public var language: Language

    /// A form as typed.
    public init(
        organisation: String, publicURL: String?, name: String, email: String, password: String, language: Language
    ) {
        self.organisation = organisation
        self.publicURL = publicURL
        self.name = name
        self.email = email
        self.password = password
        self.language = language
    }
}

/// The first administrator, by a one-time link that dies once there is one.
public struct SetUp: Sendable {
    /// How long a set-up link lives, seconds.
    public static let linkLifetime: TimeInterval = 3_600

    private let parts: AccountParts

    /// The set-up at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Whether there is an administrator already.
    public func isDone() async throws -> Bool {
        try await parts.database.read { try $0.accounts.hasAdministrator() }
    }

    /// A fresh link; older ones die.
    ///
    /// - Throws: ``DeliveriesError`` `.setupDone` once an administrator exists.
    public func makeLink() async throws -> Token {
        let now = parts.now()
        let token = Token(random: parts.random)
        try await parts.database.write { transaction in
            guard try !transaction.accounts.hasAdministrator() else { throw DeliveriesError(.setupDone) }
            try transaction.accounts.removeTokens(account: nil, purpose: .setup)
            try transaction.accounts.insert(
                AccountToken(
                    tokenHash: token.hash.hex, purpose: .setup, account: nil, createdAt: now,
                    expiresAt: now.addingTimeInterval(Self.linkLifetime)))
            try transaction.ledger.append(
                AuditAction.setupLinkMade.record(by: nil, target: "setup", origin: .commandLine, at: now))
        }
        return token
    }

    /// Tells whether a link can be used, without using it.
    ///
    /// - Throws: ``DeliveriesError`` `.setupDone` or `.linkSpent`.
    public func check(_ token: Token) async throws {
        let now = parts.now()
        try await parts.database.read { try Self.check(token, in: $0, now: now) }
    }

    /// Makes the administrator, names the organisation, and signs in. Only success uses the link up.
    ///
    /// - Throws: ``DeliveriesError`` `.setupDone`, `.linkSpent`, or `.invalid` with what is wrong field by field
    ///   (`organisation`, `publicURL`, `name`, `email`, `password`).
    public func complete(_ token: Token, _ form: SetUpForm, origin: RequestOrigin) async throws -> SignedIn {
        try await check(token)
        let now = parts.now()
        var fields = AccountFields()
        let before = try await parts.settings.current()
        var values = [
            SettingKey.organisationName.name: form.organisation,
            SettingKey.organisationLanguage.name: form.language.rawValue,
        ]
        if let url = form.publicURL, !before.isLocked(.serverPublicURL) {
            values[SettingKey.serverPublicURL.name] = url
        }
        var change: SettingsService.Change?
        do {
            change = try parts.settings.change(values, before: before)
        } catch let error as DeliveriesError {
            fields.add(error.fields.map { Self.asFormField($0) })
        }
        let name = fields.name(form.name)
        let email = fields.email(form.email)
        fields.password(form.password, address: form.email, name: name, AccountPolicy(before))
        try fields.check()
        guard let change, let email else { throw DeliveriesError(.invalid, fields: fields.mistakes) }
        let account = Account(
            id: parts.newID(now), email: email, name: name, roles: [.sender, .administrator], state: .active,
            language: form.language, passwordHash: try await parts.hash(form.password), createdAt: now,
            lastSignInAt: now)
        let fresh = FreshSession(parts, now: now, origin: origin)
        let parts = parts
        return try await parts.database.write { transaction in
            // Somebody else may have been faster while the password was hashed.
            try Self.check(token, in: transaction, now: now)
            guard try transaction.accounts.consumeToken(hash: token.hash.hex) else {
                throw DeliveriesError(.linkSpent)
            }
            try transaction.accounts.removeTokens(account: nil, purpose: .setup)
            try transaction.checkFree(email)
            try transaction.accounts.insert(account)
            let settings = try parts.settings.store(change, in: transaction, by: account.id, origin: origin, now: now)
            try transaction.ledger.append(
                AuditAction.setupCompleted.record(
                    by: account.id, target: account.id.description, origin: origin, at: now))
            return try fresh.store(
                for: account, isComplete: true, replacing: nil, settings: settings, in: transaction)
        }
    }

    private static func check(_ token: Token, in transaction: any Transaction, now: Date) throws {
        guard try !transaction.accounts.hasAdministrator() else { throw DeliveriesError(.setupDone) }
        guard try transaction.accounts.token(hash: token.hash.hex, purpose: .setup, now: now) != nil else {
            throw DeliveriesError(.linkSpent)
        }
    }

    private static func asFormField(_ error: FieldError) -> FieldError {
        switch error.field {
        case SettingKey.organisationName.name: FieldError("organisation", error.reason, error.values)
        case SettingKey.serverPublicURL.name: FieldError("publicURL", error.reason, error.values)
        default: error
        }
    }
}
