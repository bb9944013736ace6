import Foundation
import MailMessage
import Secrets

/// A mailed link that ends with a new password and a session: an invitation, or a forgotten password.
struct PasswordLink: Sendable {
    let parts: AccountParts
    let purpose: AccountToken.Purpose

    /// Whose link it is; it stays unused.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    func check(_ token: Token) async throws -> Account {
        let now = parts.now()
        return try await parts.database.read { try account(of: token, in: $0, now: now) }
    }

    /// Uses the link up: sets the password and, if one is given, the name, ends all sessions of the account, and signs
    /// in. Where the account has a second factor, it must still be given.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`, `.invalid` (fields `name`, `password`) or `.busy`; the link then
    ///   stays good.
    func complete(
        _ token: Token, name: String? = nil, password: String, action: AuditAction, origin: RequestOrigin
    ) async throws -> SignedIn {
        let now = parts.now()
        let found = try await check(token)
        var fields = AccountFields()
        let chosenName = name.map { fields.name($0) }
        let policy = try await parts.policy(of: found.id)
        fields.password(password, address: found.email.wireForm, name: chosenName ?? found.name, policy)
        if policy.demandsFreshPassword, let before = found.passwordHash, fields.mistakes.isEmpty,
            try await parts.isRight(password, hash: before)
        {
            fields.passwordIsNotFresh()
        }
        try fields.check()
        let hash = try await parts.hash(password)
        let fresh = FreshSession(parts, now: now, origin: origin)
        let signedIn = try await parts.database.write { transaction in
            var account = try account(of: token, in: transaction, now: now)
            guard try transaction.accounts.consumeToken(hash: token.hash.hex) else {
                throw DeliveriesError(.linkSpent)
            }
            account.name = chosenName ?? account.name
            account.passwordHash = hash
            account.state = .active
            account.lastSignInAt = now
            try transaction.accounts.update(account)
            for purpose in [AccountToken.Purpose.invitation, .passwordReset] {
                try transaction.accounts.removeTokens(account: account.id, purpose: purpose)
            }
            try transaction.sessions.removeAll(of: account.id, except: nil)
            try Throttle.signIn.clear(account.email.comparisonKey, in: transaction)
            try transaction.ledger.append(
                action.record(by: account.id, target: account.id.description, origin: origin, at: now))
            let settings = try parts.settings.current(in: transaction)
            if purpose == .passwordReset {
                try transaction.outbox.insert(
                    parts.notifications.passwordChanged(of: account, origin: origin, settings: settings, now: now))
            }
            return try fresh.store(
                for: account, isComplete: !account.hasSecondFactor, replacing: nil, settings: settings,
                in: transaction)
        }
        if purpose == .passwordReset { parts.mailQueued() }
        return signedIn
    }

    private func account(of token: Token, in transaction: any Transaction, now: Date) throws -> Account {
        guard
            let stored = try transaction.accounts.token(hash: token.hash.hex, purpose: purpose, now: now),
            let id = stored.account, let account = try transaction.accounts.account(id),
            purpose == .invitation ? account.state == .invited : [.active, .invited].contains(account.state)
        else { throw DeliveriesError(.linkSpent) }
        return account
    }
}
