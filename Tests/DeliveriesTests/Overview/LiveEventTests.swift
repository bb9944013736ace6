import Foundation
import Synchronization
import Testing

@testable import Deliveries

@Suite struct LiveEventTests {
    /// A clock whose sleepers wake only when they are cancelled, and which counts them.
    final class StandingClock: Clock, Sendable {
        typealias Instant = ContinuousClock.Instant

        let sleepers = Mutex(0)
        var now: Instant { .now }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            sleepers.withLock { $0 += 1 }
            let (stream, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in stream {}
            throw CancellationError()
        }
    }

    @Test func `events come in order, by cursor, woken by the hint`() async throws {
        let house = try await DeliveryHouse()
        let clock = StandingClock()
        let live = LiveEvents(house.parts, clock: clock)
        let start = try await live.newest()
        let reader = Task {
            var kinds: [DeliveryEvent.Kind] = []
            for try await batch in live.events(after: start, of: house.sender.id) {
                kinds += batch.map(\.kind)
                if kinds.contains(.withdrawn) { break }
            }
            return kinds
        }
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        _ = try await house.fetching.act(link, cookie: nil)
        try await house.actions.withdraw(delivery.id, by: house.sender.id)
        #expect(try await reader.value == [.sent, .opened, .withdrawn])
        // From the middle on, as a browser that reconnects.
        var rest = live.events(after: start + 1, of: house.sender.id, delivery: delivery.id).makeAsyncIterator()
        #expect(try await rest.next()?.map(\.kind) == [.opened, .withdrawn])
    }

    @Test func `who waits in vain can be cancelled, and asks the database once`() async throws {
        let house = try await DeliveryHouse()
        let clock = StandingClock()
        let live = LiveEvents(house.parts, clock: clock)
        let reader = Task {
            for try await _ in live.events(after: 0, of: house.sender.id) { return false }
            return true
        }
        while clock.sleepers.withLock({ $0 }) == 0 { await Task.yield() }
        reader.cancel()
        #expect(try await reader.value)
        #expect(clock.sleepers.withLock { $0 } == 1)
    }

    @Test func `a hint that came before the wait is not missed`() async {
        let hint = ChangeHint()
        let generation = hint.generation
        hint.give()
        await hint.wait(after: generation, atMost: .seconds(3_600), on: StandingClock())
        #expect(hint.generation == generation + 1)
    }
}
