import Deliveries
import MailMessage

/// Addresses that get no reminders.
extension SQLSuppressionStore {
    private static func readRefusal(_ row: inout RowReader) throws -> ReminderRefusal {
        ReminderRefusal(address: try row.email(), at: try row.date())
    }

    func refuseReminders(_ refusal: ReminderRefusal) throws {
        let address = refusal.address
        try sql.run(
            """
            INSERT INTO reminder_refusal (address, email, refused_at, search) VALUES (
                \(address.comparisonKey), \(address.wireForm), \(refusal.at),
                \(SearchText.folded([address.wireForm, address.displayForm]))
            ) ON CONFLICT (address) DO NOTHING
            """)
    }

    func allowReminders(to address: EmailAddress) throws -> Bool {
        try sql.touched("DELETE FROM reminder_refusal WHERE address = \(address.comparisonKey)") > 0
    }

    func reminderRefusals(of addresses: [EmailAddress]) throws -> [ReminderRefusal] {
        var found: [ReminderRefusal] = []
        var rest = addresses.map(\.comparisonKey)[...]
        while !rest.isEmpty {
            found += try sql.all(
                """
                SELECT email, refused_at FROM reminder_refusal
                WHERE address IN \(list: rest.prefix(Self.mostAtOnce))
                """, Self.readRefusal)
            rest = rest.dropFirst(Self.mostAtOnce)
        }
        return found
    }

    func reminderRefusals(search: String, offset: Int, limit: Int) throws -> [ReminderRefusal] {
        try sql.all(
            """
            SELECT email, refused_at FROM reminder_refusal WHERE 1 = 1 \(Self.matching(search))
            ORDER BY refused_at DESC, address LIMIT \(limit) OFFSET \(offset)
            """, Self.readRefusal)
    }

    func reminderRefusalCount(search: String) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM reminder_refusal WHERE 1 = 1 \(Self.matching(search))"))
    }
}
