/// What happens to an account's deliveries, as it happens: read by cursor from the database, woken by a hint.
public struct LiveEvents: Sendable {
    /// How long nothing is asked while nobody gives a hint: another process may have written.
    public static let idleInterval: Duration = .seconds(2)
    private static let batchLimit = 500

    private let database: any Database
    private let changes: ChangeHint
    private let clock: any Clock<Duration>

    /// Reads from the given parts.
    ///
    /// - Parameters:
    ///   - parts: what all use cases work with.
    ///   - clock: what measures the time between two looks.
    public init(_ parts: DeliveryParts, clock: any Clock<Duration> = ContinuousClock()) {
        database = parts.database
        changes = parts.changes
        self.clock = clock
    }

    /// The number of the newest event, to begin after.
    public func newest() async throws -> Int64 {
        try await database.read { try $0.events.lastNumber() }
    }

    /// The events of an account after a number, in batches; it ends when the reading task is cancelled.
    ///
    /// - Parameters:
    ///   - number: the last event that is known; what a page shows already, or a browser names on reconnecting.
    ///   - account: the sender.
    ///   - delivery: only of this delivery; nil: of all.
    /// - Returns: batches that are never empty, each ascending.
    public func events(after number: Int64, of account: AccountID, delivery: DeliveryID? = nil) -> Batches {
        Batches(source: self, cursor: number, account: account, delivery: delivery)
    }

    /// Batches of events without end.
    public struct Batches: AsyncSequence, Sendable {
        /// A batch: ascending, never empty.
        public typealias Element = [DeliveryEvent]

        fileprivate let source: LiveEvents
        fileprivate let cursor: Int64
        fileprivate let account: AccountID
        fileprivate let delivery: DeliveryID?

        /// Begins to read.
        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(source: source, cursor: cursor, account: account, delivery: delivery)
        }

        /// Gives the batches one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let source: LiveEvents
            fileprivate var cursor: Int64
            fileprivate let account: AccountID
            fileprivate let delivery: DeliveryID?

            /// Waits for the next batch; `nil` after the task was cancelled.
            public mutating func next() async throws -> [DeliveryEvent]? {
                while !Task.isCancelled {
                    let generation = source.changes.generation
                    let (after, account) = (cursor, account)
                    let (events, newest) = try await source.database.read { transaction in
                        (
                            try transaction.events.events(after: after, sender: account, limit: LiveEvents.batchLimit),
                            try transaction.events.lastNumber()
                        )
                    }
                    if let last = events.last {
                        cursor = last.number
                        let wanted = delivery.map { id in events.filter { $0.delivery == id } } ?? events
                        if !wanted.isEmpty { return wanted }
                        continue
                    }
                    // What lies before concerns others, and need not be looked through again.
                    cursor = Swift.max(cursor, newest)
                    await source.changes.wait(
                        after: generation, atMost: LiveEvents.idleInterval, on: source.clock)
                }
                return nil
            }
        }
    }
}
