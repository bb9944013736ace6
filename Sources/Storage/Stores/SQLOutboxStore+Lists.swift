import Deliveries
import Foundation
import MailTemplates

extension SQLOutboxStore {
    private static func matches(_ filter: OutboxFilter) -> Statement {
        var condition: Statement = "1 = 1"
        if let destination = filter.destination {
            condition = "\(condition) AND \(goes(to: destination, states: filter.states))"
        } else if let states = filter.states {
            condition = "\(condition) AND state IN \(list: states)"
        }
        if let moment = filter.createdBefore {
            condition = "\(condition) AND id < \(OutboxEntryID.first(of: moment))"
        }
        if let delivery = filter.delivery { condition = "\(condition) AND delivery = \(delivery)" }
        if let domain = filter.heldFor { condition = "\(condition) AND state = 'held' AND held_for = \(domain)" }
        if !filter.search.isEmpty {
            condition = "\(condition) AND search LIKE \(SearchText.pattern(containing: filter.search)) ESCAPE '\\'"
        }
        return condition
    }

    func entries(_ filter: OutboxFilter, offset: Int, limit: Int) throws -> [OutboxEntry] {
        try sql.all(
            """
            SELECT \(Self.columns), sealed_mail FROM outbox LEFT JOIN outbox_mail ON outbox_mail.entry = outbox.id
            WHERE \(Self.matches(filter)) ORDER BY id DESC LIMIT \(limit) OFFSET \(offset)
            """, Self.readWithMail)
    }

    func entryCount(_ filter: OutboxFilter) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM outbox WHERE \(Self.matches(filter))"))
    }

    func counts() throws -> [OutboxEntry.State: Int] {
        let counted = try sql.all("SELECT state, count(*) FROM outbox GROUP BY state") {
            row -> (OutboxEntry.State, Int) in (try row.choice(), try row.count())
        }
        return Dictionary(counted) { $0 + $1 }
    }

    func newestEntries(of delivery: DeliveryID, kind: MailKind) throws -> [RecipientID: OutboxEntry] {
        let entries = try sql.all(
            """
            SELECT \(Self.columns) FROM outbox
            WHERE delivery = \(delivery) AND kind = \(kind) AND recipient IS NOT NULL ORDER BY id
            """, Self.read)
        var newest: [RecipientID: OutboxEntry] = [:]
        for entry in entries {
            if let recipient = entry.recipient { newest[recipient] = entry }
        }
        return newest
    }

    func newestEntry(of recipient: RecipientID, kind: MailKind) throws -> OutboxEntry? {
        try sql.first(
            """
            SELECT \(Self.columns) FROM outbox WHERE recipient = \(recipient) AND kind = \(kind)
            ORDER BY id DESC LIMIT 1
            """, Self.read)
    }

    func nextDue() throws -> Date? {
        let due = try [true, false].compactMap { urgent in
            try sql.first("SELECT min(due_at) FROM outbox WHERE state = 'queued' AND is_urgent = \(urgent)") { row in
                try row.dateOrNil()
            }
        }
        return due.compactMap(\.self).min()
    }

    func nextDue(after: Date) throws -> Date? {
        let due = try [true, false].compactMap { urgent in
            try sql.first(
                """
                SELECT min(due_at) FROM outbox
                WHERE state = 'queued' AND is_urgent = \(urgent) AND due_at > \(after)
                """
            ) { row in try row.dateOrNil() }
        }
        return due.compactMap(\.self).min()
    }

    func oldestQueued() throws -> Date? {
        try sql.first("SELECT min(created_at) FROM outbox WHERE state = 'queued'") { try $0.dateOrNil() } ?? nil
    }
}
