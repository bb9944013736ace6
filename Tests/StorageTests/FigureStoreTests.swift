import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct FigureStoreTests {
    private let sample = Sample()

    /// A delivery sent at a time with two recipients and a file of 20 octets.
    private func send(
        _ account: Account, after: TimeInterval, state: Delivery.State = .sent, in transaction: any Transaction
    ) throws -> (Delivery, Recipient, DeliveryFile) {
        let delivery = sample.delivery(of: account.id, state: state, after: after)
        try transaction.deliveries.insert(delivery)
        let first = try sample.recipient(of: delivery.id)
        try transaction.deliveries.insert([first, try sample.recipient(of: delivery.id, position: 1, "c@d.example")])
        let file = sample.file(of: delivery.id)
        try transaction.files.insert(file)
        return (delivery, first, file)
    }

    @Test func whatWasSentIsCountedByItsTimeAndSender() async throws {
        let test = try await TestDatabase()
        let anna = try sample.account()
        let bernd = try sample.account("bernd@kanzlei.example", name: "Bernd")
        let rows = try await test.write { transaction -> [SenderUsage] in
            try transaction.accounts.insert(anna)
            try transaction.accounts.insert(bernd)
            let (delivery, recipient, file) = try send(anna, after: 0, in: transaction)
            _ = try send(anna, after: 100, in: transaction)
            _ = try send(bernd, after: 50, state: .withdrawn, in: transaction)
            // Sent later, and never.
            _ = try send(anna, after: 10_000, in: transaction)
            try transaction.deliveries.insert(sample.delivery(of: anna.id))
            _ = try transaction.visits.recordFetch(
                delivery: delivery.id, recipient: recipient.id, file: file.id, at: Sample.after(60))
            var mail = try sample.entry(delivery: delivery.id, recipient: recipient.id)
            mail.state = .failed
            try transaction.outbox.insert([mail])
            try transaction.outbox.update(mail)
            return try transaction.figures.usage(from: Sample.start, until: Sample.after(1_000), sender: nil)
        }
        #expect(Set(rows.map(\.sender)) == [anna.id, bernd.id])
        #expect(
            rows.first { $0.sender == anna.id }
                == SenderUsage(
                    sender: anna.id, deliveries: 2, recipients: 4, files: 2, octets: 40, withFiles: 2, fetched: 1,
                    bounces: 1))
        try await test.read { transaction in
            let figures = transaction.figures
            let one = try figures.usage(from: Sample.start, until: Sample.after(1_000), sender: bernd.id)
            #expect(one.map(\.deliveries) == [1])
            #expect(try figures.sentCount(from: Sample.start, until: Sample.after(1_000)) == 3)
            #expect(try figures.sentCount(from: Sample.after(2), until: Sample.after(52)) == 1, "the end is not in it")
            #expect(
                try figures.sent(from: Sample.start, until: Sample.after(1_000))
                    == SentFigures(deliveries: 3, withFiles: 3, fetched: 1))
            #expect(try figures.keptFiles() == CleanUpAmount(count: 4, octets: 80))
        }
    }

    @Test func whatRanOutUnfetchedIsCounted() async throws {
        let test = try await TestDatabase()
        let anna = try sample.account()
        try await test.write { transaction in
            try transaction.accounts.insert(anna)
            let (delivery, recipient, file) = try send(anna, after: 0, state: .expired, in: transaction)
            _ = try send(anna, after: 1, state: .removed, in: transaction)
            _ = try send(anna, after: 2, state: .withdrawn, in: transaction)
            _ = try send(anna, after: 3, state: .sent, in: transaction)
            _ = try transaction.visits.recordFetch(
                delivery: delivery.id, recipient: recipient.id, file: file.id, at: Sample.after(60))
        }
        let found = try await test.read { try $0.figures.expired(from: Sample.start, until: Sample.after(5_000)) }
        #expect(found == ExpiredFigures(deliveries: 2, unfetched: 1))
        let none = try await test.read { try $0.figures.expired(from: Sample.after(5_000), until: Sample.after(6_000)) }
        #expect(none == ExpiredFigures(deliveries: 0, unfetched: 0))
    }

    @Test func accountsAreCountedByState() async throws {
        let test = try await TestDatabase()
        var guarded = try sample.account("a@x.example")
        guarded.secondFactor = Account.SecondFactor(
            sealedSecret: Data([1]), lastStep: 0, isConfirmed: true, recoveryCodeHashes: [])
        var begun = try sample.account("b@x.example")
        begun.secondFactor = Account.SecondFactor(
            sealedSecret: Data([1]), lastStep: 0, isConfirmed: false, recoveryCodeHashes: [])
        let accounts = [
            guarded, begun, try sample.account("c@x.example", state: .invited),
            try sample.account("d@x.example", state: .disabled), try sample.account("e@x.example"),
        ]
        try await test.write { transaction in for one in accounts { try transaction.accounts.insert(one) } }
        let figures = try await test.read { try $0.figures.accounts() }
        #expect(figures == AccountFigures(active: 3, invited: 1, disabled: 1, withoutSecondFactor: 2))
    }

    @Test func figuresComeFromTheirIndexes() async throws {
        let recorder = StatementRecorder()
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await StatementTour().run(in: test)
        for (part, index) in [
            ("SELECT count(*) FROM delivery WHERE sent_at", "COVERING INDEX delivery_by_sending"),
            (
                "FROM delivery WHERE state IN ('expired', 'removed')",
                "INDEX delivery_ran_out (state=? AND expires_at>? AND expires_at<?)"
            ),
            ("FROM delivery_file WHERE key_wraps IS NOT NULL", "INDEX delivery_file_kept"),
        ] {
            let statement = try #require(
                recorder.statements.first {
                    $0.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(part)
                })
            let plan = try await test.database.plan(of: statement)
            #expect(plan.contains { $0.contains(index) }, "\(plan)")
        }
    }

    @Test func anOlderDatabaseGetsTheIndexes() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("figures-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let former = try await SQLiteTestDatabase.open(
            folder, migrator: Migrator(migrations: Migration.all.filter { $0.number < Migration.figures.number }))
        let anna = try sample.account()
        let delivery = sample.delivery(of: anna.id, state: .sent)
        try await former.write { transaction in
            try transaction.accounts.insert(anna)
            // As that version wrote it: what came later has columns of its own.
            let sql = try #require(transaction as? SQLTransaction).sql
            try sql.run(
                """
                INSERT INTO delivery (
                    id, sender, state, dispatch_path, subject, message, security_level, lifetime_days,
                    notifies_sender, copies_sender, withholds_message, language, chunk_size, thread_message_id,
                    created_at, updated_at, sent_at, draft_recipients, search, listed_at
                ) VALUES (
                    \(delivery.id), \(anna.id), 'sent', 'webUI', 'a', '', 1, 14, 0, 0, 0, 'de', 8388608, 't@a.example',
                    \(Sample.start), \(Sample.start), \(delivery.sentAt), '', 'a', \(delivery.sentAt)
                )
                """)
        }
        try await former.close()
        let database = try await SQLiteTestDatabase.open(folder)
        #expect(try await database.read { try $0.figures.sentCount(from: Sample.start, until: Sample.after(9)) } == 1)
        #expect(try await database.schema()["delivery_by_sending"] != nil)
        let found = try await database.read { try $0.deliveries.delivery(delivery.id, handledBy: anna.id) }
        #expect(found?.subject == "a" && found?.mailbox == nil)
        try await database.close()
    }
}
