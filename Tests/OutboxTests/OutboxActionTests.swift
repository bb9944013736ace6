import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import SMTP
import Secrets
import Testing

@testable import Outbox

@Suite struct OutboxActionTests {
    func audit(_ house: OutboxHouse) async throws -> [String] {
        try await house.database.read { transaction in
            try transaction.ledger.audit(offset: 0, limit: 100).map(\.action)
        }
    }

    @Test func rowsAreListedNewestFirstAndCounted() async throws {
        try await OutboxHouse.with(port: nil) { house in
            for recipient in ["bea@praxis.example", "carl@amt.example", "dora@amt.example"] {
                try await house.send(to: recipient)
                house.pass(1)
            }
            let all = try await house.actions.list(OutboxFilter(), offset: 0, limit: 2)
            #expect(all.total == 3 && all.0.map { $0.to.wireForm } == ["dora@amt.example", "carl@amt.example"])
            let found = try await house.actions.list(OutboxFilter(search: "praxis"), offset: 0, limit: 10)
            #expect(found.total == 1)
            try await house.attemptNext()
            let counts = try await house.actions.counts()
            #expect(
                counts.counts == [.queued: 2, .local: 1]
                    && counts.oldestQueued == OutboxHouse.start.addingTimeInterval(1))
        }
    }

    @Test func aRowThatIsNotThereIsNotFound() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let id = OutboxEntryID(now: house.now, random: SeededRandomSource(seed: 3))
            #expect(await refusal { _ = try await house.actions.show(id) }?.code == .notFound)
            #expect(
                await refusal { try await house.actions.retry(id, by: nil, origin: OutboxHouse.origin) }?.code
                    == .notFound)
            #expect(
                await refusal { try await house.actions.cancel(id, by: nil, origin: OutboxHouse.origin) }?.code
                    == .notFound)
        }
    }

    @Test func retryPutsAFailedMailToTheFront() async throws {
        try await MailServer.with(answers: ["RCPT": .say("550 5.1.1 no such user\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                server.answer("RCPT", nil)
                try await house.actions.retry(row.id, by: house.sender.id, origin: OutboxHouse.origin)
                let queued = try await house.entry(row.id)
                #expect(queued.state == .queued && queued.nextAttemptAt == house.now && queued.finishedAt == nil)
                #expect(house.wakeUp.takeEagerness())
                #expect(try await audit(house).contains(AuditAction.outboxRetried.rawValue))
                while try await house.entry(row.id).state == .queued { try await house.attemptNext() }
                #expect(try await house.entry(row.id).state == .handedOver)
                #expect(
                    await refusal {
                        try await house.actions.retry(row.id, by: nil, origin: OutboxHouse.origin)
                    }?.code == .conflict)
            }
        }
    }

    @Test func whatLeadsNowhereIsNotTriedAgain() async throws {
        try await MailServer.with(answers: ["RCPT": .say("550 5.1.1 no such user\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                let delivery = try #require(row.delivery)
                _ = try await DeliveryActions(house.parts).withdraw(delivery, by: house.sender.id)
                #expect(
                    await refusal {
                        try await house.actions.retry(row.id, by: nil, origin: OutboxHouse.origin)
                    }?.code == .conflict)
                let code = try await house.enqueue(
                    CodeMail(code: "482913", sender: MailPerson(Mailbox(address: house.sender.email))))
                house.pass(MailComposer.codeLifetime)
                #expect(
                    await refusal {
                        try await house.actions.retry(code.id, by: nil, origin: OutboxHouse.origin)
                    }?.code == .conflict)
            }
        }
    }

    @Test func cancelGivesAMailUp() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let row = try await house.send()[0]
            try await house.actions.cancel(row.id, by: house.sender.id, origin: OutboxHouse.origin)
            let after = try await house.entry(row.id)
            #expect(after.state == .cancelled && after.finishedAt == house.now)
            #expect(try await house.events(of: row) == [.cancelled])
            #expect(try await audit(house).contains(AuditAction.outboxCancelled.rawValue))
            #expect(try await house.lease().isEmpty)
            #expect(
                await refusal {
                    try await house.actions.cancel(row.id, by: nil, origin: OutboxHouse.origin)
                }?.code == .conflict)
        }
    }

    @Test func theLocalMailboxIsSentWhenAServerIsConnected() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: nil) { house in
                let rows = try await house.send(to: "bea@praxis.example; carl@praxis.example")
                for _ in rows { try await house.attemptNext() }
                // Weeks later somebody connects a mail server.
                house.pass(20 * 86_400)
                try await house.set(["mail.route": "smtp", "smtp.port": String(server.port)])
                #expect(
                    try await house.actions.resolveLocal(send: true, by: nil, origin: OutboxHouse.origin) == 2)
                for _ in rows { try await house.attemptNext() }
                #expect(try await house.entries().map(\.state) == [.handedOver, .handedOver])
                #expect(server.mails.count == 2)
                #expect(try await audit(house).contains(AuditAction.localMailReleased.rawValue))
            }
        }
    }

    @Test func theLocalMailboxIsDiscardedAndDeliveriesAreTold() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let rows = try await house.send(to: (1...120).map { "r\($0)@praxis.example" }.joined(separator: ";"))
            for leased in try await house.lease(limit: 200) {
                _ = try await house.attempt.carryOut(leased, settings: try await house.parts.settings.current())
            }
            #expect(try await house.actions.resolveLocal(send: false, by: nil, origin: OutboxHouse.origin) == 120)
            #expect(try await house.entries().allSatisfy { $0.state == .cancelled && $0.finishedAt == house.now })
            #expect(try await house.events(of: rows[0]).filter { $0 == .cancelled }.count == 120)
            #expect(try await audit(house).contains(AuditAction.localMailDiscarded.rawValue))
        }
    }

    @Test func aStoredMailIsShownAsItWouldArrive() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let row = try await house.send()[0]
            #expect(
                await refusal {
                    _ = try await house.actions.storedMail(
                        row.id, by: nil, origin: OutboxHouse.origin, masksSecrets: false)
                }?.code == .notFound)
            try await house.attemptNext()
            let open = try await house.actions.storedMail(
                row.id, by: house.sender.id, origin: OutboxHouse.origin, masksSecrets: false)
            #expect(open.mail.plainText.contains("/l/") && !open.mail.plainText.contains("••••••"))
            #expect(open.source.contains("To: bea@praxis.example") || open.source.contains("<bea@praxis.example>"))
            #expect(open.from.address.wireForm.hasPrefix("depesche@"))
            let masked = try await house.actions.storedMail(
                row.id, by: house.sender.id, origin: OutboxHouse.origin, masksSecrets: true)
            #expect(masked.mail.plainText.contains("/l/••••••"))
            let token = try #require(
                open.mail.plainText.components(separatedBy: "/l/").dropFirst().first?.prefix(22))
            for text in [masked.mail.plainText, masked.mail.html, masked.mail.subject, masked.source] {
                #expect(!text.contains(token))
            }
            #expect(try await audit(house).filter { $0 == AuditAction.localMailViewed.rawValue }.count == 2)
        }
    }

    @Test func whatIsOldIsForgotten() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                house.pass(RetentionJob.retention - 1)
                let waiting = try await house.send(to: "late@praxis.example")[0]
                _ = try await RetentionJob(house.parts).run(now: house.now)
                #expect(try await !house.entry(row.id).sealedMail.isEmpty)
                house.pass(2)
                _ = try await RetentionJob(house.parts).run(now: house.now)
                #expect(try await house.entry(row.id).sealedMail.isEmpty)
                let (_, attempts) = try await house.actions.show(row.id)
                #expect(attempts.count == 1 && attempts[0].conversation.entries.isEmpty)
                #expect(attempts[0].attempt.answer == "250 2.0.0 queued as 4711")
                // What has not left is kept, however old.
                house.pass(100 * 86_400)
                _ = try await RetentionJob(house.parts).run(now: house.now)
                #expect(try await !house.entry(waiting.id).sealedMail.isEmpty)
            }
        }
    }
}
