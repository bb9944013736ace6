import Foundation
import MailMessage
import MailTemplates
public import Secrets

extension Users {
    /// Disables an account or enables it again. Disabling ends its sessions, revokes its API tokens and kills its links;
    /// its deliveries stay.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.forbidden` for an account that may do more than the one who asks, or
    ///   `.conflict`: `last-administrator` if nobody else could administer the installation, `own-account` for who
    ///   would shut themselves out.
    public func setDisabled(
        _ id: AccountID, _ isDisabled: Bool, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        let now = parts.now()
        let parts = parts
        let isMail = try await parts.database.write { transaction -> Bool in
            var isMail = false
            var account = try Self.existing(id, in: transaction)
            try Self.requireRights(of: actor, over: account.roles, in: transaction)
            guard (account.state == .disabled) != isDisabled else { return false }
            if isDisabled {
                let settings = try parts.settings.current(in: transaction)
                // Who never accepted the invitation need not hear that it is void.
                if settings.sends(.accountDisabled), account.state == .active {
                    isMail = true
                    try transaction.outbox.insert([
                        parts.notifications.entry(
                            AccountDisabledMail(account: account.email.displayForm, at: now), to: account.mailbox,
                            language: account.language, settings: settings, now: now)
                    ])
                }
                try Self.requireAnotherAdministrator(than: account, in: transaction)
                guard actor != id else {
                    throw DeliveriesError(.conflict, fields: [FieldError("isDisabled", "own-account")])
                }
                account.state = .disabled
                try Self.endAccess(of: account, in: transaction, now: now)
            } else {
                account.state = account.passwordHash == nil ? .invited : .active
            }
            try transaction.accounts.update(account)
            let action: AuditAction = isDisabled ? .userDisabled : .userEnabled
            try transaction.ledger.append(action.record(by: actor, target: id.description, origin: origin, at: now))
            return isMail
        }
        if isMail { parts.mailQueued() }
    }

    /// Gives an account exactly these roles. API tokens keep only what the roles still allow.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.forbidden` for roles beyond those of the one who asks, or
    ///   `.conflict` with `last-administrator` if nobody else could administer the installation.
    public func setRoles(_ id: AccountID, _ roles: Set<Role>, by actor: AccountID?, origin: RequestOrigin) async throws
    {
        try await changeRoles(of: id, by: actor, origin: origin) { $0 = roles }
    }

    /// Makes an account administrator beside its other roles, or takes that away.
    ///
    /// - Throws: as ``setRoles(_:_:by:origin:)``.
    public func setAdministrator(
        _ id: AccountID, _ isAdministrator: Bool, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        try await changeRoles(of: id, by: actor, origin: origin) { roles in
            if isAdministrator { roles.insert(.administrator) } else { roles.remove(.administrator) }
        }
    }

    private func changeRoles(
        of id: AccountID, by actor: AccountID?, origin: RequestOrigin,
        _ change: @escaping @Sendable (inout Set<Role>) -> Void
    ) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            var account = try Self.existing(id, in: transaction)
            let before = account.roles
            change(&account.roles)
            try Self.requireRights(of: actor, over: before.union(account.roles), in: transaction)
            guard account.roles != before else { return }
            if before.contains(.administrator), !account.isAdministrator {
                var asBefore = account
                asBefore.roles = before
                try Self.requireAnotherAdministrator(than: asBefore, in: transaction)
            }
            var lost: Set<APIToken.Scope> = []
            if before.permits(.seeAdministration), !account.permits(.seeAdministration) { lost.insert(.administer) }
            if before.permits(.send), !account.permits(.send) { lost.insert(.send) }
            if !lost.isEmpty { try Self.revokeTokens(of: account, scopes: lost, in: transaction, now: now) }
            try transaction.accounts.update(account)
            let (given, taken) = (account.roles.subtracting(before), before.subtracting(account.roles))
            try Self.note(
                of: account, roles: given, AuditAction.granted, by: actor, origin: origin, in: transaction, now: now)
            try Self.note(
                of: account, roles: taken, AuditAction.revoked, by: actor, origin: origin, in: transaction, now: now)
        }
    }

    /// Notes each of the roles that an account got or lost, in the order of their worth.
    static func note(
        of account: Account, roles: Set<Role>, _ action: (Role) -> AuditAction, by actor: AccountID?,
        origin: RequestOrigin, in transaction: any Transaction, now: Date
    ) throws {
        for role in Role.allCases where roles.contains(role) {
            try transaction.ledger.append(
                action(role).record(by: actor, target: account.id.description, origin: origin, at: now))
        }
    }

    /// Makes sure that the one who asks may manage users, and none who may do more.
    static func requireRights(of actor: AccountID?, over roles: Set<Role>, in transaction: any Transaction) throws {
        guard let actor else { return }
        guard let account = try transaction.accounts.account(actor), account.state == .active,
            account.roles.mayDecide(on: roles)
        else { throw DeliveriesError(.forbidden, fields: [FieldError("roles", "beyond-own-rights")]) }
    }

    /// A link by which somebody who is locked out chooses a new password, to be handed over in person; earlier ones
    /// die. It also takes the place of an invitation that got lost.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.forbidden` for an account that may do more than the one who asks, or
    ///   `.conflict` for a disabled account.
    public func resetLink(_ id: AccountID, by actor: AccountID?, origin: RequestOrigin) async throws -> Token {
        let now = parts.now()
        let token = Token(random: parts.random)
        try await parts.database.write { transaction in
            let account = try Self.existing(id, in: transaction)
            try Self.requireRights(of: actor, over: account.roles, in: transaction)
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
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.forbidden` for an account that may do more than the one who asks.
    public func removeSecondFactor(_ id: AccountID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            var account = try Self.existing(id, in: transaction)
            try Self.requireRights(of: actor, over: account.roles, in: transaction)
            guard account.secondFactor != nil else { return }
            account.secondFactor = nil
            try transaction.accounts.update(account)
            try transaction.sessions.removeAll(of: id, except: nil)
            try transaction.ledger.append(
                AuditAction.secondFactorRemoved.record(by: actor, target: id.description, origin: origin, at: now))
        }
    }

    /// The installation always keeps one administrator who can sign in.
    static func requireAnotherAdministrator(than account: Account, in transaction: any Transaction) throws {
        guard account.isAdministrator, account.state == .active else { return }
        if try transaction.accounts.administrators().allSatisfy({ $0.id == account.id }) {
            throw DeliveriesError(.conflict, fields: [FieldError("isAdministrator", "last-administrator")])
        }
    }

    static func endAccess(
        of account: Account, scopes: Set<APIToken.Scope> = Set(APIToken.Scope.allCases),
        in transaction: any Transaction, now: Date
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
