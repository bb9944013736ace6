import Deliveries

/// Who is in a group.
extension SQLGroupStore {
    func members(of group: GroupID, offset: Int, limit: Int) throws -> [Account] {
        try sql.all(
            """
            SELECT \(SQLAccountStore.columns) FROM account
            WHERE id IN (SELECT account FROM group_member WHERE account_group = \(group))
            ORDER BY sort_name, email_key LIMIT \(limit) OFFSET \(offset)
            """, SQLAccountStore.read)
    }

    func memberCount(of group: GroupID) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM group_member WHERE account_group = \(group)"))
    }

    func add(_ account: AccountID, to group: GroupID) throws -> Bool {
        try sql.touched(
            """
            INSERT INTO group_member (account_group, account) VALUES (\(group), \(account)) ON CONFLICT DO NOTHING
            """) == 1
    }

    func remove(_ account: AccountID, from group: GroupID) throws -> Bool {
        try sql.touched("DELETE FROM group_member WHERE account_group = \(group) AND account = \(account)") == 1
    }
}
