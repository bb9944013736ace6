public import Foundation
public import Localization
import MailMessage
public import Secrets

/// "Password forgotten": a link by mail, one use, one hour.
public struct PasswordReset: Sendable {
    /// How long a link lives, seconds.
    public static let linkLifetime: TimeInterval = 3_600

    private let parts: AccountParts
    private let link: PasswordLink

    /// Password resets at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
        link = PasswordLink(parts: parts, purpose: .passwordReset)
    }

    /// Mails a link, if the address belongs to an account. It answers the same and does the same work otherwise, also
    /// when too many were asked for (three per address, twenty per client address in an hour).
    ///
    /// Somebody who was invited and has no password yet gets a new invitation.
    ///
    /// - Parameters:
    ///   - email: the address as typed.
    ///   - origin: from where.
    ///   - language: the language of the page, in which the mail is written.
    /// - Throws: ``DeliveriesError`` `.invalid` if what was typed is no address at all.
    public func request(email: String, origin: RequestOrigin, language: Language) async throws {
        var fields = AccountFields()
        let typed = fields.email(email)
        try fields.check()
        guard let typed else { return }
        let now = parts.now()
        let token = Token(random: parts.random)
        let drawnID: AccountID = parts.newID(now)
        let parts = parts
        let isQueued = try await parts.database.write { transaction -> Bool in
            let mayByOrigin = try Throttle.passwordResetAddress.allows(
                origin.clientAddress, in: transaction, now: now)
            let mayByAddress = try Throttle.passwordReset.allows(typed.comparisonKey, in: transaction, now: now)
            let found = try transaction.accounts.account(email: typed)
            // A mail is composed for nobody, too, so that the time tells nothing.
            let account =
                found
                ?? Account(
                    id: drawnID, email: typed, name: "", roles: [], state: .active, language: language,
                    passwordHash: nil, createdAt: now)
            let settings = try parts.settings.current(in: transaction)
            let isInvited = account.state == .invited
            let entry =
                isInvited
                ? try parts.notifications.invitation(
                    to: account, by: nil, token: token, language: language, settings: settings, now: now)
                : try parts.notifications.passwordForgotten(
                    to: account, token: token, language: language, settings: settings, now: now)
            guard mayByOrigin, mayByAddress, found != nil, account.state != .disabled else { return false }
            try transaction.accounts.insert(
                AccountToken(
                    tokenHash: token.hash.hex, purpose: isInvited ? .invitation : .passwordReset, account: account.id,
                    createdAt: now,
                    expiresAt: now.addingTimeInterval(isInvited ? Invitations.linkLifetime : Self.linkLifetime)))
            try transaction.outbox.insert([entry])
            try transaction.ledger.append(
                AuditAction.passwordResetAsked.record(
                    by: nil, target: account.id.description, origin: origin, at: now))
            return true
        }
        if isQueued { parts.mailQueued() }
    }

    /// Whose password a link would change; the link stays unused.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    public func check(_ token: Token) async throws -> Account {
        try await link.check(token)
    }

    /// Sets a new password, ends all sessions of the account, and signs in. Where the account has a second factor, it
    /// must still be given.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`, `.invalid` (field `password`) or `.busy`; the link then stays good.
    public func complete(_ token: Token, password: String, origin: RequestOrigin) async throws -> SignedIn {
        try await link.complete(token, password: password, action: .passwordReset, origin: origin)
    }
}
