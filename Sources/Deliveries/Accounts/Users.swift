import Foundation
public import Localization
import MailMessage
import Secrets

/// Administration → Users. Each action makes sure in its own transaction that the one who asks may do it; nobody (`nil`)
/// stands for the command line, which may do everything.
public struct Users: Sendable {
    /// The most accounts of one page.
    public static let mostPerPage = 200

    let parts: AccountParts

    /// The users at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Accounts by name, then address.
    ///
    /// - Parameters:
    ///   - search: a part of name or address; empty: all.
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most; never more than ``mostPerPage``.
    public func list(search: String = "", offset: Int = 0, limit: Int = 50) async throws -> UserPage {
        let search = String(search.prefix(200))
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await parts.database.read { transaction in
            UserPage(
                accounts: try transaction.accounts.accounts(
                    search: search, withDeleted: false, offset: window.offset, limit: window.limit),
                total: try transaction.accounts.accountCount(search: search))
        }
    }

    /// The account of that name, also a deleted one.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func account(_ id: AccountID) async throws -> Account {
        try await parts.database.read { transaction in
            guard let account = try transaction.accounts.account(id) else { throw DeliveriesError(.notFound) }
            return account
        }
    }

    /// The account with that address as typed; `nil` if there is none.
    public func account(email: String) async throws -> Account? {
        guard let address = try? EmailAddress(parsing: email.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            return nil
        }
        return try await parts.database.read { try $0.accounts.account(email: address) }
    }

    /// Makes an account and mails an invitation.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` (fields `email`, `name`; `address-taken` or `mailbox-taken`), or
    ///   `.forbidden` for roles beyond those of the one who asks.
    @discardableResult
    public func create(_ form: UserForm, by actor: Account?, origin: RequestOrigin) async throws -> Account {
        let account = try Self.account(form, id: parts.newID(parts.now()), passwordHash: nil, now: parts.now())
        try await insert(account, by: actor?.id, origin: origin, inviting: true, inviter: actor)
        return account
    }

    /// Makes an account that can be used at once: for the command line.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` (fields `email`, `name`, `password`) or `.busy`.
    @discardableResult
    public func addDirectly(
        email: String, name: String, roles: Set<Role> = [.sender], password: String, language: Language = .german
    ) async throws -> Account {
        let form = UserForm(email: email, name: name, roles: roles, language: language)
        var fields = AccountFields()
        fields.password(password, address: email, name: name, AccountPolicy(try await parts.settings.current()))
        do {
            _ = try Self.account(form, id: parts.newID(parts.now()), passwordHash: nil, now: parts.now())
        } catch let error as DeliveriesError {
            throw DeliveriesError(.invalid, fields: error.fields + fields.mistakes)
        }
        try fields.check()
        let hash = try await parts.hash(password)
        let account = try Self.account(form, id: parts.newID(parts.now()), passwordHash: hash, now: parts.now())
        try await insert(account, by: nil, origin: .commandLine, inviting: false, inviter: nil)
        return account
    }

    /// The same for an account that sends, and administers if it is said so.
    @discardableResult
    public func addDirectly(
        email: String, name: String, isAdministrator: Bool, password: String, language: Language = .german
    ) async throws -> Account {
        try await addDirectly(
            email: email, name: name, roles: isAdministrator ? [.sender, .administrator] : [.sender],
            password: password, language: language)
    }

    /// Mails a fresh invitation; earlier ones die.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.conflict` if the invitation was accepted.
    public func inviteAgain(_ id: AccountID, by actor: Account?, origin: RequestOrigin) async throws {
        let now = parts.now()
        let token = Token(random: parts.random)
        let parts = parts
        try await parts.database.write { transaction in
            let account = try Self.existing(id, in: transaction)
            try Self.requireRights(of: actor?.id, over: account.roles, in: transaction)
            guard account.state == .invited else { throw DeliveriesError(.conflict) }
            try transaction.accounts.removeTokens(account: id, purpose: .invitation)
            try Self.invite(
                account, inviter: actor, token: token, parts: parts, origin: origin, in: transaction, now: now)
        }
        parts.mailQueued()
    }

    /// Changes name and language of an account: its owner's profile, or the administration.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` or `.invalid` (field `name`).
    @discardableResult
    public func update(
        _ id: AccountID, name: String, language: Language, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> Account {
        let now = parts.now()
        var fields = AccountFields()
        let name = fields.name(name)
        try fields.check()
        return try await parts.database.write { transaction in
            var account = try Self.existing(id, in: transaction)
            if actor != id { try Self.requireRights(of: actor, over: account.roles, in: transaction) }
            account.name = name
            account.language = language
            try transaction.accounts.update(account)
            try transaction.ledger.append(
                AuditAction.userChanged.record(by: actor, target: id.description, origin: origin, at: now))
            return account
        }
    }

    /// The account of that name, to be changed.
    static func existing(_ id: AccountID, in transaction: any Transaction) throws -> Account {
        guard let account = try transaction.accounts.account(id), account.state != .deleted else {
            throw DeliveriesError(.notFound)
        }
        return account
    }

    private static func account(
        _ form: UserForm, id: AccountID, passwordHash: String?, now: Date
    ) throws -> Account {
        var fields = AccountFields()
        let email = fields.email(form.email)
        let name = fields.name(form.name)
        try fields.check()
        guard let email else { throw DeliveriesError(.invalid, fields: fields.mistakes) }
        return Account(
            id: id, email: email, name: name, roles: form.roles,
            state: passwordHash == nil ? .invited : .active, language: form.language, passwordHash: passwordHash,
            createdAt: now)
    }

    private func insert(
        _ account: Account, by actor: AccountID?, origin: RequestOrigin, inviting: Bool, inviter: Account?
    ) async throws {
        let token = Token(random: parts.random)
        let parts = parts
        try await parts.database.write { transaction in
            try Self.requireRights(of: actor, over: account.roles, in: transaction)
            try transaction.checkFree(account.email)
            try transaction.accounts.insert(account)
            try transaction.ledger.append(
                AuditAction.userCreated.record(
                    by: actor, target: account.id.description, origin: origin, at: account.createdAt))
            try Self.note(
                of: account, roles: account.roles.subtracting([.sender]), AuditAction.granted, by: actor,
                origin: origin, in: transaction, now: account.createdAt)
            guard inviting else { return }
            try Self.invite(
                account, inviter: inviter, token: token, parts: parts, origin: origin, in: transaction,
                now: account.createdAt)
        }
        if inviting { parts.mailQueued() }
    }

    private static func invite(
        _ account: Account, inviter: Account?, token: Token, parts: AccountParts, origin: RequestOrigin,
        in transaction: any Transaction, now: Date
    ) throws {
        try transaction.accounts.insert(
            AccountToken(
                tokenHash: token.hash.hex, purpose: .invitation, account: account.id, createdAt: now,
                expiresAt: now.addingTimeInterval(Invitations.linkLifetime)))
        let entry = try parts.notifications.invitation(
            to: account, by: inviter, token: token, language: account.language,
            settings: try parts.settings.current(in: transaction), now: now)
        try transaction.outbox.insert([entry])
        try transaction.ledger.append(
            AuditAction.invitationSent.record(
                by: inviter?.id, target: account.id.description, origin: origin, at: now))
    }
}
