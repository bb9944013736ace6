import Deliveries
import Foundation
import MailMessage
import MailTemplates
import Testing

@testable import Storage

@Suite struct RecipientStoreTests {
    let sample = Sample()

    @Test func recipientsKeepTheirOrderAndEveryPart() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let others = try [2, 1].map {
            try sample.recipient(of: stored.delivery.id, position: $0, "\"odd one\($0)\"@bücher.example", name: "")
        }
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.deliveries.insert(others)
        }
        #expect(
            try await test.read { try $0.deliveries.recipients(of: stored.delivery.id) }
                == [stored.recipient, others[1], others[0]])
        var recipient = stored.recipient
        recipient.email = try sample.email("richtig@kunde.example")
        recipient.name = "Richtig"
        recipient.openedAt = Sample.after(1)
        recipient.renewalAskedAt = Sample.after(2)
        recipient.reportedAt = Sample.after(3)
        let changed = recipient
        try await test.write { try $0.deliveries.update(changed) }
        #expect(try await test.read { try $0.deliveries.recipient(changed.id) } == changed)
    }

    @Test func earlierRecipientsAreOfferedByTheBeginningOfAWord() async throws {
        let test = try await TestDatabase()
        let first = try SampleDelivery(sample)
        let other = try sample.account("other@x.example")
        let foreign = sample.delivery(of: other.id, state: .sent)
        let recipients = [
            try sample.recipient(
                of: first.delivery.id, position: 1, "anna@kunde.example", name: "Anna-Lena Öz", after: 1),
            try sample.recipient(of: first.delivery.id, position: 2, "x_y@kunde.example", name: "Zoe", after: 2),
            try sample.recipient(of: foreign.id, "annika@kunde.example", name: "Annika", after: 3),
        ]
        let again = sample.delivery(of: first.account.id, state: .sent, after: 50)
        // Later, in other letters and without a name: the name stays.
        let annaAgain = try sample.recipient(of: again.id, "ANNA@kunde.example", name: "", after: 50)
        try await test.write { transaction in
            try first.store(in: transaction)
            try transaction.accounts.insert(other)
            for delivery in [foreign, again] { try transaction.deliveries.insert(delivery) }
            try transaction.deliveries.insert(recipients)
            try transaction.deliveries.insert([annaAgain])
        }
        func offered(_ prefix: String, limit: Int = 9) async throws -> [String] {
            try await test.read { transaction in
                try transaction.deliveries.earlierRecipients(sender: first.account.id, prefix: prefix, limit: limit)
                    .map(\.displayForm)
            }
        }
        let anna = "Anna-Lena Öz <ANNA@kunde.example>"
        let berta = "Berta Öz <berta@kunde.example>"
        #expect(try await offered("") == [anna, "Zoe <x_y@kunde.example>", berta])
        #expect(try await offered("", limit: 1) == [anna])
        #expect(try await offered("ann") == [anna])
        #expect(try await offered("LENA") == [anna])
        #expect(try await offered("öz") == [anna, berta])
        #expect(try await offered("anna@k") == [anna])
        #expect(try await offered("nna") == [])
        #expect(try await offered("x_") == ["Zoe <x_y@kunde.example>"])
        #expect(try await offered("x%") == [])

        var corrected = first.recipient
        corrected.email = try sample.email("richtig@kunde.example")
        let changed = corrected
        try await test.write { try $0.deliveries.update(changed) }
        #expect(try await offered("richtig") == ["Berta Öz <richtig@kunde.example>"])
    }

    @Test func aReplacedLinkIsFoundButNotActive() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let link = stored.link
        let shared = Link(
            id: sample.id(), delivery: stored.delivery.id, recipient: nil, kind: .shared, state: .active,
            tokenHash: sample.hash(), sealedToken: sample.octets(), createdAt: Sample.start)
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.deliveries.insert(shared)
        }
        #expect(try await test.read { try $0.deliveries.link(tokenHash: link.tokenHash) } == link)
        #expect(try await test.read { try $0.deliveries.link(shared.id) } == shared)
        #expect(try await test.read { try $0.deliveries.activeLink(of: stored.recipient.id) } == link)
        let newer = sample.link(of: stored.recipient, after: 5)
        try await test.write { transaction in
            try transaction.deliveries.replaceLinks(of: stored.recipient.id)
            #expect(try transaction.deliveries.activeLink(of: stored.recipient.id) == nil)
            try transaction.deliveries.insert(newer)
        }
        #expect(try await test.read { try $0.deliveries.activeLink(of: stored.recipient.id) } == newer)
        #expect(try await test.read { try $0.deliveries.link(tokenHash: link.tokenHash)?.state } == .replaced)
        #expect(try await test.read { try $0.deliveries.link(shared.id)?.state } == .active)
    }

    @Test func tenThousandRecipientsGoIntoOneTransaction() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let recipients = try (1...10_000).map {
            try sample.recipient(of: stored.delivery.id, position: $0, "r\($0)@kunde.example", name: "R \($0)")
        }
        let mails = try recipients.map { try sample.entry(delivery: stored.delivery.id, recipient: $0.id) }
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.deliveries.insert(recipients)
            for recipient in recipients { try transaction.deliveries.insert(stored.sample.link(of: recipient)) }
            try transaction.outbox.insert(mails)
        }
        let found = try await test.read { transaction in
            (
                try transaction.deliveries.recipients(of: stored.delivery.id).count,
                try transaction.outbox.newestEntries(of: stored.delivery.id, kind: .delivery).count
            )
        }
        #expect(found == (10_001, 10_000))
    }
}
