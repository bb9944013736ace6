import Deliveries
import Foundation
import MailMessage
import MailTemplates
import ServiceLifecycle
import Testing

@testable import Outbox

@Suite struct OutboxWorkerTests {
    /// Runs the worker beside a test, and stops it in good order afterwards.
    static func working(_ house: OutboxHouse, _ body: (ServiceGroup) async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: house.worker())], logger: house.parts.log))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(group))
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    @Test func whatIsDueLeavesAndNothingElse() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let rows = try await house.send(
                    to: (1...30).map { "r\($0)@praxis.example" }.joined(separator: ";"))
                var later = rows[7]
                later.nextAttemptAt = house.now.addingTimeInterval(100)
                let notDue = later
                try await house.database.write { try $0.outbox.update(notDue) }
                try await Self.working(house) { _ in
                    try await house.wait { try $0.outbox.counts()[.handedOver] == 29 }
                }
                #expect(try await house.entry(notDue.id).state == .queued)
                #expect(Set(server.mails.map(\.recipient)).count == 29 && server.mails.count == 29)
                #expect((1...5).contains(server.connections))
            }
        }
    }

    @Test func mailThatIsPutInLaterLeavesAtOnce() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await Self.working(house) { _ in
                    let row = try await house.send()[0]
                    try await house.wait { try $0.outbox.entry(row.id)?.state == .handedOver }
                }
            }
        }
    }

    @Test func urgentMailOvertakes() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port, settings: ["smtp.connections": "1"]) { house in
                try await house.send(to: (1...20).map { "r\($0)@praxis.example" }.joined(separator: ";"))
                let code = try await house.enqueue(
                    CodeMail(code: "482913", sender: MailPerson(Mailbox(address: house.sender.email))),
                    to: "urgent@praxis.example")
                try await Self.working(house) { _ in
                    try await house.wait { try $0.outbox.counts()[.handedOver] == 21 }
                }
                let place = try #require(server.mails.firstIndex { $0.recipient == "urgent@praxis.example" })
                #expect(place < 2)
                #expect(try await house.entry(code.id).state == .handedOver)
            }
        }
    }

    @Test func theLeaseOfADeadWorkerRunsOut() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let rows = try await house.send(to: "bea@praxis.example; carl@praxis.example")
                let dead = try #require(try await house.lease().first)
                let other = try #require(rows.first { $0.id != dead.id })
                try await Self.working(house) { _ in
                    try await house.wait { try $0.outbox.entry(other.id)?.state == .handedOver }
                    #expect(try await house.entry(dead.id).state == .queued && server.mails.count == 1)
                    house.pass(OutboxWorker.lease + 1)
                    house.wakeUp.ring()
                    try await house.wait { try $0.outbox.entry(dead.id)?.state == .handedOver }
                }
                #expect(server.mails.count == 2)
            }
        }
    }

    @Test func aServerThatIsDownIsProbedAndNotFlooded() async throws {
        let port = try await MailServer.closedPort()
        try await OutboxHouse.with(port: port, settings: ["smtp.connections": "1"]) { house in
            let rows = try await house.send(to: (1...20).map { "r\($0)@praxis.example" }.joined(separator: ";"))
            @Sendable func attempts(_ transaction: any Transaction) throws -> Int {
                try rows.map { try transaction.outbox.entry($0.id)?.attempts ?? 0 }.reduce(0, +)
            }
            @Sendable func answers(_ transaction: any Transaction) throws -> Int {
                try rows.filter { try transaction.outbox.entry($0.id)?.lastAnswer != "" }.count
            }
            try await Self.working(house) { _ in
                // The first round; then a pause of ten seconds, one mail, a pause of twenty, one mail.
                try await house.wait { try answers($0) == 2 }
                house.wakeUp.ring()
                house.pass(11)
                house.wakeUp.ring()
                try await house.wait { try answers($0) == 3 }
                house.wakeUp.ring()
                house.pass(21)
                house.wakeUp.ring()
                try await house.wait { try answers($0) == 4 }
            }
            #expect(try await house.database.read(attempts) == 4)
            #expect(try await house.entries().allSatisfy { $0.state == .queued })
        }
    }

    @Test func retryTriesAtOnceAndTheQueueFollows() async throws {
        try await MailServer.with(answers: ["greeting": .close]) { server in
            try await OutboxHouse.with(port: server.port, settings: ["smtp.connections": "1"]) { house in
                let rows = try await house.send(to: (1...6).map { "r\($0)@praxis.example" }.joined(separator: ";"))
                try await Self.working(house) { _ in
                    try await house.wait { transaction in
                        try rows.filter { try transaction.outbox.entry($0.id)?.lastAnswer != "" }.count == 2
                    }
                    server.answer("greeting", nil)
                    let tried = try #require(try await house.entries().first { $0.attempts == 1 })
                    try await house.actions.retry(tried.id, by: nil, origin: OutboxHouse.origin)
                    // The other one that failed is not due yet.
                    try await house.wait { try $0.outbox.counts()[.handedOver] == 5 }
                }
                #expect(server.mails.count == 5)
            }
        }
    }

    @Test func newSettingsEndThePause() async throws {
        let port = try await MailServer.closedPort()
        try await MailServer.with { server in
            try await OutboxHouse.with(port: port, settings: ["smtp.connections": "1"]) { house in
                let rows = try await house.send(to: (1...6).map { "r\($0)@praxis.example" }.joined(separator: ";"))
                try await Self.working(house) { _ in
                    try await house.wait { transaction in
                        try rows.filter { try transaction.outbox.entry($0.id)?.lastAnswer != "" }.count == 2
                    }
                    try await house.set(["smtp.port": String(server.port)])
                    house.wakeUp.ring()
                    try await house.wait { try $0.outbox.counts()[.handedOver] == 4 }
                }
            }
        }
    }

    @Test func aGracefulStopFinishesWhatIsUnderWay() async throws {
        try await MailServer.with(answers: [".": .hold("250 2.0.0 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port, settings: ["smtp.connections": "1"]) { house in
                try await house.send()
                try await Self.working(house) { group in
                    await server.waitUntilHolding()
                    await group.triggerGracefulShutdown()
                    let late = try await house.send(to: "late@praxis.example")[0]
                    server.release()
                    try await house.wait { try $0.outbox.counts()[.handedOver] == 1 }
                    #expect(try await house.entry(late.id).attempts == 0)
                }
                #expect(server.mails.count == 1)
            }
        }
    }

    @Test func cancellingBeforeTheDotLosesNothing() async throws {
        try await MailServer.with(answers: ["RCPT": .hold("250 2.1.5 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                let worker = house.worker()
                let task = Task { try await worker.run() }
                await server.waitUntilHolding()
                task.cancel()
                try await task.value
                let after = try await house.entry(row.id)
                #expect(after.state == .queued && after.leasedUntil == nil && server.mails.isEmpty)
                #expect(try await house.attempts(row.id).map(\.outcome) == ["deferred"])
            }
        }
    }
}
