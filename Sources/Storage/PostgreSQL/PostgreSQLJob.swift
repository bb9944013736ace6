import Deliveries

/// A body with what becomes of it.
struct PostgreSQLJob: Sendable {
    /// How many writers share a commit at most, so that the first ones and other nodes do not wait for too many.
    private static let largestGroup = 64

    let isReading: Bool
    let since: ContinuousClock.Instant
    /// How often its connection was lost.
    var losses = 0
    /// Runs the body; what comes back answers the caller once the commit is durable.
    let run: @Sendable (any Transaction) throws -> @Sendable () -> Void
    /// Tells the caller why there is no result.
    let fail: @Sendable (any Error) -> Void
    /// The bodies of which it is made; empty for a body that may still share a commit with others.
    private(set) var parts: [PostgreSQLJob] = []

    init(
        isReading: Bool, since: ContinuousClock.Instant,
        run: @escaping @Sendable (any Transaction) throws -> @Sendable () -> Void,
        fail: @escaping @Sendable (any Error) -> Void
    ) {
        self.isReading = isReading
        self.since = since
        self.run = run
        self.fail = fail
    }

    /// Bodies that run one after the other and share a commit.
    private init(sharing parts: [PostgreSQLJob]) {
        self.init(
            isReading: false, since: parts[0].since,
            run: { transaction in
                let answers = try parts.map { try $0.run(transaction) }
                return { for answer in answers { answer() } }
            },
            fail: { error in for part in parts { part.fail(error) } })
        self.parts = parts
    }

    /// Takes the next work out of a queue that is not empty: writers that wait share a commit.
    static func next(of waiting: inout [PostgreSQLJob]) -> PostgreSQLJob {
        guard !waiting[0].isReading, waiting[0].parts.isEmpty else { return waiting.removeFirst() }
        let group = Array(waiting.prefix(Self.largestGroup).prefix { $0.parts.isEmpty })
        waiting.removeFirst(group.count)
        return PostgreSQLJob(sharing: group)
    }

    /// Both halves of a group one of whose bodies failed, so that nobody fails for another one; empty where it is known
    /// which one it was.
    var halves: [PostgreSQLJob] {
        guard parts.count > 1 else { return [] }
        let middle = parts.count / 2
        return [PostgreSQLJob(sharing: Array(parts[..<middle])), PostgreSQLJob(sharing: Array(parts[middle...]))]
    }
}
