import Deliveries
import Foundation
import MailMessage
import MailTemplates
import Secrets
import Synchronization
import Testing

@testable import Outbox

/// A mailbox in memory.
private final class MemoryMailbox: BounceMailbox, OpenBounceMailbox {
    private struct State {
        var mails: [UInt32: [UInt8]] = [:]
        var disposals: [UInt32: BounceDisposal] = [:]
        var next: UInt32 = 1
        var validity: UInt32 = 1
        var failsToDispose = false
    }
    private let state = Mutex(State())

    var disposals: [UInt32: BounceDisposal] { state.withLock { $0.disposals } }
    var uidValidity: UInt32 { state.withLock { $0.validity } }
    var nextUID: UInt32 { state.withLock { $0.next } }

    func put(_ text: String) {
        state.withLock {
            $0.mails[$0.next] = Array(text.utf8)
            $0.next += 1
        }
    }
    func renumber() {
        state.withLock {
            $0.validity += 1
            $0.disposals = [:]
        }
    }
    func failToDispose(_ fails: Bool) { state.withLock { $0.failsToDispose = fails } }

    func open<Result: Sendable>(
        _ body: @Sendable (any OpenBounceMailbox) async throws -> Result
    ) async throws -> Result { try await body(self) }
    func uids(in range: ClosedRange<UInt32>, since: Date) async throws -> [UInt32] {
        state.withLock { $0.mails.keys.filter { range.contains($0) }.sorted() }
    }
    func header(of uid: UInt32) async throws -> [UInt8]? { state.withLock { $0.mails[uid] } }
    func mail(_ uid: UInt32) async throws -> [UInt8]? { state.withLock { $0.mails[uid] } }
    func dispose(of uid: UInt32, _ disposal: BounceDisposal) async throws {
        try state.withLock {
            if $0.failsToDispose { throw CancellationError() }
            $0.disposals[uid] = disposal
        }
    }
}

@Suite struct BounceMailboxJobTests {
    private static let settings = [
        "mail.return-path": "own", "mail.return-path-domain": "rueck.depesche.example", "bounce.imap-host": "localhost",
        "bounce.imap-user": "b", "bounce.imap-password": "x", "bounce.imap-security": "none",
    ]

    /// A delivery that the mail server took over, with its keyed return path.
    private func with(
        _ body: (OutboxHouse, MemoryMailbox, BounceMailboxJob, OutboxEntry, EmailAddress) async throws -> Void
    ) async throws {
        try await OutboxHouse.with(port: nil, settings: Self.settings) { house in
            var entry = try #require(try await house.send().first)
            entry.state = .handedOver
            entry.finishedAt = house.now
            let sent = entry
            try await house.database.write { try $0.outbox.update(sent) }
            let mailbox = MemoryMailbox()
            let address = try ReturnPathAddress.make(
                for: entry.id, at: try MailDomain(parsing: "rueck.depesche.example"), keys: house.parts.keys,
                now: house.now)
            try await body(
                house, mailbox,
                BounceMailboxJob(
                    house.parts, mailbox: mailbox, intake: ReturnPathIntake(house.parts, spool: house.spool)), entry,
                address)
        }
    }

    private static func report(
        to address: String, of recipient: String = "bea@praxis.example", action: String = "failed",
        status: String = "5.1.1", id: String = "r1", original: String = ""
    ) -> String {
        """
        Return-Path: <>
        Delivered-To: \(address)
        From: MAILER-DAEMON@mx.example
        To: \(address)
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <\(id)@mx.example>
        Content-Type: multipart/report; report-type=delivery-status; boundary=x

        --x
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; \(recipient)
        Action: \(action)
        Status: \(status)
        Diagnostic-Code: smtp; 550 \(status) no such user

        --x
        Content-Type: message/rfc822

        Message-ID: <\(original)>

        --x--
        """
    }

    @Test func aReportFailsItsRecipientAndTellsTheSenderOnce() async throws {
        try await with { house, mailbox, job, entry, address in
            mailbox.put(Self.report(to: address.wireForm.uppercased()))
            let next = try await job.run(now: house.now)
            #expect(next == house.now.addingTimeInterval(30))
            let after = try await house.entry(entry.id)
            #expect(after.state == .failed && after.failureClass == "no-such-user")
            #expect(after.lastAnswer == "550 5.1.1 no such user")
            #expect(try await house.events(of: entry) == [.failed])
            #expect(mailbox.disposals == [1: .markRead])
            let notices = try await house.entries().filter { $0.kind == .undeliverable }
            #expect(notices.count == 1 && notices.first?.to == house.sender.email)
            // The same report again, and the mailbox with new numbers: nothing happens twice.
            mailbox.put(Self.report(to: address.wireForm))
            mailbox.renumber()
            _ = try await job.run(now: house.now)
            #expect(try await house.events(of: entry) == [.failed])
            #expect(try await house.entries().filter { $0.kind == .undeliverable }.count == 1)
            #expect(mailbox.disposals == [1: .markRead, 2: .markRead])
        }
    }

    @Test func whatCouldNotBePutAwayIsSeenAgainAndTakesEffectOnce() async throws {
        try await with { house, mailbox, job, entry, address in
            mailbox.put(Self.report(to: address.wireForm))
            mailbox.failToDispose(true)
            await #expect(throws: CancellationError.self) { _ = try await job.run(now: house.now) }
            mailbox.failToDispose(false)
            _ = try await job.run(now: house.now)
            #expect(try await house.events(of: entry) == [.failed])
            #expect(mailbox.disposals == [1: .markRead])
        }
    }

    @Test func aForgedReportChangesNothing() async throws {
        try await with { house, mailbox, job, entry, address in
            // The right address, another recipient; a guessed address; an old one; none at all.
            mailbox.put(Self.report(to: address.wireForm, of: "carl@praxis.example"))
            var local = Array(address.localPart)
            local[local.count - 1] = local[local.count - 1] == "a" ? "q" : "a"
            mailbox.put(Self.report(to: "\(String(local))@rueck.depesche.example"))
            mailbox.put(Self.report(to: "bounce-x@rueck.depesche.example"))
            let old = try ReturnPathAddress.make(
                for: entry.id, at: address.domain, keys: house.parts.keys,
                now: house.now.addingTimeInterval(-40 * 86_400))
            mailbox.put(Self.report(to: old.wireForm))
            _ = try await job.run(now: house.now)
            #expect(try await house.entry(entry.id).state == .handedOver)
            #expect(try await house.events(of: entry).isEmpty && mailbox.disposals.isEmpty)
        }
    }

    @Test func withoutAKeyedAddressTheMessageIDLeadsToTheMail() async throws {
        try await with { house, mailbox, job, entry, _ in
            mailbox.put(
                Self.report(to: "anna@kunde.example", of: "carl@praxis.example", id: "r1", original: entry.messageID))
            mailbox.put(Self.report(to: "anna@kunde.example", id: "r2", original: "other@x.example"))
            _ = try await job.run(now: house.now)
            #expect(try await house.entry(entry.id).state == .handedOver)
            mailbox.put(Self.report(to: "anna@kunde.example", id: "r3", original: entry.messageID))
            _ = try await job.run(now: house.now)
            #expect(try await house.entry(entry.id).state == .failed)
            #expect(mailbox.disposals == [3: .markRead])
        }
    }

    @Test func aWarningIsShownAndNoFailure() async throws {
        try await with { house, mailbox, job, entry, address in
            mailbox.put(Self.report(to: address.wireForm, action: "delayed", status: "4.4.1"))
            mailbox.put(Self.report(to: address.wireForm, action: "delayed", status: "4.4.1", id: "r2"))
            _ = try await job.run(now: house.now)
            let after = try await house.entry(entry.id)
            #expect(
                after.state == .handedOver && SendingState(after) == .late(since: house.now, answer: after.lastAnswer))
            #expect(try await house.entries().filter { $0.kind == .delayed }.count == 1)
            mailbox.put(Self.report(to: address.wireForm, action: "delivered", status: "2.0.0", id: "r3"))
            _ = try await job.run(now: house.now)
            #expect(SendingState(try await house.entry(entry.id)) == .handedOver(at: house.now))
        }
    }

    @Test func whatPeopleWriteStaysAndProgramsAreNotHeard() async throws {
        try await with { house, mailbox, job, entry, address in
            mailbox.put("From: bea@praxis.example\nTo: \(address)\nSubject: Re: Danke\n\nAngekommen.\n")
            mailbox.put(
                "From: bea@praxis.example\nTo: \(address)\nSubject: Automatische Antwort\nAuto-Submitted: auto-replied\n\nWeg.\n"
            )
            mailbox.put("From: otto@firma.example\nTo: info@firma.example\nSubject: Angebot\n\nHallo\n")
            _ = try await job.run(now: house.now)
            #expect(mailbox.disposals == [1: .flag, 2: .markRead])
            #expect(try await house.events(of: entry).isEmpty)
        }
    }

    @Test func aReportOnAnAddressThatWasCorrectedSaysNothingOfTheNewOne() async throws {
        try await with { house, mailbox, job, entry, address in
            let recipient = try #require(entry.recipient)
            _ = try await DeliveryActions(house.parts).correctAddress(
                of: recipient, by: house.sender.id, to: "beate@praxis.example")
            let before = try await house.events(of: entry)
            mailbox.put(Self.report(to: address.wireForm))
            _ = try await job.run(now: house.now)
            #expect(try await house.entry(entry.id).state == .failed)
            #expect(try await house.events(of: entry) == before)
        }
    }

    @Test func manyMailsAreReadInSeveralTurns() async throws {
        try await with { house, mailbox, job, entry, address in
            for number in 0..<250 { mailbox.put("From: a\(number)@b.example\nTo: c@d.example\n\nx\n") }
            mailbox.put(Self.report(to: address.wireForm))
            #expect(try await job.run(now: house.now) == house.now)
            #expect(try await house.entry(entry.id).state == .handedOver)
            _ = try await job.run(now: house.now)
            #expect(try await house.entry(entry.id).state == .failed)
        }
    }
}
