import Deliveries
import Foundation
import MailMessage
import MailTemplates

extension SQLDeliveryStore {
    /// Those of the sender, or of a mailbox of theirs, of those states that contain the text.
    private static func matches(
        sender: AccountID, mailbox: GroupID?, search: String, states: [Delivery.State]?
    ) -> Statement {
        let ofSender: Statement
        if let mailbox {
            ofSender = "delivery.mailbox = \(mailbox) AND \(shared(with: sender))"
        } else {
            ofSender = own(of: sender)
        }
        let inState: Statement
        if let states {
            inState = "\(ofSender) AND delivery.state IN \(list: states)"
        } else {
            inState = "\(ofSender) AND delivery.state <> 'draft'"
        }
        guard !search.isEmpty else { return inState }
        let pattern = SearchText.pattern(containing: search)
        return """
            \(inState) AND (
                delivery.search LIKE \(pattern) ESCAPE '\\'
                OR EXISTS (
                    SELECT 1 FROM recipient
                    WHERE recipient.delivery = delivery.id AND recipient.search LIKE \(pattern) ESCAPE '\\'
                )
                OR EXISTS (
                    SELECT 1 FROM delivery_file
                    WHERE delivery_file.delivery = delivery.id AND delivery_file.search LIKE \(pattern) ESCAPE '\\'
                )
            )
            """
    }

    /// Everybody's without drafts. The condition is written as that of the index.
    private static func matches(_ filter: AllDeliveriesFilter) -> Statement {
        var condition: Statement = "delivery.state <> 'draft'"
        if let senders = filter.senders { condition = "\(condition) AND delivery.sender IN \(list: senders)" }
        if let states = filter.states { condition = "\(condition) AND delivery.state IN \(list: states)" }
        if let from = filter.from { condition = "\(condition) AND delivery.listed_at >= \(from)" }
        if let until = filter.until { condition = "\(condition) AND delivery.listed_at < \(until)" }
        guard !filter.recipient.isEmpty else { return condition }
        return """
            \(condition) AND EXISTS (
                SELECT 1 FROM recipient WHERE recipient.delivery = delivery.id
                AND recipient.search LIKE \(SearchText.pattern(containing: filter.recipient)) ESCAPE '\\'
            )
            """
    }

    func summaries(_ filter: AllDeliveriesFilter, offset: Int, limit: Int) throws -> [DeliverySummary] {
        try summaries(where: Self.matches(filter), offset: offset, limit: limit)
    }

    func summaryCount(_ filter: AllDeliveriesFilter) throws -> Int { try count(where: Self.matches(filter)) }

    func sent(by account: AccountID, since: Date) throws -> (deliveries: Int, recipients: Int) {
        let found = try sql.first(
            """
            SELECT count(DISTINCT delivery.id), count(recipient.id)
            FROM delivery LEFT JOIN recipient ON recipient.delivery = delivery.id
            WHERE delivery.sender = \(account) AND delivery.sent_at >= \(since)
            """
        ) { row in (try row.count(), try row.count()) }
        return (found?.0 ?? 0, found?.1 ?? 0)
    }

    func summaries(
        sender: AccountID, mailbox: GroupID?, search: String, states: [Delivery.State]?, offset: Int, limit: Int
    ) throws -> [DeliverySummary] {
        try summaries(
            where: Self.matches(sender: sender, mailbox: mailbox, search: search, states: states), offset: offset,
            limit: limit)
    }

    private func summaries(where condition: Statement, offset: Int, limit: Int) throws -> [DeliverySummary] {
        let found = try sql.all(
            """
            SELECT \(Self.columns),
                (SELECT count(*) FROM recipient WHERE recipient.delivery = delivery.id),
                (SELECT count(DISTINCT recipient) FROM file_fetch
                    WHERE file_fetch.delivery = delivery.id AND file_fetch.recipient <> ''),
                (SELECT count(*) FROM outbox AS mail
                    WHERE mail.delivery = delivery.id AND mail.state = 'failed' AND mail.kind = \(MailKind.delivery)
                    AND NOT EXISTS (
                        SELECT 1 FROM outbox AS newer
                        WHERE newer.recipient = mail.recipient AND newer.kind = mail.kind AND newer.id > mail.id
                    )),
                (SELECT count(*) FROM outbox AS mail
                    WHERE mail.delivery = delivery.id AND mail.state = 'local' AND mail.kind = \(MailKind.delivery)),
                (SELECT count(*) FROM delivery_file WHERE delivery_file.delivery = delivery.id),
                (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM delivery_file
                    WHERE delivery_file.delivery = delivery.id)
            FROM delivery WHERE \(condition)
            ORDER BY listed_at DESC, id DESC LIMIT \(limit) OFFSET \(offset)
            """
        ) { row in
            DeliverySummary(
                delivery: try Self.read(&row), recipients: try row.count(), recipientsFetched: try row.count(),
                failed: try row.count(), notSent: try row.count(), files: try row.count(), size: try row.integer(),
                firstRecipients: [])
        }
        guard !found.isEmpty else { return [] }
        var names: [DeliveryID: [String]] = [:]
        let recipients = try sql.all(
            """
            SELECT delivery, name, email FROM recipient
            WHERE delivery IN \(list: found.map(\.delivery.id)) AND position < 3 ORDER BY delivery, position
            """
        ) { row -> (DeliveryID, String) in
            let delivery: DeliveryID = try row.identifier()
            let name = try row.text()
            let email = try row.email()
            return (delivery, name.isEmpty ? email.displayForm : name)
        }
        for (delivery, name) in recipients { names[delivery, default: []].append(name) }
        return found.map { summary in
            DeliverySummary(
                delivery: summary.delivery, recipients: summary.recipients,
                recipientsFetched: summary.recipientsFetched, failed: summary.failed,
                notSent: summary.notSent, files: summary.files, size: summary.size,
                firstRecipients: names[summary.delivery.id] ?? [])
        }
    }

    func summaryCount(
        sender: AccountID, mailbox: GroupID?, search: String, states: [Delivery.State]?
    ) throws -> Int {
        try count(where: Self.matches(sender: sender, mailbox: mailbox, search: search, states: states))
    }

    private func count(where condition: Statement) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM delivery WHERE \(condition)"))
    }

    func counts() throws -> [Delivery.State: Int] {
        let counted = try sql.all("SELECT state, count(*) FROM delivery GROUP BY state") {
            row -> (Delivery.State, Int) in (try row.choice(), try row.count())
        }
        return Dictionary(counted) { $0 + $1 }
    }
}
