import Deliveries
import Foundation
import Localization
import Testing

@testable import Storage

@Suite struct DeliveryStoreTests {
    let sample = Sample()

    @Test func everyPartOfADeliveryIsKept() async throws {
        let test = try await TestDatabase()
        let account = try sample.account()
        var delivery = sample.delivery(of: account.id)
        let draft = delivery
        try await test.write { transaction in
            try transaction.accounts.insert(account)
            try transaction.deliveries.insert(draft)
        }
        #expect(try await test.read { try $0.deliveries.delivery(draft.id) } == draft)

        delivery.state = .expired
        delivery.subject = "Neu"
        delivery.message = "Text\n\nmit Absatz"
        delivery.level = .secureLink
        delivery.lifetimeDays = 30
        delivery.passwordHash = nil
        delivery.notifiesSender = true
        delivery.copiesSender = false
        delivery.withholdsMessage = false
        delivery.language = .german
        delivery.updatedAt = Sample.after(20)
        delivery.sentAt = Sample.after(21)
        delivery.expiresAt = Sample.after(22)
        delivery.removeFilesAt = Sample.after(23)
        delivery.remindedAt = Sample.after(24)
        delivery.draftRecipients = ""
        let changed = delivery
        try await test.write { try $0.deliveries.update(changed) }
        #expect(try await test.read { try $0.deliveries.delivery(changed.id) } == changed)
    }

    @Test func onlyADraftWithoutFilesIsRemoved() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample, state: .draft)
        let sent = sample.delivery(of: stored.account.id, state: .sent)
        let withFiles = sample.delivery(of: stored.account.id)
        let file = sample.file(of: withFiles.id)
        try await test.write { transaction in
            try transaction.accounts.insert(stored.account)
            for delivery in [stored.delivery, sent, withFiles] { try transaction.deliveries.insert(delivery) }
            try transaction.deliveries.insert([stored.recipient])
            try transaction.files.insert(file)
            try transaction.deliveries.removeDraft(stored.delivery.id)
        }
        #expect(try await test.read { try $0.deliveries.delivery(stored.delivery.id) } == nil)
        #expect(try await test.read { try $0.deliveries.recipient(stored.recipient.id) } == nil)
        for kept in [sent, withFiles] {
            let error = await #expect(throws: DeliveriesError.self) {
                try await test.write { try $0.deliveries.removeDraft(kept.id) }
            }
            #expect(error?.code == .conflict)
            #expect(try await test.read { try $0.deliveries.delivery(kept.id) } == kept)
        }
    }

    @Test func theClockFindsWhatIsDue() async throws {
        let test = try await TestDatabase()
        let account = try sample.account()
        let draft = sample.delivery(of: account.id)
        let soon = sample.delivery(of: account.id, state: .sent, after: 0)
        let later = sample.delivery(of: account.id, state: .sent, after: 500)
        var reminded = sample.delivery(of: account.id, state: .sent, after: 100)
        reminded.remindedAt = Sample.after(101)
        let expired = sample.delivery(of: account.id, state: .expired, after: 10)
        let withdrawn = sample.delivery(of: account.id, state: .withdrawn, after: 0)
        let removed = sample.delivery(of: account.id, state: .removed, after: 0)
        let all = [draft, soon, later, reminded, expired, withdrawn, removed]
        try await test.write { transaction in
            try transaction.accounts.insert(account)
            for delivery in all { try transaction.deliveries.insert(delivery) }
        }
        let found = try await test.read { transaction in
            let store = transaction.deliveries
            return (
                expire: try store.deliveriesToExpire(now: Sample.after(1_100), limit: 9),
                expireOne: try store.deliveriesToExpire(now: Sample.after(1_100), limit: 1),
                remove: try store.deliveriesToRemove(now: Sample.after(2_010), limit: 9),
                remind: try store.deliveriesToRemind(now: Sample.after(900), before: Sample.after(1_501), limit: 9),
                remindOver: try store.deliveriesToRemind(
                    now: Sample.after(1_000), before: Sample.after(1_500), limit: 9),
                abandoned: try store.abandonedDrafts(
                    before: Sample.after(2), insertedBefore: Sample.start, limit: 9),
                fresh: try store.abandonedDrafts(
                    before: Sample.after(1), insertedBefore: Sample.start, limit: 9)
            )
        }
        #expect(found.expire == [soon, reminded])
        #expect(found.expireOne == [soon])
        #expect(found.remove == [withdrawn, expired])
        #expect(found.remind == [soon, later])
        #expect(found.remindOver.isEmpty)
        #expect(found.abandoned == [draft])
        #expect(found.fresh.isEmpty)
    }

    @Test func aListCountsRecipientsFilesFetchesAndFailures() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let second = try sample.recipient(of: stored.delivery.id, position: 1, "c@kunde.example", name: "")
        let more = try (2..<6).map {
            try sample.recipient(of: stored.delivery.id, position: $0, "r\($0)@kunde.example", name: "R\($0)")
        }
        let attachment = sample.file(of: stored.delivery.id, position: 1, name: "Anlage.zip", size: 100)
        func mail(_ recipient: Recipient, _ state: OutboxEntry.State, after: TimeInterval) throws -> OutboxEntry {
            var entry = try sample.entry(delivery: stored.delivery.id, recipient: recipient.id, after: after)
            entry.state = state
            return entry
        }
        let mails = [
            // Failed, corrected, and then handed over: no failure.
            try mail(stored.recipient, .failed, after: 1), try mail(stored.recipient, .handedOver, after: 2),
            try mail(second, .failed, after: 1), try mail(more[0], .local, after: 1),
        ]
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.deliveries.insert([second] + more)
            try transaction.files.insert(attachment)
            try transaction.outbox.insert(mails)
            for file in [stored.file, attachment] {
                _ = try transaction.visits.recordFetch(
                    delivery: stored.delivery.id, recipient: second.id, file: file.id, at: Sample.after(5))
            }
            _ = try transaction.visits.recordFetch(
                delivery: stored.delivery.id, recipient: nil, file: attachment.id, at: Sample.after(5))
        }
        let list = try await test.read { transaction in
            try transaction.deliveries.summaries(
                sender: stored.account.id, mailbox: nil, search: "", states: nil, offset: 0, limit: 10)
        }
        #expect(
            list == [
                DeliverySummary(
                    delivery: stored.delivery, recipients: 6, recipientsFetched: 1, failed: 1, notSent: 1, files: 2,
                    size: 120,
                    firstRecipients: ["Berta Öz", "c@kunde.example", "R2"])
            ])
    }

    @Test func aListIsSearchedByStateSubjectRecipientAndFile() async throws {
        let test = try await TestDatabase()
        let account = try sample.account()
        let other = try sample.account("other@x.example")
        let old = sample.delivery(of: account.id, subject: "STEUERERKLÄRUNG 100%", state: .sent)
        let recent = sample.delivery(of: account.id, subject: "Akte", state: .withdrawn, after: 50)
        let draft = sample.delivery(of: account.id, subject: "Entwurf", after: 100)
        let foreign = sample.delivery(of: other.id, subject: "Akte", state: .sent)
        let recipient = try sample.recipient(of: recent.id, "karl@bäcker.example", name: "Karl ÄRMEL")
        let file = sample.file(of: old.id, name: "Grüße_1.PDF")
        try await test.write { transaction in
            for account in [account, other] { try transaction.accounts.insert(account) }
            for delivery in [old, recent, draft, foreign] { try transaction.deliveries.insert(delivery) }
            try transaction.deliveries.insert([recipient])
            try transaction.files.insert(file)
        }
        func found(
            _ search: String, states: [Delivery.State]? = nil, offset: Int = 0, limit: Int = 10
        ) async throws -> [DeliveryID] {
            try await test.read { transaction in
                let list = try transaction.deliveries.summaries(
                    sender: account.id, mailbox: nil, search: search, states: states, offset: offset, limit: limit)
                let count = try transaction.deliveries.summaryCount(
                    sender: account.id, mailbox: nil, search: search, states: states)
                if offset == 0, list.count < limit { #expect(count == list.count) }
                return list.map(\.delivery.id)
            }
        }
        #expect(try await found("") == [recent.id, old.id])
        #expect(try await found("", limit: 1) == [recent.id])
        #expect(try await found("", offset: 1) == [old.id])
        #expect(try await found("", states: [.draft]) == [draft.id])
        #expect(try await found("", states: []) == [])
        #expect(try await found("", states: [.sent, .draft]) == [draft.id, old.id])
        #expect(try await found("steuererklärung") == [old.id])
        #expect(try await found("0%") == [old.id])
        #expect(try await found("ärmel") == [recent.id])
        #expect(try await found("BÄCKER.example") == [recent.id])
        #expect(try await found("xn--bcker") == [recent.id])
        #expect(try await found("grüsse_1.pdf") == [old.id])
        #expect(try await found("grüsse%") == [])
        #expect(try await found("Entwurf") == [])
    }
}
