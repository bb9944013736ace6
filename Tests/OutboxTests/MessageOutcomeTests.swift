import DNS
import Deliveries
import Foundation
import MailMessage
import Testing

@testable import Outbox

/// What whoever handed a message in is told about it.
@Suite struct MessageOutcomeTests {
    private func with(
        answers: [String: MailServer.Answer] = [:], extensions: [String] = [],
        _ body: (MailServer, OutboxHouse) async throws -> Void
    ) async throws {
        try await MailServer.with(extensions: extensions, answers: answers) { server in
            try await OutboxHouse.with(port: nil, mxPort: server.port) { house in
                for domain in ["praxis.example", "programm.example"] {
                    try house.zone.add("\(domain) 60 MX 10 mx.\(domain)\nmx.\(domain) 60 A 127.0.0.1")
                }
                try await body(server, house)
            }
        }
    }

    @discardableResult
    private func submit(
        _ house: OutboxHouse, to recipients: [String] = ["bea@praxis.example"], notify: String? = nil,
        sender: String? = "konto@programm.example", text: String = "Hallo", returnsAll: Bool = false
    ) async throws -> StoredMessage {
        var writer = house.spool.begin()
        try await writer.append(
            Array(
                "From: konto@programm.example\r\nSubject: Rechnung 17\r\nMessage-ID: <r17@programm.example>\r\n\r\n"
                    .utf8))
        try await writer.append(Array("\(text)\r\n".utf8))
        return try await writer.complete(
            .init(
                origin: .submission, submitter: "Fachverfahren",
                sender: try sender.map { try EmailAddress(parsing: $0) },
                recipients: try recipients.map {
                    .init(
                        try EmailAddress(parsing: $0),
                        notification: DeliveryNotificationRequest(notify: notify, originalRecipient: "rfc822;\($0)"))
                }, from: try EmailAddress(parsing: "konto@programm.example"), messageID: "r17@programm.example",
                envelopeID: "Nr-17", returnsAll: returnsAll))
    }

    @Test func aMessageLeavesAsItWasHandedIn() async throws {
        try await with(extensions: ["DSN", "SIZE"]) { server, house in
            let long = String(repeating: "Zeile mit Text\r\n", count: 40_000)
            let message = try await submit(house, notify: "FAILURE", text: long, returnsAll: true)
            #expect(message.chunks == 3)
            #expect(try await house.attemptNext().entry.state == .handedOver)
            let mail = try #require(server.mails.first)
            #expect(mail.sender == "konto@programm.example")
            #expect(mail.text.hasSuffix("Message-ID: <r17@programm.example>\r\n\r\n\(long)\r\n"))
            #expect(
                server.lines.contains {
                    $0.hasPrefix("MAIL FROM:<konto@programm.example> SIZE=") && $0.hasSuffix("RET=FULL ENVID=Nr-17")
                })
            #expect(
                server.lines.contains("RCPT TO:<bea@praxis.example> NOTIFY=FAILURE ORCPT=rfc822;bea@praxis.example"))
            // Its octets are gone with its last recipient.
            #expect(try await house.database.read { try $0.messages.chunk(0, of: message.id) } == nil)
        }
    }

    @Test func whatCannotBeDeliveredIsReportedToItsEnvelopeSender() async throws {
        try await with(answers: ["RCPT": .say("550 5.1.1 no such user\r\n")]) { server, house in
            try await submit(house)
            #expect(try await house.attemptNext().entry.state == .failed)
            server.answer("RCPT", nil)
            #expect(try await house.attemptNext().entry.state == .handedOver)
            let report = try #require(server.mails.first)
            #expect((report.sender, report.recipient) == ("", "konto@programm.example"))
            let parsed = DeliveryReportParser().parse(report.octets)
            #expect(parsed.recipients.map(\.address.wireForm) == ["bea@praxis.example"])
            #expect(parsed.recipients.map(\.action) == [.failed])
            #expect(parsed.recipients.map(\.status?.description) == ["5.1.1"])
            #expect(report.text.contains("Original-Envelope-Id: Nr-17"))
            #expect(report.text.contains("Reporting-MTA: dns; mx.depesche.example"))
            #expect(report.text.contains("Subject: Rechnung 17"))
            #expect(!report.text.contains("Hallo"))
        }
    }

    @Test(arguments: ["NEVER", "SUCCESS", "DELAY"])
    func whoDoesNotWantToKnowIsNotTold(notify: String) async throws {
        try await with(answers: ["RCPT": .say("550 5.1.1 no such user\r\n")]) { _, house in
            try await submit(house, notify: notify)
            _ = try await house.attemptNext()
            #expect(try await house.lease().isEmpty)
        }
    }

    @Test func aReportIsNeverReportedOn() async throws {
        try await with(answers: ["RCPT": .say("550 5.1.1 no such user\r\n")]) { _, house in
            try await submit(house)
            try await submit(house, sender: nil)
            for _ in 0..<3 { _ = try await house.attemptNext() }
            #expect(try await house.lease().isEmpty)
            #expect(try await house.entries().count == 3)
        }
    }

    @Test func whoAskedHearsThatTheNextServerTookIt() async throws {
        try await with { server, house in
            try await submit(house, notify: "SUCCESS,FAILURE")
            _ = try await house.attemptNext()
            _ = try await house.attemptNext()
            let report = try #require(server.mails.last)
            #expect(DeliveryReportParser().parse(report.octets).recipients.map(\.action) == [.relayed])
        }
        // A server that reports itself is asked to.
        try await with(extensions: ["DSN"]) { _, house in
            try await submit(house, notify: "SUCCESS,FAILURE")
            _ = try await house.attemptNext()
            #expect(try await house.lease().isEmpty)
        }
    }

    @Test func lateMailIsToldOnce() async throws {
        try await with(answers: ["RCPT": .say("450 4.2.1 later\r\n")]) { _, house in
            try await submit(house)
            _ = try await house.attemptNext()
            #expect(try await house.entries().count == 1)
            for _ in 0..<2 {
                house.pass(5 * 3_600)
                for row in try await house.lease(limit: 9) {
                    _ = try await house.attempt.carryOut(row, settings: try await house.parts.settings.current())
                }
            }
            #expect(try await house.entries().count == 2)
        }
    }

    @Test func whatClientsHandedInWaitsWhileMailDoesNotLeave() async throws {
        try await OutboxHouse.with(port: nil) { house in
            try await submit(house)
            let entry = try await house.attemptNext().entry
            #expect((entry.state, entry.attempts) == (.queued, 0))
            #expect(entry.nextAttemptAt > house.now)
        }
    }
}
