import Foundation

extension Groups {
    /// The accounts of a group by name, then address.
    ///
    /// - Parameters:
    ///   - id: the group.
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most; never more than ``mostPerPage``.
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func members(of id: GroupID, offset: Int = 0, limit: Int = 50) async throws -> UserPage {
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await parts.database.read { transaction in
            _ = try Self.existing(id, in: transaction)
            return UserPage(
                accounts: try transaction.groups.members(of: id, offset: window.offset, limit: window.limit),
                total: try transaction.groups.memberCount(of: id))
        }
    }

    /// Puts an account into a group.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.forbidden`: who does not manage groups may only do this to others
    ///   on whom they may decide.
    public func add(_ account: AccountID, to id: GroupID, by actor: AccountID?, origin: RequestOrigin) async throws {
        try await change(account, id, .groupMemberAdded, by: actor, origin: origin) { try $0.add(account, to: id) }
    }

    /// Takes an account out of a group.
    ///
    /// - Throws: as ``add(_:to:by:origin:)``.
    public func remove(_ account: AccountID, from id: GroupID, by actor: AccountID?, origin: RequestOrigin) async throws
    {
        try await change(account, id, .groupMemberRemoved, by: actor, origin: origin) {
            try $0.remove(account, from: id)
        }
    }

    private func change(
        _ account: AccountID, _ id: GroupID, _ action: AuditAction, by actor: AccountID?, origin: RequestOrigin,
        _ change: @escaping @Sendable (any GroupStore) throws -> Bool
    ) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            _ = try Self.existing(id, in: transaction)
            let member = try Users.existing(account, in: transaction)
            try Self.requireRights(of: actor, over: member, in: transaction)
            guard try change(transaction.groups) else { return }
            try Self.note(action, "\(account) \(id)", by: actor, origin: origin, in: transaction, now: now)
        }
    }

    /// Who manages users puts others into groups, and never gives themselves more than they were given.
    private static func requireRights(
        of actor: AccountID?, over member: Account, in transaction: any Transaction
    ) throws {
        guard let actor else { return }
        guard let account = try transaction.accounts.account(actor), account.state == .active,
            account.permits(.manageGroups) || account.id != member.id && account.roles.mayDecide(on: member.roles)
        else { throw DeliveriesError(.forbidden, fields: [FieldError("email", "beyond-own-rights")]) }
    }
}
