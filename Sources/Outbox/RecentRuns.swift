import Deliveries
import Foundation
import Logging
import Secrets
import Synchronization

/// Runs that pages start and look at: those under way, and those that ended lately. They are rows, so that any process
/// over the same database tells how one does; the process where it was started carries it out.
struct RecentRuns<About: Codable & Sendable, State: Codable & Sendable>: Sendable {
    /// How long a run counts as being under way after it was renewed, seconds.
    private static var patience: TimeInterval { 60 }
    /// How long a run is remembered, seconds.
    private static var memory: TimeInterval { 86_400 }
    /// After how many seconds a run is renewed that has nothing new to tell.
    private static var beat: Int { 15 }

    private let kind: String
    private let mostRunning: Int
    private let lost: State
    private let parts: DeliveryParts

    /// - Parameters:
    ///   - kind: what kind of work, kebab-case.
    ///   - mostRunning: how many may be under way.
    ///   - lost: how a run does whose process went away.
    init(kind: String, mostRunning: Int, lost: State, parts: DeliveryParts) {
        self.kind = kind
        self.mostRunning = mostRunning
        self.lost = lost
        self.parts = parts
    }

    /// Remembers a run that begins, and forgets those of yesterday.
    ///
    /// - Throws: `.busy` if too many are under way.
    func begin(about: About, state: State) async throws -> RunID {
        let now = parts.now()
        let id = RunID(now: now, random: parts.random)
        let run = Run(
            id: id, kind: kind, startedAt: now, aliveUntil: now.addingTimeInterval(Self.patience),
            sealedAbout: try seal(about, "sealed_about", of: id), sealedState: try seal(state, "sealed_state", of: id))
        try await parts.database.write { transaction in
            guard try transaction.runs.countAlive(kind: kind, now: now) < mostRunning else {
                throw DeliveriesError(.busy, retryAfter: 10)
            }
            _ = try transaction.runs.remove(startedBefore: now.addingTimeInterval(-Self.memory))
            try transaction.runs.insert(run)
        }
        return id
    }

    /// What a run is about and how it does; `nil` if there is no such, or none any more.
    func state(of id: RunID) async throws -> (about: About, state: State)? {
        guard let run = try await parts.database.read({ try $0.runs.run(id, kind: kind) }) else { return nil }
        let about = try open(About.self, run.sealedAbout, "sealed_about", of: id)
        if let until = run.aliveUntil, until <= parts.now() { return (about, lost) }
        return (about, try open(State.self, run.sealedState, "sealed_state", of: id))
    }

    /// Carries out a run, and renews it meanwhile.
    ///
    /// - Parameter work: is given what it tells by how far it is; returns how it ended.
    func carryOut(_ id: RunID, _ work: @escaping @Sendable (@escaping @Sendable (State) -> Void) async -> State) async {
        let news = News<State>()
        let end = await withTaskGroup(of: State?.self) { group in
            group.addTask {
                await renew(id, news)
                return nil
            }
            group.addTask { await work { news.tell($0) } }
            defer { group.cancelAll() }
            for await case let state? in group { return state }
            return lost
        }
        await note(end, of: id, aliveUntil: nil)
    }

    private func renew(_ id: RunID, _ news: News<State>) async {
        var seconds = 0
        // A word a second is enough for a page that looks each second; the end of the work cancels this.
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            seconds += 1
            let until = parts.now().addingTimeInterval(Self.patience)
            if let state = news.take() {
                await note(state, of: id, aliveUntil: until)
            } else if seconds % Self.beat == 0 {
                await attempt { try await parts.database.write { try $0.runs.renew(id, until: until) } }
            }
        }
    }

    private func note(_ state: State, of id: RunID, aliveUntil: Date?) async {
        await attempt {
            let sealed = try seal(state, "sealed_state", of: id)
            try await parts.database.write {
                try $0.runs.update(id, sealedState: sealed, aliveUntil: aliveUntil)
            }
        }
    }

    /// The work goes on where a word about it cannot be stored.
    private func attempt(_ store: () async throws -> Void) async {
        do {
            try await store()
        } catch {
            parts.log.failure("a run's row failed", error, metadata: ["kind": "\(kind)"])
        }
    }

    private func seal(_ value: some Encodable, _ column: String, of id: RunID) throws -> Data {
        try parts.keys.seal(JSONEncoder().encode(value), purpose: .column, context: Self.place(column, id))
    }

    private func open<Value: Decodable>(_ type: Value.Type, _ sealed: Data, _ column: String, of id: RunID) throws
        -> Value
    {
        let octets = try parts.keys.open(sealed, purpose: .column, context: Self.place(column, id))
        return try JSONDecoder().decode(type, from: octets)
    }

    private static func place(_ column: String, _ id: RunID) -> SealContext {
        SealContext(table: "run", row: id.description, column: column)
    }
}

/// The latest word of a run that is not stored yet.
private final class News<State: Sendable>: Sendable {
    private let latest = Mutex<State?>(nil)

    func tell(_ state: State) { latest.withLock { $0 = state } }

    func take() -> State? {
        latest.withLock { state in
            defer { state = nil }
            return state
        }
    }
}
