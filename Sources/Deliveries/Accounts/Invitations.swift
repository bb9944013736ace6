public import Foundation
import MailMessage
public import Secrets

/// The link of an invitation: choosing the first password.
public struct Invitations: Sendable {
    /// How long a link lives, seconds.
    public static let linkLifetime: TimeInterval = 7 * 86_400

    private let parts: AccountParts

    /// Invitations at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Who was invited; the link stays unused.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    public func check(_ token: Token) async throws -> Account {
        let now = parts.now()
        return try await parts.database.read { try Self.account(of: token, in: $0, now: now) }
    }

    /// Accepts the invitation: sets name and password and signs in.
    ///
    /// - Parameters:
    ///   - token: the link's token.
    ///   - name: the name as the person writes it; `nil` keeps what the administrator wrote.
    ///   - password: the first password.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.linkSpent`, `.invalid` (fields `name`, `password`) or `.busy`; the link then
    ///   stays good.
    public func complete(
        _ token: Token, name: String? = nil, password: String, origin: RequestOrigin
    ) async throws -> SignedIn {
        let now = parts.now()
        let found = try await check(token)
        var fields = AccountFields()
        let chosenName = name.map { fields.name($0) }
        fields.password(password, address: found.email.wireForm)
        try fields.check()
        let hash = try await parts.hash(password)
        let fresh = FreshSession(parts, now: now, origin: origin)
        let parts = parts
        return try await parts.database.write { transaction in
            var account = try Self.account(of: token, in: transaction, now: now)
            guard try transaction.accounts.consumeToken(hash: token.hash.hex) else {
                throw DeliveriesError(.linkSpent)
            }
            account.name = chosenName ?? account.name
            account.passwordHash = hash
            account.state = .active
            account.lastSignInAt = now
            try transaction.accounts.update(account)
            try transaction.accounts.removeTokens(account: account.id, purpose: .invitation)
            try transaction.accounts.removeTokens(account: account.id, purpose: .passwordReset)
            try transaction.ledger.append(
                AuditAction.invitationAccepted.record(
                    by: account.id, target: account.id.description, origin: origin, at: now))
            return try fresh.store(
                for: account, isComplete: !account.hasSecondFactor, replacing: nil,
                settings: try parts.settings.current(in: transaction), in: transaction)
        }
    }

    private static func account(of token: Token, in transaction: any Transaction, now: Date) throws -> Account {
        guard
            let stored = try transaction.accounts.token(hash: token.hash.hex, purpose: .invitation, now: now),
            let id = stored.account, let account = try transaction.accounts.account(id), account.state == .invited
        else { throw DeliveriesError(.linkSpent) }
        return account
    }
}
