import Deliveries
import Foundation
import Testing

@testable import Storage

/// What belongs to a mailbox is seen by those who are in its group now, and by nobody else, whichever way they look.
@Suite struct MailboxStoreTests {
    private static func group(_ sample: Sample, _ name: String) throws -> AccountGroup {
        AccountGroup(
            id: sample.id(), name: name,
            mailbox: GroupMailbox(address: try sample.email("\(name)@kanzlei.example"), name: "Postfach \(name)"),
            createdAt: Sample.start, updatedAt: Sample.start)
    }

    @Test func aMailboxComesBackAndIsFoundByItsAddressWhateverItsCapitals() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        var group = try Self.group(sample, "buero")
        let first = group
        try await test.write { try $0.groups.insert(first) }
        let found = try await test.database.read { try $0.groups.group(mailbox: sample.email("BUERO@kanzlei.example")) }
        #expect(found == first && found?.mailbox?.name == "Postfach buero")
        group.mailbox = nil
        let second = group
        try await test.write { try $0.groups.update(second) }
        #expect(try await test.database.read { try $0.groups.group(second.id) } == second)
        #expect(
            try await test.database.read { try $0.groups.group(mailbox: sample.email("buero@kanzlei.example")) } == nil)
    }

    @Test func aGroupOfFormerTimesHasNoMailboxAndGetsOne() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mailboxes-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let former = try await SQLiteTestDatabase.open(
            folder, migrator: Migrator(migrations: Migration.all.filter { $0.number < Migration.mailboxes.number }))
        let sample = Sample()
        let id: GroupID = sample.id()
        try await former.write { transaction in
            let sql = try #require(transaction as? SQLTransaction).sql
            try sql.run(
                """
                INSERT INTO account_group (id, name, name_key, created_at, updated_at)
                VALUES (\(id), 'A', 'a', \(Sample.start), \(Sample.start))
                """)
        }
        try await former.close()
        let database = try await SQLiteTestDatabase.open(folder)
        var group = try #require(try await database.read { try $0.groups.group(id) })
        #expect(group.mailbox == nil)
        group.mailbox = GroupMailbox(address: try sample.email("a@kanzlei.example"), name: "A")
        let changed = group
        try await database.write { try $0.groups.update(changed) }
        #expect(try await database.read { try $0.groups.group(mailbox: sample.email("a@kanzlei.example")) } == changed)
        try await database.close()
    }

    @Test func aGroupWithDeliveriesCannotBeRemoved() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let (anna, group, other) = (try sample.account(), try Self.group(sample, "a"), try Self.group(sample, "b"))
        var delivery = sample.delivery(of: anna.id, state: .sent)
        delivery.mailbox = group.id
        let stored = delivery
        try await test.write { transaction in
            try transaction.accounts.insert(anna)
            try transaction.groups.insert(group)
            try transaction.groups.insert(other)
            try transaction.deliveries.insert(stored)
        }
        #expect(try await test.database.read { try $0.deliveries.count(inMailbox: group.id) } == 1)
        await #expect(throws: (any Error).self) { try await test.write { try $0.groups.remove(group.id) } }
        try await test.write { transaction in
            try transaction.deliveries.moveMailbox(from: group.id, to: other.id)
            try transaction.groups.remove(group.id)
        }
        #expect(try await test.database.read { try $0.deliveries.delivery(stored.id)?.mailbox } == other.id)
    }

    @Test(arguments: 1...6) func nobodyElseEverSeesWhatBelongsToAMailbox(seed: UInt64) async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        var dice = Dice(state: seed)
        let people = try (0..<4).map { try sample.account("p\($0)@kanzlei.example") }
        let groups = try ["a", "b", "c"].map { try Self.group(sample, $0) }
        var deliveries: [Delivery] = []
        for place in 0..<24 {
            let state: Delivery.State = dice.roll(3) == 0 ? .draft : .sent
            var delivery = sample.delivery(
                of: people[dice.roll(4)].id, state: state, after: TimeInterval(place * 10))
            delivery.mailbox = dice.roll(3) == 0 ? nil : groups[dice.roll(3)].id
            deliveries.append(delivery)
        }
        let all = deliveries
        try await test.write { transaction in
            for person in people { try transaction.accounts.insert(person) }
            for group in groups { try transaction.groups.insert(group) }
            for delivery in all {
                try transaction.deliveries.insert(delivery)
                try transaction.events.append(
                    DeliveryEvent(delivery: delivery.id, sender: delivery.sender, kind: .sent, at: Sample.start))
            }
        }
        var members: Set<[String]> = []
        for _ in 0..<12 {
            // Somebody comes or goes.
            let (person, group) = (people[dice.roll(4)], groups[dice.roll(3)])
            let key = [person.id.description, group.id.description]
            let joins = members.insert(key).inserted
            if !joins { members.remove(key) }
            try await test.write { transaction in
                let isChange =
                    joins
                    ? try transaction.groups.add(person.id, to: group.id)
                    : try transaction.groups.remove(person.id, from: group.id)
                #expect(isChange)
            }
            let now = members
            try await test.database.read { transaction in
                for reader in people {
                    func sees(_ delivery: Delivery) -> Bool {
                        guard let mailbox = delivery.mailbox, delivery.state != .draft else {
                            return delivery.sender == reader.id
                        }
                        return now.contains([reader.id.description, mailbox.description])
                    }
                    let expected = Set(all.filter(sees).map(\.id))
                    for delivery in all {
                        let found = try transaction.deliveries.delivery(delivery.id, handledBy: reader.id)
                        #expect((found != nil) == expected.contains(delivery.id))
                    }
                    var listed: Set<DeliveryID> = []
                    for mailbox in [nil] + groups.map({ Optional($0.id) }) {
                        for states in [nil, [Delivery.State.draft]] {
                            let rows = try transaction.deliveries.summaries(
                                sender: reader.id, mailbox: mailbox, search: "", states: states, offset: 0, limit: 99)
                            let count = try transaction.deliveries.summaryCount(
                                sender: reader.id, mailbox: mailbox, search: "", states: states)
                            #expect(count == rows.count)
                            for row in rows { #expect(listed.insert(row.delivery.id).inserted) }
                        }
                    }
                    #expect(listed == expected)
                    let told = try transaction.events.events(after: 0, sender: reader.id, limit: 99)
                    #expect(Set(told.map(\.delivery)) == expected)
                    let own = Set(all.filter { sees($0) && ($0.mailbox == nil || $0.state == .draft) }.map(\.id))
                    #expect(Set(try transaction.deliveries.deliveries(of: reader.id)) == own)
                    #expect(try transaction.deliveries.holdings(of: reader.id).reduce(0) { $0 + $1.count } == own.count)
                }
            }
        }
    }

    /// The same throws for the same seed.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % sides)
        }
    }
}
