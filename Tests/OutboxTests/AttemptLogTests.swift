import Deliveries
import Foundation
import Logging
import MailMessage
import MailTemplates
import Synchronization
import Testing

@testable import Outbox

/// Each line about a mail carries the ids of its delivery, its row and its attempt, and nothing of its people.
@Suite struct AttemptLogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[(message: String, metadata: Logger.Metadata)]>([])
        var all: [(message: String, metadata: Logger.Metadata)] { lines.withLock { $0 } }
        func add(_ message: String, _ metadata: Logger.Metadata) { lines.withLock { $0.append((message, metadata)) } }
    }

    private struct Recorder: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.add("\(event.message)", event.metadata ?? [:]) }
    }

    private func logger(_ lines: Lines) -> Logger { Logger(label: "test") { _ in Recorder(lines: lines) } }

    @Test func deliveryMailAndAttemptAreFoundByOneID() async throws {
        let lines = Lines()
        let answers = ["RCPT": MailServer.Answer.say("450 4.2.0 <bea@praxis.example> greylisted\r\n")]
        try await MailServer.with(answers: answers) { server in
            try await OutboxHouse.with(port: server.port, log: logger(lines)) { house in
                let row = try await house.send()[0]
                try await house.attemptNext()
                server.answer("RCPT", nil)
                house.pass(3_600)
                try await house.attemptNext()
                let delivery = Logger.MetadataValue.string("\(try #require(row.delivery))")
                let told = lines.all.filter { $0.metadata["delivery"] == delivery }
                #expect(told.map(\.message) == ["delivery sent", "mail attempt", "mail attempt"])
                #expect(told[0].metadata["mails"] == "1")
                #expect(told[1...].allSatisfy { $0.metadata["outbox"] == .string("\(row.id)") })
                #expect(told.map { $0.metadata["attempt"] } == [nil, "1", "2"])
                #expect(told.map { $0.metadata["outcome"] } == [nil, "deferred", "handed-over"])
                // What the server said in codes; its words may hold addresses.
                #expect(told[1].metadata["code"] == "450" && told[1].metadata["status"] == "4.2.0")
                #expect(told[1].metadata["phase"] == "recipient" && told[1].metadata["class"] == "greylisted")
                #expect(told[2].metadata["failure"] == nil && told[2].metadata["state"] == "handed-over")
            }
        }
        for line in lines.all {
            #expect(!"\(line)".contains("praxis") && !"\(line)".contains("Unterlagen"), "\(line)")
        }
    }

    @Test func anOutcomeThatCannotBeRecordedNamesItsAttempt() async throws {
        let lines = Lines()
        try await MailServer.with(answers: [".": .hold("250 2.0.0 queued\r\n")]) { server in
            try await OutboxHouse.with(port: server.port, log: logger(lines)) { house in
                let row = try await house.send()[0]
                let leased = try #require(try await house.lease().first)
                let settings = try await house.parts.settings.current()
                async let report = house.attempt.carryOut(leased, settings: settings)
                await server.waitUntilHolding()
                house.disk.fail(times: 1)
                server.release()
                #expect(try await report.entry.state == .handedOver)
                let line = try #require(lines.all.first { $0.message.contains("could not be recorded") })
                #expect(line.metadata["outbox"] == .string("\(row.id)") && line.metadata["attempt"] == "1")
                #expect(line.metadata["delivery"] != nil)
            }
        }
    }

    @Test func aMessageThatWasHandedInIsNamed() throws {
        let random = SeededIDs()
        let entry = OutboxEntry(
            id: random.next(), content: .message(random.next()), to: try EmailAddress(parsing: "bea@praxis.example"),
            messageID: "x", createdAt: .now, nextAttemptAt: .now)
        let metadata = entry.logMetadata(attempt: 2)
        #expect(metadata["message"] == .string("\(try #require(entry.message))") && metadata["delivery"] == nil)
        #expect(metadata["attempt"] == "2")
    }

    private struct SeededIDs {
        func next<Entity>() -> Identifier<Entity> { .first(of: Date(timeIntervalSince1970: 1_790_000_000)) }
    }
}
