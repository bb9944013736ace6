import Deliveries
import Secrets
import Synchronization

/// Runs that pages start and look at: those under way, and those that ended lately. In memory only.
final class RecentRuns<Subject, About: Sendable, State: Sendable>: Sendable {
    /// The identifier of a run.
    typealias ID = Identifier<Subject>

    private struct Entry: Sendable {
        let about: About
        var state: State
    }

    private static var mostRemembered: Int { 50 }

    private let mostRunning: Int
    private let isRunning: @Sendable (State) -> Bool
    private let entries = Mutex<[ID: Entry]>([:])

    /// - Parameters:
    ///   - mostRunning: how many may be under way.
    ///   - isRunning: whether a state is one of being under way.
    init(mostRunning: Int, isRunning: @escaping @Sendable (State) -> Bool) {
        self.mostRunning = mostRunning
        self.isRunning = isRunning
    }

    /// Remembers a run that begins, and forgets the oldest one if there are too many.
    ///
    /// - Throws: `.busy` if too many are under way.
    func begin(_ id: ID, about: About, state: State) throws {
        try entries.withLock { entries in
            guard entries.values.count(where: { isRunning($0.state) }) < mostRunning else {
                throw DeliveriesError(.busy, retryAfter: 10)
            }
            if entries.count >= Self.mostRemembered, let oldest = entries.keys.min() { entries[oldest] = nil }
            entries[id] = Entry(about: about, state: state)
        }
    }

    /// What a run is about and how it does; `nil` if there is no such, or none any more.
    subscript(id: ID) -> (about: About, state: State)? {
        entries.withLock { $0[id].map { ($0.about, $0.state) } }
    }

    /// Notes how a run does.
    func set(_ state: State, of id: ID) { entries.withLock { $0[id]?.state = state } }
}
