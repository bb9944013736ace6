import Deliveries
import Foundation
import MailMessage

extension SQLDeliveryStore {
    private static let recipientColumns: Statement = """
        id, delivery, position, email, name, opened_at, renewal_asked_at, reported_at
        """

    private static func readRecipient(_ row: inout RowReader) throws -> Recipient {
        Recipient(
            id: try row.identifier(), delivery: try row.identifier(), position: try row.count(),
            email: try row.email(), name: try row.text(), openedAt: try row.dateOrNil(),
            renewalAskedAt: try row.dateOrNil(), reportedAt: try row.dateOrNil())
    }

    private static func search(_ recipient: Recipient) -> String {
        SearchText.folded([recipient.name, recipient.email.wireForm, recipient.email.displayForm])
    }

    func insert(_ recipients: [Recipient]) throws {
        for recipient in recipients {
            try sql.run(
                """
                INSERT INTO recipient (\(Self.recipientColumns), search) VALUES (
                    \(recipient.id), \(recipient.delivery), \(recipient.position), \(recipient.email.wireForm),
                    \(recipient.name), \(recipient.openedAt), \(recipient.renewalAskedAt), \(recipient.reportedAt),
                    \(Self.search(recipient))
                )
                """)
            try remember(recipient)
        }
    }

    func update(_ recipient: Recipient) throws {
        let known = try sql.first("SELECT email FROM recipient WHERE id = \(recipient.id)") { try $0.text() }
        try sql.run(
            """
            UPDATE recipient SET
                email = \(recipient.email.wireForm), name = \(recipient.name), search = \(Self.search(recipient)),
                opened_at = \(recipient.openedAt), renewal_asked_at = \(recipient.renewalAskedAt),
                reported_at = \(recipient.reportedAt)
            WHERE id = \(recipient.id)
            """)
        if let known, known != recipient.email.wireForm { try remember(recipient) }
    }

    func recipient(_ id: RecipientID) throws -> Recipient? {
        try sql.first("SELECT \(Self.recipientColumns) FROM recipient WHERE id = \(id)", Self.readRecipient)
    }

    func recipients(of delivery: DeliveryID) throws -> [Recipient] {
        try sql.all(
            "SELECT \(Self.recipientColumns) FROM recipient WHERE delivery = \(delivery) ORDER BY position, id",
            Self.readRecipient)
    }

    /// Keeps the address for suggestions to the sender of the delivery.
    private func remember(_ recipient: Recipient) throws {
        try sql.run(
            """
            INSERT INTO earlier_recipient (sender, email_key, email, name, search, last_used_at)
            SELECT sender, \(recipient.email.comparisonKey), \(recipient.email.wireForm), \(recipient.name),
                \(SearchText.words(name: recipient.name, email: recipient.email)), \(recipient.id.date.milliseconds)
            FROM delivery WHERE id = \(recipient.delivery)
            ON CONFLICT (sender, email_key) DO UPDATE SET
                email = excluded.email, last_used_at = excluded.last_used_at,
                name = CASE WHEN excluded.name = '' THEN earlier_recipient.name ELSE excluded.name END,
                search = CASE WHEN excluded.name = '' THEN earlier_recipient.search ELSE excluded.search END
            """)
    }

    func earlierRecipients(sender: AccountID, prefix: String, limit: Int) throws -> [Mailbox] {
        try sql.all(
            """
            SELECT name, email FROM earlier_recipient
            WHERE sender = \(sender) AND search LIKE \(SearchText.pattern(wordBeginning: prefix)) ESCAPE '\\'
            ORDER BY last_used_at DESC LIMIT \(limit)
            """
        ) { row in
            let name = try row.text()
            return Mailbox(name: name.isEmpty ? nil : name, address: try row.email())
        }
    }
}
