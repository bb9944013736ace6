import Foundation
import MailMessage

/// Changing the own password, and giving it again before something delicate.
public struct Passwords: Sendable {
    private let parts: AccountParts

    /// Passwords at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Changes the password; all other sessions of the account end, and links for a new password die.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - old: the present password.
    ///   - new: the new one.
    ///   - session: the session that stays.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.invalid` (field `old`: `wrong-password`; field `new`), `.throttled` or `.busy`.
    public func changePassword(
        of account: AccountID, old: String, new: String, keeping session: SessionID?, origin: RequestOrigin
    ) async throws {
        let now = parts.now()
        let found = try await confirm(old, of: account, field: "old")
        let policy = try await parts.policy(of: account)
        var fields = AccountFields()
        fields.password(new, address: found.email.wireForm, name: found.name, policy, field: "new")
        if policy.demandsFreshPassword, new == old { fields.passwordIsNotFresh(field: "new") }
        try fields.check()
        let hash = try await parts.hash(new)
        let parts = parts
        let isMail = try await parts.database.write { transaction in
            guard var account = try transaction.accounts.account(account), account.state == .active,
                account.passwordHash == found.passwordHash
            else { throw DeliveriesError(.conflict) }
            account.passwordHash = hash
            try transaction.accounts.update(account)
            try transaction.accounts.removeTokens(account: account.id, purpose: .passwordReset)
            try transaction.sessions.removeAll(of: account.id, except: session)
            try transaction.ledger.append(
                AuditAction.passwordChanged.record(
                    by: account.id, target: account.id.description, origin: origin, at: now))
            let notices = try parts.notifications.passwordChanged(
                of: account, origin: origin, settings: parts.settings.current(in: transaction), now: now)
            try transaction.outbox.insert(notices)
            return !notices.isEmpty
        }
        if isMail { parts.mailQueued() }
    }

    /// Makes sure that whoever sits there knows the account's password.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` with `wrong-password` at the field, `.throttled` (10 wrong tries in 15
    ///   minutes), `.notFound` or `.busy`.
    func confirm(_ password: String, of account: AccountID, field: String) async throws -> Account {
        let now = parts.now()
        let subject = account.description
        let found = try await parts.database.write { transaction -> Account in
            guard let found = try transaction.accounts.account(account), found.state == .active else {
                throw DeliveriesError(.notFound)
            }
            try Throttle.ownPassword.count(subject, in: transaction, now: now)
            return found
        }
        guard try await parts.isRight(password, hash: found.passwordHash) else {
            throw DeliveriesError(.invalid, fields: [FieldError(field, "wrong-password")])
        }
        try await parts.database.write { try Throttle.ownPassword.clear(subject, in: $0) }
        return found
    }
}
