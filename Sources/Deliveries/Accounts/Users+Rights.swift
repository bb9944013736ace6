import Foundation
public import Secrets

extension Users {
    /// Disables an account or enables it again. Disabling ends its sessions, revokes its API tokens and kills its links;
    /// its deliveries stay.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.conflict` with `last-administrator` if nobody else could
    ///   administer the installation.
    public func setDisabled(
        _ id: AccountID, _ isDisabled: Bool, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            var account = try Self.existing(id, in: transaction)
            guard (account.state == .disabled) != isDisabled else { return }
            if isDisabled {
                try Self.requireAnotherAdministrator(than: account, in: transaction)
                account.state = .disabled
                try Self.endAccess(of: account, scopes: Set(APIToken.Scope.allCases), in: transaction, now: now)
            } else {
                account.state = account.passwordHash == nil ? .invited : .active
            }
            try transaction.accounts.update(account)
            let action: AuditAction = isDisabled ? .userDisabled : .userEnabled
            try transaction.ledger.append(action.record(by: actor, target: id.description, origin: origin, at: now))
        }
    }

    /// Makes an account administrator, or takes that away together with the API tokens that administer.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.conflict` with `last-administrator` if nobody else could
    ///   administer the installation.
    public func setAdministrator(
        _ id: AccountID, _ isAdministrator: Bool, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            var account = try Self.existing(id, in: transaction)
            guard account.isAdministrator != isAdministrator else { return }
            if !isAdministrator {
                try Self.requireAnotherAdministrator(than: account, in: transaction)
                try Self.revokeTokens(of: account, scopes: [.administer], in: transaction, now: now)
            }
            account.isAdministrator = isAdministrator
            try transaction.accounts.update(account)
            let action: AuditAction = isAdministrator ? .administratorGranted : .administratorRevoked
            try transaction.ledger.append(action.record(by: actor, target: id.description, origin: origin, at: now))
        }
    }

    /// A link by which somebody who is locked out chooses a new password, to be handed over in person; earlier ones
    /// die. It also takes the place of an invitation that got lost.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.conflict` for a disabled account.
    public func resetLink(_ id: AccountID, by actor: AccountID?, origin: RequestOrigin) async throws -> Token {
        let now = parts.now()
        let token = Token(random: parts.random)
        try await parts.database.write { transaction in
            let account = try Self.existing(id, in: transaction)
            guard account.state != .disabled else { throw DeliveriesError(.conflict) }
            try transaction.accounts.removeTokens(account: id, purpose: .passwordReset)
            try transaction.accounts.insert(
                AccountToken(
                    tokenHash: token.hash.hex, purpose: .passwordReset, account: id, createdAt: now,
                    expiresAt: now.addingTimeInterval(PasswordReset.linkLifetime)))
            try transaction.ledger.append(
                AuditAction.passwordResetLinkMade.record(
                    by: actor, target: id.description, origin: origin, at: now))
        }
        return token
    }

    /// Takes the second factor of somebody away who lost it with all recovery codes; the sessions end.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func removeSecondFactor(_ id: AccountID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            var account = try Self.existing(id, in: transaction)
            guard account.secondFactor != nil else { return }
            account.secondFactor = nil
            try transaction.accounts.update(account)
            try transaction.sessions.removeAll(of: id, except: nil)
            try transaction.ledger.append(
                AuditAction.secondFactorRemoved.record(by: actor, target: id.description, origin: origin, at: now))
        }
    }

    /// The installation always keeps one administrator who can sign in.
    private static func requireAnotherAdministrator(than account: Account, in transaction: any Transaction) throws {
        guard account.isAdministrator, account.state == .active else { return }
        if try transaction.accounts.administrators().allSatisfy({ $0.id == account.id }) {
            throw DeliveriesError(.conflict, fields: [FieldError("isAdministrator", "last-administrator")])
        }
    }

    private static func endAccess(
        of account: Account, scopes: Set<APIToken.Scope>, in transaction: any Transaction, now: Date
    ) throws {
        try transaction.sessions.removeAll(of: account.id, except: nil)
        try transaction.accounts.removeTokens(account: account.id, purpose: .passwordReset)
        try transaction.accounts.removeTokens(account: account.id, purpose: .invitation)
        try revokeTokens(of: account, scopes: scopes, in: transaction, now: now)
    }

    private static func revokeTokens(
        of account: Account, scopes: Set<APIToken.Scope>, in transaction: any Transaction, now: Date
    ) throws {
        for token in try transaction.accounts.apiTokens(of: account.id)
        where token.revokedAt == nil && !token.scopes.isDisjoint(with: scopes) {
            _ = try transaction.accounts.revokeAPIToken(token.id, of: account.id, at: now)
        }
    }
}
