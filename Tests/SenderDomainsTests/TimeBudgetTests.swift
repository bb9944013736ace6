import DNS
import FoundationEssentials
import Synchronization
import Testing

@testable import SenderDomains

/// No check hangs, whatever servers do.
@Suite struct TimeBudgetTests {
    /// A clock that stands still until it is told; then all who wait go on.
    final class StoppedClock: Clock {
        private let waiters = Mutex<(isOver: Bool, list: [CheckedContinuation<Void, Never>])>((false, []))

        var now: ContinuousClock.Instant { ContinuousClock.now }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            await withCheckedContinuation { continuation in
                let isOver = waiters.withLock { waiters in
                    if !waiters.isOver { waiters.list.append(continuation) }
                    return waiters.isOver
                }
                if isOver { continuation.resume() }
            }
        }

        /// Lets the time be over.
        func end() {
            let list = waiters.withLock { waiters in
                defer { waiters = (true, []) }
                return waiters.list
            }
            for waiter in list { waiter.resume() }
        }
    }

    /// A server that never answers, and does not even give up when it is told to.
    final class SilentServer: DNSResolver {
        let asked = Mutex(0)
        private let onQuestion: @Sendable () -> Void
        private let open = Mutex<[CheckedContinuation<Void, Never>]>([])

        init(onQuestion: @escaping @Sendable () -> Void) {
            self.onQuestion = onQuestion
        }

        func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer {
            asked.withLock { $0 += 1 }
            await withCheckedContinuation { continuation in
                open.withLock { $0.append(continuation) }
                onQuestion()
            }
            throw DNSFailure(.cancelled)
        }

        /// Lets all questions end, so that the test leaves nothing behind.
        func release() {
            let all = open.withLock { list in
                defer { list = [] }
                return list
            }
            for continuation in all { continuation.resume() }
        }
    }

    struct Access: AuthoritativeAccess {
        let zone: KundeZone
        let silent: SilentServer

        func resolver(for server: DNSName, addresses: [IPAddress]) -> (any DNSResolver)? {
            addresses.first?.description == "192.0.2.2" ? silent : zone.one
        }
    }

    @Test func aServerThatNeverAnswersIsNamedWhenTheTimeIsOver() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        let clock = StoppedClock()
        let count = Mutex(0)
        let silent = SilentServer {
            // Both questions about the key are open: nothing else is left to do.
            if count.withLock({
                $0 += 1; return $0
            }) == 2 {
                clock.end()
            }
        }
        let check = DomainCheck(
            resolver: zone.resolver, access: Access(zone: zone, silent: silent), clock: clock, now: { .start })
        let domain = Changing(try .kunde())
        _ = domain.proveControl(by: .postmaster, now: .start)
        let report = await check.report(on: domain.value, setup: .keysOnly)
        let trouble = ServerTrouble(server: "ns2.kunde.example", code: .timeout)
        // What the quick server and the resolver said in time is kept; where they did not get to it, all are named.
        guard case .resolverTrouble(let troubles)? = report.findings(.dkim).first?.diagnosis else {
            Issue.record("the silent server is not named")
            return
        }
        #expect(troubles.contains(trouble))
        #expect(report.servers.contains { $0.name.description == "ns2.kunde.example" && $0.trouble == .timeout })
        silent.release()
    }

    @Test func afterTheTimeNothingIsAsked() async throws {
        let zone = try KundeZone()
        let clock = StoppedClock()
        clock.end()
        let silent = SilentServer {}
        let replies = await TimeBudget.run(.seconds(1), clock: clock) { budget in
            let first = await budget.ask(silent, .root, .ns)
            return [first, await budget.ask(zone.resolver, .root, .ns)]
        }
        #expect(replies == [.failure(DNSFailure(.timeout)), .failure(DNSFailure(.timeout))])
        #expect(zone.resolver.questions.isEmpty)
        silent.release()
    }

    @Test func aCheckThatNobodyWaitsForEnds() async throws {
        let clock = StoppedClock()
        let (started, start) = AsyncStream<Void>.makeStream()
        let silent = SilentServer { start.yield() }
        let task = Task {
            await TimeBudget.run(.seconds(1), clock: clock) { await $0.ask(silent, .root, .ns) }
        }
        for await _ in started { break }
        task.cancel()
        #expect(await task.value == .failure(DNSFailure(.timeout)))
        silent.release()
        clock.end()
    }
}
