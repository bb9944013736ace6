import Deliveries
import Foundation
import MailMessage

/// Groups of accounts in SQL: each rule is a row.
struct SQLGroupStore: GroupStore {
    let sql: any StatementRunner

    private static let columns: Statement = "g.id, g.name, g.mailbox_email, g.mailbox_name, g.created_at, g.updated_at"

    private static func read(_ row: inout RowReader) throws -> AccountGroup {
        let (id, name): (GroupID, String) = (try row.identifier(), try row.text())
        let (address, called) = (try row.emailOrNil(), try row.textOrNil())
        return AccountGroup(
            id: id, name: name, mailbox: address.map { GroupMailbox(address: $0, name: called ?? name) },
            createdAt: try row.date(), updatedAt: try row.date())
    }

    func insert(_ group: AccountGroup) throws {
        try sql.run(
            """
            INSERT INTO account_group (
                id, name, name_key, mailbox_email, mailbox_key, mailbox_name, created_at, updated_at
            ) VALUES (
                \(group.id), \(group.name), \(AccountGroup.nameKey(group.name)),
                \(group.mailbox?.address.wireForm), \(group.mailbox?.address.comparisonKey), \(group.mailbox?.name),
                \(group.createdAt), \(group.updatedAt)
            )
            """)
        try insertRules(of: group)
    }

    func update(_ group: AccountGroup) throws {
        try sql.run(
            """
            UPDATE account_group SET name = \(group.name), name_key = \(AccountGroup.nameKey(group.name)),
                mailbox_email = \(group.mailbox?.address.wireForm),
                mailbox_key = \(group.mailbox?.address.comparisonKey), mailbox_name = \(group.mailbox?.name),
                updated_at = \(group.updatedAt)
            WHERE id = \(group.id)
            """)
        try removeRules(of: group.id)
        try insertRules(of: group)
    }

    func remove(_ id: GroupID) throws {
        try removeRules(of: id)
        try sql.run("DELETE FROM group_member WHERE account_group = \(id)")
        try sql.run("DELETE FROM account_group WHERE id = \(id)")
    }

    func group(_ id: GroupID) throws -> AccountGroup? {
        try sql.first("SELECT \(Self.columns) FROM account_group g WHERE g.id = \(id)", Self.read).map(withRules)
    }

    func group(nameKey: String) throws -> AccountGroup? {
        try sql.first("SELECT \(Self.columns) FROM account_group g WHERE g.name_key = \(nameKey)", Self.read)
            .map(withRules)
    }

    func group(mailbox address: EmailAddress) throws -> AccountGroup? {
        try sql.first(
            "SELECT \(Self.columns) FROM account_group g WHERE g.mailbox_key = \(address.comparisonKey)", Self.read
        ).map(withRules)
    }

    func groups() throws -> [GroupSummary] {
        try sql.all(
            """
            SELECT \(Self.columns), (SELECT count(*) FROM group_member m WHERE m.account_group = g.id)
            FROM account_group g ORDER BY g.name_key
            """
        ) { row in (try Self.read(&row), try row.count()) }
        .map { GroupSummary(group: try withRules($0.0), members: $0.1) }
    }

    func groups(of account: AccountID) throws -> [AccountGroup] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM group_member m JOIN account_group g ON g.id = m.account_group
            WHERE m.account = \(account) ORDER BY g.name_key
            """, Self.read
        ).map(withRules)
    }

    // MARK: Rules

    private func insertRules(of group: AccountGroup) throws {
        for (rule, value) in group.policy.texts.sorted(by: { $0.key < $1.key }) {
            try sql.run(
                "INSERT INTO group_rule (account_group, rule, value) VALUES (\(group.id), \(rule), \(value))")
        }
    }

    private func removeRules(of id: GroupID) throws {
        try sql.run("DELETE FROM group_rule WHERE account_group = \(id)")
    }

    /// A rule that this version does not know, or cannot read, is trouble: what somebody ordered is never left out.
    private func withRules(_ group: AccountGroup) throws -> AccountGroup {
        let rows = try sql.all("SELECT rule, value FROM group_rule WHERE account_group = \(group.id)") { row in
            (try row.text(), try row.text())
        }
        var group = group
        do {
            group.policy = try GroupPolicy(Dictionary(rows) { $1 })
        } catch let error as DeliveriesError {
            let rules = error.fields.map { "\($0.field): \($0.reason)" }.joined(separator: ", ")
            throw DeliveriesError(.trouble, detail: "group \(group.id) has unreadable rules (\(rules))")
        }
        return group
    }
}
