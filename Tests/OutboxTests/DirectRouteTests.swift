import DNS
import Deliveries
import Foundation
import MailMessage
import MailRouting
import Testing

@testable import Outbox

/// The built-in mail server's way with mail hosts that do what they should not.
@Suite struct DirectRouteTests {
    /// A mail host at 127.0.0.1 and a house that delivers there; `praxis.example` has it as its second host behind one
    /// where nobody listens, if `hosts` says so.
    private func with(
        answers: [String: MailServer.Answer] = [:], extensions: [String] = [], settings: [String: String] = [:],
        _ body: (MailServer, OutboxHouse) async throws -> Void
    ) async throws {
        try await MailServer.with(extensions: extensions, answers: answers) { server in
            try await OutboxHouse.with(port: nil, mxPort: server.port, settings: settings) { house in
                try house.zone.add(
                    """
                    praxis.example       60 MX 10 mx1.praxis.example
                    mx1.praxis.example   60 A  127.0.0.1
                    """)
                try await body(server, house)
            }
        }
    }

    @Test func aMailIsDelivered() async throws {
        try await with { server, house in
            let row = try #require(try await house.send().first)
            let report = try await house.attemptNext()
            #expect(report.entry.state == .handedOver)
            #expect(report.entry.passage == MailPassage(host: "mx1.praxis.example", tlsVersion: nil, proof: .none))
            #expect(server.mails.map(\.recipient) == ["bea@praxis.example"])
            #expect(server.lines.first == "EHLO mx.depesche.example")
            #expect(try await house.attempts(row.id).map(\.outcome) == ["handed-over"])
            // Nobody offered TLS, and that is counted.
            #expect(house.sessions.noted.map(\.failure?.result.rawValue) == ["starttls-not-supported"])
        }
    }

    private static let refusals: [(String, String, OutboxEntry.State, FailureClass)] = [
        ("greeting", "554 5.3.2 not today\r\n", .queued, .policy), ("EHLO", "421 4.3.2 later\r\n", .queued, .delayed),
        ("MAIL", "451 4.3.0 local error\r\n", .queued, .unknown),
        ("MAIL", "553 5.1.8 bad sender\r\n", .failed, .unknown),
        ("RCPT", "450 4.2.1 greylisted, try again\r\n", .queued, .greylisted),
        ("RCPT", "550 5.1.1 user unknown\r\n", .failed, .noSuchUser),
        ("DATA", "452 4.2.2 mailbox full\r\n", .queued, .full), (".", "550 5.7.1 spam\r\n", .failed, .unknown),
    ]

    @Test("A host that refuses at a step", arguments: refusals)
    func refuses(_ step: String, _ answer: String, _ state: OutboxEntry.State, _ expected: FailureClass) async throws {
        try await with(answers: [step: .say(answer)]) { _, house in
            try await house.send()
            let entry = try await house.attemptNext().entry
            #expect(entry.state == state)
            if expected != .unknown { #expect(entry.failureClass == expected.rawValue) }
            #expect(entry.attempts == 1)
        }
    }

    @Test("A host that closes at a step", arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
    func closes(_ step: String) async throws {
        try await with(answers: [step: .close]) { server, house in
            try await house.send()
            let entry = try await house.attemptNext().entry
            #expect(entry.state == .queued)
            #expect(entry.dotSentAt == nil)
            #expect(server.mails.isEmpty)
        }
    }

    @Test("A host that closes at the dot may have the mail: recorded as unknown, and tried again")
    func closesAtTheDot() async throws {
        try await with(answers: [".": .close]) { server, house in
            let row = try #require(try await house.send().first)
            let entry = try await house.attemptNext().entry
            #expect(entry.state == .queued)
            #expect(try await house.attempts(row.id).map(\.outcome) == ["unknown"])
            server.answer(".", nil)
            house.pass(3_600)
            #expect(try await house.attemptNext().entry.state == .handedOver)
            #expect(Set(server.mails.map { $0.text.contains("Message-ID: <\(entry.messageID)>") }) == [true])
        }
    }

    @Test("A host that answers garbage", arguments: ["HTTP/1.1 400 no\r\n\r\n", "250 ok\n", "220-x\r\n"])
    func garbage(_ text: String) async throws {
        try await with(answers: ["greeting": .say(text), "EHLO": .close]) { server, house in
            try await house.send()
            if text.hasPrefix("220-") { server.answer("greeting", .close) }
            #expect(try await house.attemptNext().entry.state == .queued)
            #expect(server.mails.isEmpty)
        }
    }

    @Test("A host that changes its mind between attempts")
    func changesItsMind() async throws {
        try await with(answers: ["RCPT": .say("450 4.7.1 Greylisted\r\n")]) { server, house in
            try await house.send()
            _ = try await house.attemptNext()
            server.answer("RCPT", nil)
            house.pass(600)
            let entry = try await house.attemptNext().entry
            #expect((entry.state, entry.attempts) == (.handedOver, 2))
        }
    }

    @Test("The next host takes what the first does not, and the dead one is left alone for a while")
    func deadHost() async throws {
        try await with { server, house in
            try house.zone.add(
                """
                zwei.example      60 MX 10 mx1.zwei.example
                zwei.example      60 MX 20 mx2.zwei.example
                mx1.zwei.example  60 A  127.0.0.77
                mx2.zwei.example  60 A  127.0.0.1
                """)
            for _ in 0..<2 {
                try await house.send(to: "bea@zwei.example")
                #expect(try await house.attemptNext().entry.passage?.host == "mx2.zwei.example")
            }
            #expect(server.mails.count == 2)
            #expect(server.connections == 1)
        }
    }

    @Test("Where no host answers, the mail waits, and the next one does not even dial")
    func nobodyThere() async throws {
        try await with { _, house in
            try house.zone.add("tot.example 60 MX 10 mx.tot.example\nmx.tot.example 60 A 127.0.0.77")
            let first = try #require(try await house.send(to: "bea@tot.example").first)
            #expect(try await house.attemptNext().entry.failureClass == FailureClass.routing.rawValue)
            let second = try #require(try await house.send(to: "carl@tot.example").first)
            let report = try await house.attemptNext()
            #expect(report.entry.id == second.id)
            #expect(report.entry.attempts == 0)
            #expect(report.entry.nextAttemptAt > house.now)
            #expect(try await house.attempts(first.id).count == 1)
            // Until somebody wants it tried at once.
            house.direct.tryAnew()
            house.pass(7_200)
            _ = try await house.attemptNext()
            #expect(try await house.attempts(first.id).count + house.attempts(second.id).count == 2)
        }
    }

    @Test("A reply that says \"slow down\" slows that destination, and no other")
    func slowDown() async throws {
        try await with(answers: ["MAIL": .say("421 4.7.0 too many messages, slow down\r\n")]) { server, house in
            try await house.send()
            _ = try await house.attemptNext()
            let settings = try await house.parts.settings.current()
            #expect(house.direct.room(for: "praxis.example", settings: settings) == 0)
            #expect(house.direct.room(for: "andere.example", settings: settings) == 5)
            server.answer("MAIL", nil)
            try await house.send(to: "carl@praxis.example")
            #expect(try await house.attemptNext().entry.attempts == 0)
        }
    }

    @Test("No more mails a minute than are set")
    func mailsPerMinute() async throws {
        try await with(settings: ["mailserver.mails-per-minute": "2"]) { server, house in
            try await house.send(to: "a@praxis.example, b@praxis.example, c@praxis.example")
            for _ in 0..<2 { #expect(try await house.attemptNext().entry.state == .handedOver) }
            let third = try await house.attemptNext().entry
            #expect((third.state, third.attempts) == (.queued, 0))
            house.pass(61)
            #expect(try await house.attemptNext().entry.state == .handedOver)
            #expect(server.mails.count == 3)
        }
    }

    @Test("An MX record that leads to ourselves is a loop")
    func ourselves() async throws {
        try await with { _, house in
            try house.zone.add("kreis.example 60 MX 10 mx.depesche.example\nmx.depesche.example 60 A 127.0.0.1")
            let row = try #require(try await house.send(to: "bea@kreis.example").first)
            let entry = try await house.attemptNext().entry
            #expect(entry.state == .failed)
            #expect(entry.lastAnswer.hasPrefix("5.4.6"))
            #expect(try await house.attempts(row.id).map(\.outcome) == ["refused"])
        }
    }

    @Test("A resolver that fails is no reason to lose mail")
    func noDNS() async throws {
        try await with { _, house in
            house.zone.fail(try #require(DNSName("stumm.example")), .mx, with: DNSFailure(.timeout))
            try await house.send(to: "bea@stumm.example")
            let entry = try await house.attemptNext().entry
            #expect((entry.state, entry.failureClass) == (.queued, FailureClass.routing.rawValue))
        }
    }

    @Test("Mail that is given up after the days that are set")
    func expires() async throws {
        try await with(settings: ["mailserver.lifetime-days": "1"]) { _, house in
            try house.zone.add("tot.example 60 MX 10 mx.tot.example\nmx.tot.example 60 A 127.0.0.77")
            try await house.send(to: "bea@tot.example")
            _ = try await house.attemptNext()
            house.pass(86_500)
            let entry = try await house.attemptNext().entry
            #expect((entry.state, entry.failureClass) == (.failed, FailureClass.expired.rawValue))
        }
    }

    @Test("A destination that stalls keeps no other waiting")
    func stalledDestination() async throws {
        try await with(answers: ["MAIL": .hold("250 2.1.0 ok\r\n")]) { stalled, house in
            try await MailServer.with(host: "127.0.0.2", port: stalled.port) { well in
                try house.zone.add("gut.example 60 MX 10 mx.gut.example\nmx.gut.example 60 A 127.0.0.2")
                try await house.send(to: (0..<40).map { "s\($0)@praxis.example" }.joined(separator: ", "))
                try await house.send(to: (0..<40).map { "w\($0)@gut.example" }.joined(separator: ", "))
                let worker = Task { try await house.worker().run() }
                try await house.wait { try $0.outbox.entryCount(OutboxFilter(states: [.handedOver])) >= 40 }
                #expect(Set(well.mails.map(\.recipient)).count == 40)
                #expect(stalled.mails.isEmpty)
                stalled.answer("MAIL", nil)
                stalled.release()
                worker.cancel()
                _ = try? await worker.value
            }
        }
    }
}
