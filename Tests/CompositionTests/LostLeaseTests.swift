import Deliveries
import Foundation
import Localization
import Logging
import Outbox
import Synchronization
import Testing

@testable import Composition

/// A mail whose lease ran out during an attempt, so that another process began one.
@Suite struct LostLeaseTests {
    private final class Later: Sendable { let work = Mutex<(@Sendable () async throws -> Void)?>(nil) }

    @Test func whoLostItsLeaseSendsNothingAndLeavesTheRowToTheOther() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let installation = try await Installation.open(
            Configuration(environment: ["DEPESCHE_DATA": folder.path]), logger: logger)
        try await installation.settings.set(TakingRoute.settings, by: nil)
        let form = UserForm(email: "a@kunde.example", name: "A", roles: [.sender], language: .german)
        _ = try await Users(installation.accounts).create(form, by: nil, origin: .commandLine)

        let now = installation.now()
        let (first, second) = (now.addingTimeInterval(60), now.addingTimeInterval(120))
        let database = installation.database
        let leased = try #require(
            try await database.write { try $0.outbox.lease(now: now, until: first, limit: 1) }.first)
        let other = TakingRoute()
        let meanwhile = Later()
        let route = TakingRoute { try await meanwhile.work.withLock { $0 }?() }
        meanwhile.work.withLock { work in
            // What another process does once the lease has run out: it leases the row and begins.
            work = {
                try await database.write { transaction in
                    var row = try transaction.outbox.entry(leased.id) ?? leased
                    row.attempts += 1
                    row.leasedUntil = second
                    try transaction.outbox.update(row)
                }
            }
        }
        let report = try await route.attempt(of: installation).carryOut(
            leased, settings: try await installation.settings.current())
        #expect(report.outcome.result == .cancelled)
        #expect(route.taken.withLock { $0 } == [])
        let row = try #require(try await database.read { try $0.outbox.entry(leased.id) })
        #expect((row.state, row.attempts) == (.queued, 2))
        #expect(row.leasedUntil.map { abs($0.timeIntervalSince(second)) < 1 } == true)

        // Who did not begin before does not begin any more.
        let late = try await other.attempt(of: installation).carryOut(
            leased, settings: try await installation.settings.current())
        #expect(late.outcome.result == .cancelled && other.taken.withLock { $0 } == [])
        #expect(try await database.read { try $0.outbox.entry(leased.id) } == row)
        await installation.close()
    }
}
