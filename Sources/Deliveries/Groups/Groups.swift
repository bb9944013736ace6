import Foundation
import MailMessage

/// Administration → Groups. Each action makes sure in its own transaction that the one who asks may do it; nobody (`nil`)
/// stands for the command line, which may do everything.
public struct Groups: Sendable {
    /// The most groups.
    public static let most = 1_000
    /// The most accounts of one page.
    public static let mostPerPage = 200

    let parts: AccountParts

    /// The groups at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// All groups by name.
    public func list() async throws -> [GroupSummary] {
        try await parts.database.read { try $0.groups.groups() }
    }

    /// The group of that identifier.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func group(_ id: GroupID) async throws -> AccountGroup {
        try await parts.database.read { try Self.existing(id, in: $0) }
    }

    /// The group of that name as typed, or of that identifier; `nil` if there is none.
    public func group(named name: String) async throws -> AccountGroup? {
        try await parts.database.read { transaction in
            if let found = try transaction.groups.group(nameKey: AccountGroup.nameKey(name)) { return found }
            return try GroupID(name).flatMap { try transaction.groups.group($0) }
        }
    }

    /// What holds for an account, and its groups by name.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func policy(of account: AccountID) async throws -> (policy: AccountPolicy, groups: [AccountGroup]) {
        let parts = parts
        return try await parts.database.read { transaction in
            _ = try Users.existing(account, in: transaction)
            let groups = try transaction.groups.groups(of: account)
            return (AccountPolicy(try parts.settings.current(in: transaction), groups: groups), groups)
        }
    }

    /// What holds for an account, and what it uses of that now.
    public func use(of account: AccountID) async throws -> (policy: AccountPolicy, use: AccountUse) {
        let parts = parts
        let now = parts.now()
        return try await parts.database.read { transaction in
            let settings = try parts.settings.current(in: transaction)
            return (try transaction.policy(of: account, settings), try transaction.use(of: account, at: now))
        }
    }

    /// Makes a group.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - rules: the rules that it sets, by name, as typed.
    ///   - mailbox: what was typed about its mailbox; nil: it has none.
    ///   - actor: who makes it.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.invalid` with what is wrong at `name` (`group-name-taken`), at `mailbox`
    ///   (`address-…`, `address-taken`, `mailbox-taken`, `mailbox-provider`) and at the rules, also where they contradict
    ///   each other; `.unsupportedOption` for names that are no rules; `.tooMany`; `.forbidden`.
    @discardableResult
    public func create(
        name: String, rules: [String: String] = [:], mailbox: MailboxForm? = nil, by actor: AccountID?,
        origin: RequestOrigin
    ) async throws -> AccountGroup {
        let now = parts.now()
        let parts = parts
        let id: GroupID = parts.newID(now)
        return try await parts.database.write { transaction in
            try Self.requireRights(of: actor, in: transaction)
            guard try transaction.groups.groups().count < Self.most else {
                throw DeliveriesError(.tooMany, fields: [FieldError("name", "too-many", ["most": String(Self.most)])])
            }
            var group = AccountGroup(id: id, name: "", createdAt: now, updatedAt: now)
            try Self.change(&group, name: name, rules: rules, mailbox: mailbox, parts, in: transaction)
            try transaction.groups.insert(group)
            try Self.note(.groupCreated, id.description, by: actor, origin: origin, in: transaction, now: now)
            if group.mailbox != nil {
                try Self.note(
                    .groupMailboxChanged, id.description, by: actor, origin: origin, in: transaction, now: now)
            }
            if !group.policy.isEmpty {
                try Self.note(.groupPolicyChanged, id.description, by: actor, origin: origin, in: transaction, now: now)
            }
            return group
        }
    }

    /// Changes a group's name, its mailbox, or some of its rules; an empty rule is as in the settings from then on. Drafts and
    /// deliveries that are there stay as they are; what is sent or renewed from now on is judged by the new rules.
    ///
    /// - Throws: as ``create(name:rules:mailbox:by:origin:)``, `.notFound`, and `.invalid` at `handOverTo` if the mailbox
    ///   is taken away while it has deliveries.
    @discardableResult
    public func update(
        _ id: GroupID, name: String? = nil, rules: [String: String] = [:], mailbox: MailboxForm? = nil,
        by actor: AccountID?, origin: RequestOrigin
    ) async throws -> AccountGroup {
        let now = parts.now()
        let parts = parts
        return try await parts.database.write { transaction in
            try Self.requireRights(of: actor, in: transaction)
            let before = try Self.existing(id, in: transaction)
            var group = before
            try Self.change(&group, name: name, rules: rules, mailbox: mailbox, parts, in: transaction)
            guard group != before else { return before }
            if before.mailbox != nil, group.mailbox == nil {
                try Self.settle(
                    id, handOverTo: mailbox?.handOverTo ?? "", by: actor, origin: origin, in: transaction, now: now)
            }
            group.updatedAt = now
            try transaction.groups.update(group)
            if group.name != before.name {
                try Self.note(.groupRenamed, id.description, by: actor, origin: origin, in: transaction, now: now)
            }
            if group.mailbox != before.mailbox {
                try Self.note(
                    .groupMailboxChanged, id.description, by: actor, origin: origin, in: transaction, now: now)
            }
            if group.policy != before.policy {
                try Self.note(.groupPolicyChanged, id.description, by: actor, origin: origin, in: transaction, now: now)
            }
            return group
        }
    }

    /// Removes a group; for its members its rules no longer hold.
    ///
    /// - Parameters:
    ///   - id: the group.
    ///   - handOverTo: the address of the mailbox that takes over the deliveries of the group's.
    ///   - actor: who removes it.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.forbidden`, or `.invalid` at `handOverTo` if there are deliveries and no
    ///   mailbox takes them over.
    public func remove(_ id: GroupID, handOverTo: String = "", by actor: AccountID?, origin: RequestOrigin) async throws
    {
        let now = parts.now()
        try await parts.database.write { transaction in
            try Self.requireRights(of: actor, in: transaction)
            _ = try Self.existing(id, in: transaction)
            try Self.settle(id, handOverTo: handOverTo, by: actor, origin: origin, in: transaction, now: now)
            try transaction.groups.remove(id)
            try Self.note(.groupRemoved, id.description, by: actor, origin: origin, in: transaction, now: now)
        }
    }

    static func existing(_ id: GroupID, in transaction: any Transaction) throws -> AccountGroup {
        guard let group = try transaction.groups.group(id) else { throw DeliveriesError(.notFound) }
        return group
    }

    static func note(
        _ action: AuditAction, _ target: String, by actor: AccountID?, origin: RequestOrigin,
        in transaction: any Transaction, now: Date
    ) throws {
        try transaction.ledger.append(action.record(by: actor, target: target, origin: origin, at: now))
    }

    /// Takes over what was typed, and tells all that is wrong with it at once.
    private static func change(
        _ group: inout AccountGroup, name: String?, rules: [String: String], mailbox: MailboxForm?,
        _ parts: AccountParts, in transaction: any Transaction
    ) throws {
        var mistakes: [FieldError] = []
        if let name { mistakes += try rename(&group, name, in: transaction) }
        if let mailbox { mistakes += try apply(mailbox, to: &group, in: transaction) }
        do {
            try group.policy.change(rules)
            mistakes += group.policy.contradictions(try parts.settings.current(in: transaction))
        } catch let error as DeliveriesError where error.code == .invalid {
            mistakes += error.fields
        }
        guard mistakes.isEmpty else { throw DeliveriesError(.invalid, fields: mistakes) }
    }

    private static func rename(
        _ group: inout AccountGroup, _ typed: String, in transaction: any Transaction
    ) throws -> [FieldError] {
        let name = HeaderText(cleaning: String(typed.prefix(4_096))).value
        if name.isEmpty { return [FieldError("name", "required")] }
        let most = AccountGroup.nameCharacters
        guard name.count <= most, name.utf8.count <= most * 8 else {
            return [FieldError("name", "too-long", ["most": String(most)])]
        }
        if let other = try transaction.groups.group(nameKey: AccountGroup.nameKey(name)), other.id != group.id {
            return [FieldError("name", "group-name-taken")]
        }
        group.name = name
        return []
    }

    private static func requireRights(of actor: AccountID?, in transaction: any Transaction) throws {
        guard let actor else { return }
        guard let account = try transaction.accounts.account(actor), account.state == .active,
            account.permits(.manageGroups)
        else { throw DeliveriesError(.forbidden) }
    }
}
