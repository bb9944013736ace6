import Deliveries
import Foundation
import Logging
import MailMessage
import Secrets
import ServiceLifecycle
import Synchronization
import Testing

@testable import Outbox

@Suite struct DestinationOrderTests {
    private func domain(_ text: String) throws -> MailDomain { try MailDomain(parsing: text) }

    private func audit(_ house: OutboxHouse) async throws -> [String] {
        try await house.database.read { try $0.ledger.audit(offset: 0, limit: 100).map { "\($0.action) \($0.target)" } }
    }

    @Test func aMailIsHeldByAnAdministratorAndReleased() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let row = try await house.send()[0]
            try await house.actions.hold(row.id, by: house.sender.id, origin: OutboxHouse.origin)
            let held = try await house.entry(row.id)
            #expect(held.state == .held && held.isHeldByAdministrator)
            #expect(SendingState(held) == .held(byAdministrator: true))
            #expect(try await house.lease().isEmpty)
            #expect(
                await refusal { try await house.actions.hold(row.id, by: nil, origin: OutboxHouse.origin) }?.code
                    == .conflict)
            house.pass(60)
            try await house.actions.release(row.id, by: house.sender.id, origin: OutboxHouse.origin)
            let queued = try await house.entry(row.id)
            // Not released from waiting for its domain: nobody decided that.
            #expect(queued.state == .queued && queued.nextAttemptAt == house.now && !queued.isReleased)
            #expect(house.wakeUp.takeEagerness())
            #expect(
                await refusal { try await house.actions.release(row.id, by: nil, origin: OutboxHouse.origin) }?.code
                    == .conflict)
            #expect(
                try await audit(house).filter { $0.hasPrefix("outbox-") }.sorted() == [
                    "outbox-held \(row.id)", "outbox-released \(row.id)",
                ])
        }
    }

    @Test func whatWaitsForItsDomainCanBeHeldOnTopAndIsNotReleasedByItsHealing() async throws {
        try await OutboxHouse.with(port: nil) { house in
            var row = try await house.send()[0]
            row.state = .held
            row.heldFor = try domain("kunde.example")
            let waiting = row
            try await house.database.write { try $0.outbox.update(waiting) }
            #expect(SendingState(waiting) == .held(byAdministrator: false))
            #expect(
                await refusal { try await house.actions.release(row.id, by: nil, origin: OutboxHouse.origin) }?.code
                    == .conflict)
            try await house.actions.hold(row.id, by: nil, origin: OutboxHouse.origin)
            let now = house.now
            let healed = try await house.database.write {
                try $0.outbox.release(heldFor: try MailDomain(parsing: "kunde.example"), isReleased: false, at: now)
            }
            #expect(healed == 0)
            #expect(try await house.entry(row.id).isHeldByAdministrator)
        }
    }

    @Test func anAttemptUnderWayCountsAlsoIfItsMailIsHeldMeanwhile() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                let leased = try #require(try await house.lease().first)
                try await house.actions.hold(row.id, by: nil, origin: OutboxHouse.origin)
                let report = try await house.attempt.carryOut(
                    leased, settings: try await house.parts.settings.current())
                // Held before the dot: it did not leave.
                #expect(report.entry.state == .held && server.mails.isEmpty)
                try await house.actions.release(row.id, by: nil, origin: OutboxHouse.origin)
                // Whoever had it may still be at it until the lease is over.
                #expect(try await house.lease().isEmpty)
                house.pass(OutboxWorker.lease)
                try await house.attemptNext()
                #expect(try await house.entry(row.id).state == .handedOver && server.mails.count == 1)
            }
        }
    }

    @Test func allMailToADestinationIsHeldReleasedHastenedAndCancelled() async throws {
        try await OutboxHouse.with(port: nil) { house in
            // More than one part has.
            let many = (1...230).map { "r\($0)@praxis.example" }.joined(separator: ";")
            let rows = try await house.send(to: many)
            let other = try await house.send(to: "x@amt.example")[0]
            let praxis = try domain("praxis.example")
            let steps = Mutex<[Int]>([])
            func carryOut(_ action: DestinationOrder.Action) async throws -> Int {
                try await house.actions.carryOut(DestinationOrder(action, destination: praxis)) { count in
                    steps.withLock { $0.append(count) }
                }
            }
            #expect(try await carryOut(.hold) == 230)
            #expect(steps.withLock { $0 } == [200, 230, 230])
            #expect(try await house.lease(limit: 300).map(\.id) == [other.id])
            let (states, total) = try await house.actions.destinations(offset: 0, limit: 10)
            #expect(total == 2 && states.map(\.destination) == ["amt.example", "praxis.example"])
            #expect(states[1].held == 230 && states[1].queued == 0)
            #expect(try await carryOut(.retry) == 0)
            house.pass(10)
            #expect(try await carryOut(.release) == 230)
            #expect(house.wakeUp.takeEagerness())
            var late = try await house.entry(rows[0].id)
            late.nextAttemptAt = house.now.addingTimeInterval(3_600)
            let waiting = late
            try await house.database.write { try $0.outbox.update(waiting) }
            #expect(try await carryOut(.retry) == 1)
            #expect(try await house.entry(rows[0].id).nextAttemptAt == house.now)
            #expect(try await carryOut(.cancel) == 230)
            #expect(try await house.entries().count { $0.state == .cancelled && $0.finishedAt == house.now } == 230)
            #expect(try await house.events(of: rows[0]).filter { $0 == .cancelled }.count == 230)
            #expect(try await house.entry(other.id).state == .queued)
            #expect(try await carryOut(.cancel) == 0)
        }
    }

    @Test func whatComesInMeanwhileIsNotAmongIt() async throws {
        try await OutboxHouse.with(port: nil) { house in
            try await house.send()
            house.pass(1)
            let now = house.now
            let rows = try await house.database.read {
                try $0.outbox.rows(to: "praxis.example", state: .queued, after: nil, before: now, limit: 10)
            }
            try await house.send()
            let after = try await house.database.read {
                try $0.outbox.rows(to: "praxis.example", state: .queued, after: nil, before: now, limit: 10)
            }
            #expect(rows.count == 1 && after == rows)
        }
    }

    @Test func ordersRunInTheBackgroundAndTellHowFarTheyAre() async throws {
        try await OutboxHouse.with(port: nil) { house in
            try await house.send(to: "bea@praxis.example; carl@praxis.example")
            let orders = DestinationOrders(outbox: house.actions, parts: house.parts)
            let order = DestinationOrder(.hold, destination: try domain("praxis.example"))
            let id = try await orders.start(order, by: house.sender.id, origin: OutboxHouse.origin)
            #expect(try await orders.state(of: id)?.state == .running(0))
            #expect(try await audit(house).contains("destination-held praxis.example"))
            for _ in 0..<3 { _ = try await orders.start(order, by: nil, origin: OutboxHouse.origin) }
            #expect(
                await refusal { _ = try await orders.start(order, by: nil, origin: OutboxHouse.origin) }?.code
                    == .busy)
            let work = Task { try await orders.run() }
            while try await orders.state(of: id)?.state != .done(2) { await Task.yield() }
            #expect(try await orders.state(of: id)?.order == order)
            work.cancel()
            try await work.value
            #expect(try await house.entries().allSatisfy { $0.isHeldByAdministrator })
        }
    }
}
