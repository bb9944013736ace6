import Deliveries

/// Who has to do with which deliveries. Nothing else says so: lists, single look-ups and live events ask here.
extension SQLDeliveryStore {
    /// What an account has for itself: what it sent in its own name, and all its drafts.
    static func own(of account: AccountID) -> Statement {
        "(delivery.sender = \(account) AND (delivery.mailbox IS NULL OR delivery.state = 'draft'))"
    }

    /// What it shares with others: sent from the mailboxes of the groups that it is in now.
    static func shared(with account: AccountID) -> Statement {
        """
        (delivery.mailbox IS NOT NULL AND delivery.state <> 'draft' AND EXISTS (
            SELECT 1 FROM group_member
            WHERE group_member.account_group = delivery.mailbox AND group_member.account = \(account)
        ))
        """
    }

    /// All of it.
    static func handled(by account: AccountID) -> Statement {
        "(\(own(of: account)) OR \(shared(with: account)))"
    }

    func delivery(_ id: DeliveryID, handledBy account: AccountID) throws -> Delivery? {
        try sql.first(
            "SELECT \(Self.columns) FROM delivery WHERE id = \(id) AND \(Self.handled(by: account))", Self.read)
    }

    func count(inMailbox group: GroupID) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM delivery WHERE mailbox = \(group)"))
    }

    func moveMailbox(from group: GroupID, to other: GroupID) throws {
        try sql.run("UPDATE delivery SET mailbox = \(other) WHERE mailbox = \(group)")
    }
}
