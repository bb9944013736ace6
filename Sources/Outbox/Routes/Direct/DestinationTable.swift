import DNS
import Foundation
import MailRouting
import SMTPTransport
import Synchronization

/// What is under way to each set of mail hosts, what was learned of them, and connections that wait for the next mail.
final class DestinationTable: Sendable {
    /// The bounds that are set.
    struct Limits: Sendable, Hashable {
        var connections: Int
        var mailsPerConnection: Int
        /// 0: none.
        var mailsPerMinute: Int
    }

    /// Which connections can stand for one another.
    struct ConnectionKey: Hashable, Sendable {
        let address: IPAddress
        let name: DNSName?
        let security: TransportSecurity
        let helloName: String
    }

    /// A connection that waits for its next mail.
    struct Kept: Sendable {
        let connection: SMTPConnection
        var mails: Int
    }

    /// Whether a mail may go now.
    enum Entry: Sendable, Equatable {
        case go
        case wait(until: Date)
    }

    fileprivate struct Lane {
        var pace: DestinationPace
        var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var minute = Date.distantPast
        var mailsInMinute = 0
        var usedAt = Date.distantPast
    }

    fileprivate struct State {
        var lanes: [HostSet: Lane] = [:]
        var idle: [ConnectionKey: [Kept]] = [:]
        var dead = DeadHosts()
        var nextWaiter = 0
        var isShutDown = false
        var generator = SystemRandomNumberGenerator()
    }

    fileprivate static let mostLanes = 10_000
    private let state = Mutex(State())

    /// Waits for a place among the connections to a set of hosts.
    ///
    /// - Returns: `.wait` if the hosts take nothing before then; the place is taken only with `.go`.
    func enter(_ hosts: HostSet, limits: Limits, at now: Date) async -> Entry {
        while true {
            let id = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            let admission = state.withLock { $0.admission(to: hosts, limits: limits, at: now) }
            switch admission {
            case .go: return .go
            case .wait(let until): return .wait(until: until)
            case .full: break
            }
            let mayRetry = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let hasWaited = state.withLock { state in
                        // A place may have become free in between; a pause ends without anybody waking us.
                        guard !Task.isCancelled, !state.isShutDown, state.lanes[hosts]?.pace.isFull == true else {
                            return false
                        }
                        state.lanes[hosts]?.waiters.append((id, continuation))
                        return true
                    }
                    if !hasWaited { continuation.resume(returning: true) }
                }
            } onCancel: {
                wake(id, of: hosts)
            }
            guard mayRetry, !Task.isCancelled else { return .wait(until: now) }
        }
    }

    /// Gives a place back.
    func leave(_ hosts: HostSet, at now: Date) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard var lane = state.lanes[hosts] else { return nil }
            lane.pace.end()
            lane.usedAt = now
            let waiter = lane.waiters.isEmpty ? nil : lane.waiters.removeFirst().continuation
            state.lanes[hosts] = lane
            return waiter
        }
        waiter?.resume(returning: true)
    }

    private func wake(_ id: Int, of hosts: HostSet) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.lanes[hosts]?.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.lanes[hosts]?.waiters.remove(at: index).continuation
        }
        waiter?.resume(returning: false)
    }

    /// How many mails may be begun to a set of hosts; `nil`: to hosts of which nothing is known.
    func room(for hosts: HostSet?, limits: Limits, at now: Date) -> Int {
        let fresh = DestinationPace(limits: limits.pace)
        guard let hosts else { return fresh.limit }
        return state.withLock { state in
            guard let lane = state.lanes[hosts] else { return fresh.limit }
            return lane.pace.appetite(at: now, waiting: lane.waiters.count)
        }
    }

    /// Takes what an attempt says of the hosts, and of one address of theirs.
    func learn(_ outcome: AttemptOutcome, of hosts: HostSet, address: IPAddress, at now: Date) {
        state.withLock { state in
            state.dead.learn(outcome, of: address, at: now, using: &state.generator)
            state.lanes[hosts]?.pace.learn(outcome, at: now, using: &state.generator)
        }
    }

    /// Forgets who was out of reach or asked for a pause.
    func tryAnew() {
        state.withLock { state in
            state.dead = DeadHosts()
            for hosts in state.lanes.keys { state.lanes[hosts]?.pace.resume() }
        }
    }

    /// The hosts without the addresses at which nobody answered lately.
    func arrange(_ hosts: [MailHost], at now: Date) -> DeadHosts.Arrangement {
        state.withLock { $0.dead.arrange(hosts, at: now) }
    }

    /// How long a connection to an address may take to come about.
    func connectTimeout(for address: IPAddress) -> Duration {
        .seconds(state.withLock { $0.dead.connectTimeout(for: address) })
    }

    /// A connection that waits; it is the caller's from then on.
    func takeIdle(_ key: ConnectionKey) -> Kept? {
        state.withLock { state in
            while let kept = state.idle[key]?.popLast() {
                if state.idle[key]?.isEmpty == true { state.idle[key] = nil }
                if kept.connection.isOpen { return kept }
            }
            return nil
        }
    }

    /// Keeps a connection for the next mail, or ends it.
    func giveBack(_ kept: Kept, as key: ConnectionKey, limits: Limits) {
        let isKept = state.withLock { state in
            guard !state.isShutDown, kept.mails < limits.mailsPerConnection, kept.connection.isOpen else {
                return false
            }
            let open = (state.idle[key] ?? []).filter(\.connection.isOpen)
            guard open.count < limits.connections else { return false }
            state.idle[key] = open + [kept]
            return true
        }
        if !isKept { kept.connection.beginQuit() }
    }

    /// Ends the connections that wait, and those who wait for a place.
    func shutDown() async {
        let (idle, waiters) = state.withLock { state in
            state.isShutDown = true
            defer { state.idle = [:] }
            var waiters: [CheckedContinuation<Bool, Never>] = []
            for hosts in state.lanes.keys {
                waiters += state.lanes[hosts]?.waiters.map(\.continuation) ?? []
                state.lanes[hosts]?.waiters = []
            }
            return (state.idle.values.flatMap(\.self), waiters)
        }
        for waiter in waiters { waiter.resume(returning: false) }
        for kept in idle { kept.connection.beginQuit() }
        for kept in idle { await kept.connection.quit() }
    }
}

extension DestinationTable.State {
    fileprivate mutating func admission(
        to hosts: HostSet, limits: DestinationTable.Limits, at now: Date
    ) -> DestinationPace.Admission {
        if lanes.count >= DestinationTable.mostLanes { forgetIdleLanes(at: now) }
        var lane = lanes[hosts] ?? DestinationTable.Lane(pace: DestinationPace(limits: limits.pace))
        lane.pace.adopt(limits.pace)
        lane.usedAt = now
        defer { lanes[hosts] = lane }
        if now.timeIntervalSince(lane.minute) >= 60 { (lane.minute, lane.mailsInMinute) = (now, 0) }
        if limits.mailsPerMinute > 0, lane.mailsInMinute >= limits.mailsPerMinute {
            return .wait(until: lane.minute.addingTimeInterval(60))
        }
        let admission = lane.pace.begin(at: now)
        if admission == .go { lane.mailsInMinute += 1 }
        return admission
    }

    private mutating func forgetIdleLanes(at now: Date) {
        lanes = lanes.filter { lane in
            lane.value.pace.inUse > 0 || !lane.value.waiters.isEmpty || now.timeIntervalSince(lane.value.usedAt) < 600
        }
        dead.forget(before: now.addingTimeInterval(-86_400))
    }
}

extension DestinationTable.Limits {
    var pace: DestinationPace.Limits { DestinationPace.Limits(initial: 5, maximum: connections) }
}
