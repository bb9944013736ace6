import Deliveries
import Foundation
import MailMessage
import MailTemplates
import SMTP
import Secrets
import SenderDomains
import ServiceLifecycleTestKit
import Testing

@testable import Outbox

@Suite struct MailAttemptTests {
    @Test func aMailIsHandedOver() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                let report = try await house.attemptNext()
                #expect(report.outcome.result == .handedOver(answer: "250 2.0.0 queued as 4711"))
                let after = try await house.entry(row.id)
                #expect(after == report.entry)
                #expect(after.state == .handedOver && after.attempts == 1 && after.finishedAt == house.now)
                #expect(after.leasedUntil == nil && after.dotSentAt == nil && after.failureClass == "")
                #expect(after.lastAnswer == "250 2.0.0 queued as 4711")
                let attempt = try #require(try await house.attempts(row.id).first)
                #expect(attempt.outcome == "handed-over" && attempt.endedAt == house.now && attempt.number == 1)
                #expect(try await house.events(of: row) == [.handedOver])
                let mail = try #require(server.mails.first)
                #expect(server.mails.count == 1 && mail.recipient == "bea@praxis.example")
                #expect(mail.text.contains("Message-ID: <\(row.messageID)>\r\n"))
                // Nothing is left to do.
                house.pass(1_000_000)
                #expect(try await house.lease().isEmpty)
            }
        }
    }

    @Test func reportsAreAskedToNameOurRecipientAndToBringOnlyHeaders() async throws {
        try await MailServer.with(extensions: ["DSN"]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                _ = try await house.send()
                try await house.attemptNext()
                #expect(server.lines.contains { $0.hasPrefix("MAIL FROM:<") && $0.hasSuffix("> RET=HDRS") })
                #expect(server.lines.contains("RCPT TO:<bea@praxis.example> ORCPT=rfc822;bea@praxis.example"))
            }
        }
    }

    @Test func aRefusalForGoodFailsTheMailAndTellsTheSenderOnce() async throws {
        try await MailServer.with(answers: ["RCPT": .say("550 5.1.1 no such user\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                let after = try await house.entry(row.id)
                #expect(after.state == .failed && after.failureClass == "no-such-user")
                #expect(after.lastAnswer == "550 5.1.1 no such user" && after.finishedAt == house.now)
                #expect(try await house.events(of: row) == [.failed])
                let notices = try await house.entries().filter { $0.kind == .undeliverable }
                #expect(notices.map { $0.to.wireForm } == ["anna@kunde.example"])
                #expect(try await house.attempts(row.id).map(\.outcome) == ["refused"])
            }
        }
    }

    @Test func aSuppressedAddressIsNotDialled() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                let now = house.now
                try await house.database.write {
                    try $0.suppressions.set(
                        Suppression(
                            address: row.to, reason: .noSuchUser, answer: "550 5.1.1 no such user", source: nil,
                            at: now))
                }
                try await house.attemptNext()
                let after = try await house.entry(row.id)
                #expect(after.state == .failed && after.failureClass == "no-such-user" && after.attempts == 0)
                #expect(after.lastAnswer.hasPrefix("Not sent. The address is suppressed since "))
                #expect(after.lastAnswer.hasSuffix("550 5.1.1 no such user"))
                #expect(server.mails.isEmpty)
                #expect(try await house.attempts(row.id).isEmpty)
                #expect(try await house.events(of: row) == [.failed])
                // An administrator who tries again knows better.
                try await house.actions.retry(row.id, by: nil, origin: .commandLine)
                // The notice to the sender waits, too.
                for _ in 0..<2 { try await house.attemptNext() }
                #expect(try await house.entry(row.id).state == .handedOver)
                #expect(try await house.database.read { try $0.suppressions.suppression(of: row.to) } == nil)
            }
        }
    }

    @Test func nobodyTriesAgainAgainstAnOwnersWish() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                let now = house.now
                try await house.database.write {
                    try $0.suppressions.set(
                        Suppression(address: row.to, reason: .complaint, answer: "", source: nil, at: now))
                }
                try await house.attemptNext()
                #expect(try await house.entry(row.id).failureClass == "complaint")
                await #expect(throws: DeliveriesError(.conflict)) {
                    try await house.actions.retry(row.id, by: nil, origin: .commandLine)
                }
                #expect(server.mails.isEmpty)
            }
        }
    }

    @Test func aTemporaryRefusalDefersTheMail() async throws {
        try await MailServer.with(answers: ["RCPT": .say("451 4.7.1 Greylisted\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                var after = try await house.entry(row.id)
                #expect(after.state == .queued && after.failureClass == "greylisted" && after.finishedAt == nil)
                #expect(after.nextAttemptAt == house.now.addingTimeInterval(60) && after.leasedUntil == nil)
                #expect(try await house.lease().isEmpty)
                house.pass(61)
                try await house.attemptNext()
                after = try await house.entry(row.id)
                #expect(after.attempts == 2 && after.nextAttemptAt == house.now.addingTimeInterval(300))
                // The first delay is news, the second is not.
                #expect(try await house.events(of: row) == [.delayed])
                server.answer("RCPT", nil)
                house.pass(301)
                try await house.attemptNext()
                #expect(try await house.events(of: row) == [.delayed, .handedOver])
                #expect(try await house.attempts(row.id).map(\.outcome) == ["deferred", "deferred", "handed-over"])
                #expect(server.mails.count == 1)
            }
        }
    }

    @Test func anAnswerLostBehindTheDotLeavesTheOutcomeOpen() async throws {
        try await MailServer.with(answers: [".": .close]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                let after = try await house.entry(row.id)
                #expect(after.state == .queued && after.failureClass == "unknown" && after.dotSentAt != nil)
                #expect(try await house.attempts(row.id).map(\.outcome) == ["unknown"])
                server.answer(".", nil)
                house.pass(61)
                try await house.attemptNext()
                #expect(try await house.entry(row.id).state == .handedOver)
                // The window that SMTP has: the same octets, the same Message-ID.
                #expect(server.mails.count == 2 && server.mails[0] == server.mails[1])
            }
        }
    }

    @Test func theAttemptIsRecordedBeforeAnythingIsDialled() async throws {
        try await MailServer.with(answers: ["greeting": .hold("220 mx.example\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                async let report = house.attemptNext()
                await server.waitUntilHolding()
                let during = try await house.entry(row.id)
                #expect(during.attempts == 1 && during.nextAttemptAt == house.now.addingTimeInterval(60))
                #expect(during.visibleFrom == "zustellung@depesche.example" && during.dotSentAt == nil)
                #expect(try await house.attempts(row.id).map(\.endedAt) == [nil])
                server.release()
                #expect(try await report.entry.state == .handedOver)
            }
        }
    }

    @Test func dotSentIsRecordedBeforeTheAnswer() async throws {
        try await MailServer.with(answers: [".": .hold("250 2.0.0 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                async let report = house.attemptNext()
                await server.waitUntilHolding()
                #expect(try await house.entry(row.id).dotSentAt == house.now)
                server.release()
                #expect(try await report.entry.state == .handedOver)
            }
        }
    }

    @Test func whatIsCancelledBeforeTheDotDoesNotLeave() async throws {
        try await MailServer.with(answers: ["RCPT": .hold("250 2.1.5 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                async let report = house.attemptNext()
                await server.waitUntilHolding()
                try await house.actions.cancel(row.id, by: nil, origin: OutboxHouse.origin)
                server.release()
                #expect(try await report.outcome.result == .cancelled)
                #expect(try await house.entry(row.id).state == .cancelled)
                #expect(server.mails.isEmpty)
                #expect(try await house.attempts(row.id).map(\.outcome) == ["cancelled"])
                #expect(try await house.events(of: row) == [.cancelled])
            }
        }
    }

    @Test func whatTheServerHasIsHandedOverEvenIfCancelledMeanwhile() async throws {
        try await MailServer.with(answers: [".": .hold("250 2.0.0 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                async let report = house.attemptNext()
                await server.waitUntilHolding()
                try await house.actions.cancel(row.id, by: nil, origin: OutboxHouse.origin)
                server.release()
                #expect(try await report.entry.state == .handedOver)
                #expect(try await house.events(of: row) == [.cancelled, .handedOver])
            }
        }
    }

    @Test func whatWasCancelledAfterTheLeaseIsNotTried() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                let leased = try #require(try await house.lease().first)
                try await house.actions.cancel(row.id, by: nil, origin: OutboxHouse.origin)
                let report = try await house.attempt.carryOut(
                    leased, settings: try await house.parts.settings.current())
                #expect(report.outcome.result == .cancelled && server.connections == 0)
                #expect(try await house.entry(row.id).attempts == 0)
            }
        }
    }

    @Test func aCodeIsGivenUpWhenItHasRunOut() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.enqueue(
                    CodeMail(code: "482913", sender: MailPerson(Mailbox(address: house.sender.email))))
                house.pass(MailComposer.codeLifetime)
                try await house.attemptNext()
                let after = try await house.entry(row.id)
                #expect(after.state == .failed && after.failureClass == "expired")
                #expect(server.connections == 0)
            }
        }
    }

    @Test func mailIsGivenUpFiveDaysAfterItsFirstAttempt() async throws {
        try await MailServer.with(answers: ["MAIL": .say("451 4.3.0 not now\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                // What waited without any attempt is not too old: nobody has tried.
                house.pass(6 * 86_400)
                try await house.attempt(row)
                #expect(try await house.entry(row.id).state == .queued)
                house.pass(5 * 86_400 - 10)
                try await house.attempt(row)
                #expect(try await house.entry(row.id).state == .queued)
                house.pass(86_400)
                try await house.attempt(row)
                let after = try await house.entry(row.id)
                #expect(after.state == .failed && after.failureClass == "expired")
                #expect(after.lastAnswer == "451 4.3.0 not now")
                #expect(try await house.events(of: row).last == .failed)
            }
        }
    }

    @Test func theLocalMailboxKeepsMail() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let row = try await house.send()[0]
            let report = try await house.attemptNext()
            #expect(report.outcome.result == .keptLocally && report.entry.state == .local)
            #expect(try await house.entry(row.id).attempts == 0)
            #expect(try await house.events(of: row) == [.storedLocally])
        }
    }

    @Test func aMissingSystemSenderDelaysMailAndIsOneEvent() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                // Settings refuse this; an environment of another installation may still bring it about.
                try await house.database.write { try $0.settings.remove(SettingKey.mailSystemSender.name) }
                for _ in 1...3 {
                    let report = try await house.attemptNext()
                    #expect(report.outcome.result == RouteOutcome.missingSender.result)
                    house.pass(3_600)
                }
                let after = try await house.entry(row.id)
                #expect(after.state == .queued && after.attempts == 3 && server.connections == 0)
                #expect(try await house.events(of: row) == [.delayed])
            }
        }
    }

    @Test func aMailThatCannotBeOpenedFailsAndIsKept() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                var changed = row
                changed.sealedMail[changed.sealedMail.count - 1] ^= 1
                let spoiled = changed
                try await house.database.write { try $0.outbox.update(spoiled) }
                let report = try await house.attemptNext()
                #expect(report.entry.state == .failed && server.connections == 0)
                #expect(try await house.attempts(row.id).map(\.outcome) == ["refused"])
            }
        }
    }

    @Test func theSenderIsDecidedAnewAtEachAttempt() async throws {
        try await MailServer.with(answers: ["RCPT": .say("451 4.3.0 later\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                #expect(try await house.entry(row.id).visibleFrom == "zustellung@depesche.example")
                try await house.set(["smtp.home-domains": "kunde.example"])
                server.answer("RCPT", nil)
                house.pass(61)
                let report = try await house.attemptNext()
                #expect(report.sender?.reason == .homeDomain)
                #expect(try await house.entry(row.id).visibleFrom == "anna@kunde.example")
                let mail = try #require(server.mails.first)
                #expect(mail.sender == "anna@kunde.example" && mail.text.contains("<anna@kunde.example>"))
                #expect(!mail.text.contains("Reply-To"))
            }
        }
    }

    @Test func aKilledAttemptIsToldApartByItsDot() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let rows = try await house.send(to: "bea@praxis.example; carl@praxis.example")
                // Both were under way when the process died; of the second one the dot was sent.
                for (index, row) in rows.enumerated() {
                    var dead = row
                    dead.attempts = 1
                    dead.dotSentAt = index == 1 ? house.now : nil
                    let (entry, attempt) = (dead, OutboxAttempt(entry: row.id, number: 1, startedAt: house.now))
                    try await house.database.write { transaction in
                        try transaction.outbox.update(entry)
                        try transaction.outbox.insert(attempt)
                    }
                    try await house.attemptNext()
                }
                #expect(try await house.attempts(rows[0].id).map(\.outcome) == ["deferred", "handed-over"])
                #expect(try await house.attempts(rows[1].id).map(\.outcome) == ["unknown", "handed-over"])
            }
        }
    }

    @Test func whatTheServerSaidIsRecordedAlsoWhenTheDiskIsFullForAWhile() async throws {
        try await MailServer.with(answers: [".": .hold("250 2.0.0 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                async let report = house.attemptNext()
                await server.waitUntilHolding()
                house.disk.fail(times: 3)
                server.release()
                #expect(try await report.entry.state == .handedOver)
                #expect(house.disk.pauses == [.seconds(2), .seconds(4), .seconds(8)])
                #expect(try await house.entry(row.id).state == .handedOver && server.mails.count == 1)
            }
        }
    }

    @Test func aStopDoesNotWaitForADatabaseThatIsAway() async throws {
        try await MailServer.with(answers: [".": .hold("250 2.0.0 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                await testGracefulShutdown { trigger in
                    let report = Task { try await house.attemptNext() }
                    await server.waitUntilHolding()
                    house.disk.fail(times: 100)
                    trigger.triggerGracefulShutdown()
                    server.release()
                    await #expect(throws: DeliveriesError.self) { try await report.value }
                }
                #expect(house.disk.pauses == Array(repeating: .seconds(1), count: 11))
                house.disk.fail(times: 0)
                // Nobody knows, so it goes once more when the lease is over.
                let after = try await house.entry(row.id)
                #expect(after.state == .queued && after.leasedUntil != nil && after.dotSentAt != nil)
            }
        }
    }

    @Test func conversationsAreSealedAndShown() async throws {
        try await MailServer.with(answers: ["MAIL": .say("553 5.7.1 not yours\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                let stored = try #require(try await house.attempts(row.id).first?.sealedConversation)
                #expect(!String(decoding: stored, as: UTF8.self).contains("553"))
                let (_, attempts) = try await house.actions.show(row.id)
                let lines = attempts[0].conversation.entries.map(\.text)
                #expect(lines.contains("553 5.7.1 not yours"))
                #expect(lines.contains { $0.hasPrefix("MAIL FROM:<zustellung@depesche.example>") })
                #expect(attempts[0].attempt.answer == "553 5.7.1 not yours")
            }
        }
    }

    @Test func aRefusalOfSomebodyWhoDidNotSignInWaits() async throws {
        let denied = MailServer.Answer.say("554 5.7.1 <bea@praxis.example>: Relay access denied\r\n")
        try await MailServer.with(extensions: ["AUTH PLAIN"], answers: ["RCPT": denied]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                let after = try await house.entry(row.id)
                #expect(after.state == .queued && after.failureClass == "authentication")
            }
        }
        // Where no sign-in is offered, it is what it says.
        try await MailServer.with(answers: ["RCPT": denied]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                #expect(try await house.entry(row.id).state == .failed)
            }
        }
    }

    @Test(arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
    func aConnectionThatClosesAtAnyStepOnlyDelays(_ verb: String) async throws {
        try await MailServer.with(answers: [verb: .close]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                #expect(try await house.entry(row.id).state == .queued)
                server.answer(verb, nil)
                house.pass(61)
                try await house.attemptNext()
                #expect(try await house.entry(row.id).state == .handedOver)
                #expect(server.mails.count == 1)
            }
        }
    }
}
