import Deliveries
import Foundation
import Localization
import Logging
import NIOCore
import Outbox
import Synchronization
import Testing

@testable import Composition

/// What several nodes on one database do together.
@Suite(
    .serialized, .timeLimit(.minutes(3)),
    .enabled(if: NodeHouse.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct NodeWorkTests {
    /// Runs a test on two nodes.
    private func withNodes(
        _ more: [String: String] = [:], _ body: (Installation, Installation) async throws -> Void
    ) async throws {
        let house = try NodeHouse()
        let one = try await house.open("a", more)
        try house.copyKey(from: "a", to: "b")
        let other = try await house.open("b", more)
        let result: Result<Void, any Error>
        do {
            try await body(one, other)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await other.close()
        await one.close()
        try result.get()
    }

    @Test func aSettingHoldsOnBothAtOnce() async throws {
        try await withNodes { one, other in
            try await one.settings.set(["organisation.name": "Muster & Co"], by: nil)
            #expect(try await other.settings.current().text(.organisationName) == "Muster & Co")
            try await other.settings.set(["smtp.password": "streng-geheim"], by: nil)
            #expect(try await one.settings.secret(.smtpPassword) == "streng-geheim")
        }
    }

    /// Counts how often it is done; it takes until all who try have tried.
    private struct CountedJob: LeasedJob {
        let name = "counted"
        let runs: Mutexed
        let meeting: AsyncStream<Void>

        func run(now: Date) async throws -> Date {
            runs.count.withLock { $0 += 1 }
            for await _ in meeting {}
            return now.addingTimeInterval(3_600)
        }
    }

    private final class Mutexed: Sendable { let count = Mutex(0) }

    @Test func aJobIsDoneByOne() async throws {
        try await withNodes { one, other in
            let (meeting, end) = AsyncStream.makeStream(of: Void.self)
            let runs = Mutexed()
            let job = CountedJob(runs: runs, meeting: meeting)
            let workers = [
                Housekeeping(one.deliveries, only: job), Housekeeping(other.deliveries, only: job),
                Housekeeping(other.deliveries, only: job),
            ]
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { await worker.runDue() } }
                // Those who do not do it are done.
                for _ in 1..<workers.count { await group.next() }
                end.finish()
            }
            #expect(runs.count.withLock { $0 } == 1)
            // It is not due again, wherever somebody looks.
            await Housekeeping(one.deliveries, only: job).runDue()
            await Housekeeping(other.deliveries, only: job).runDue()
            #expect(runs.count.withLock { $0 } == 1)
        }
    }

    @Test func eachMailIsSentOnceAndByWhoeverIsWoken() async throws {
        // Neither node is one that sends by its roles: so each tells the other of mail.
        try await withNodes(["DEPESCHE_ROLES": "web"]) { one, other in
            try await one.settings.set(TakingRoute.settings, by: nil)
            one.listenToNodes()
            other.listenToNodes()
            let route = TakingRoute()
            let addresses = (1...40).map { "u\($0)@kunde.example" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in [one, other] {
                    let worker = route.worker(of: node)
                    group.addTask { try await worker.run() }
                }
                for (index, address) in addresses.enumerated() {
                    let form = UserForm(email: address, name: "U", roles: [.sender], language: .german)
                    _ = try await Users((index.isMultiple(of: 2) ? one : other).accounts)
                        .create(form, by: nil, origin: .commandLine)
                }
                // Each look waits for the database, so that the workers have their turn meanwhile.
                while try await one.database.read({ try $0.outbox.counts()[.handedOver] ?? 0 }) < addresses.count {}
                group.cancelAll()
            }
            #expect(route.taken.withLock { $0.sorted() } == addresses.sorted())
            let rows = try await one.database.read { try $0.outbox.entries(OutboxFilter(), offset: 0, limit: 100) }
            #expect(rows.map(\.attempts) == Array(repeating: 1, count: addresses.count))
        }
    }

    /// A clock on which no time passes, and which counts those who wait.
    private final class StandingClock: Clock {
        let sleepers = Mutex(0)
        var now: ContinuousClock.Instant { .now }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            sleepers.withLock { $0 += 1 }
            let (stream, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in stream {}
            throw CancellationError()
        }
    }

    @Test func anEventOfOneNodeReachesAPageThatIsOpenOnTheOther() async throws {
        try await withNodes { one, other in
            one.listenToNodes()
            other.listenToNodes()
            let sender = try await Users(one.accounts).addDirectly(
                email: "a@kunde.example", name: "A", password: "Vier Pferde im Regen")
            let clock = StandingClock()
            let live = LiveEvents(other.deliveries, clock: clock)
            let after = try await live.newest()
            let reader = Task {
                for try await batch in live.events(after: after, of: sender.id) { return batch.map(\.kind) }
                return []
            }
            while clock.sleepers.withLock({ $0 }) == 0 { await Task.yield() }
            let draft = try await Drafts(one.deliveries).create(by: sender.id, language: .german)
            let uploads = Uploads(one.deliveries)
            let file = try await uploads.addFile(
                to: draft.id, by: sender.id, name: "a.pdf", mediaType: "application/pdf", size: 3)
            _ = try await uploads.putChunk(
                0, of: file.id, by: sender.id,
                body: AsyncStream { stream in
                    stream.yield(ByteBuffer(string: "abc"))
                    stream.finish()
                })
            _ = try await Sending(one.deliveries).send(
                draft.id, by: sender.id,
                form: DraftForm(recipients: "b@elsewhere.example", subject: "S", message: "M", level: 1))
            #expect(try await reader.value.first == .sent)
        }
    }
}
