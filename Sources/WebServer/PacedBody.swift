import Deliveries
public import Hummingbird
public import NIOCore
import Synchronization

/// The body of a request under watch: a client that sends drop by drop must not keep a place for hours.
///
/// The first ``grace`` is free; after it the body must have come at ``leastRate`` since its beginning, or it is given
/// up. The time in which the server itself is slow is not told apart: the rate is low enough.
public struct PacedBody: AsyncSequence, Sendable {
    /// One piece of the body.
    public typealias Element = ByteBuffer

    /// How long a body may take before its rate is looked at.
    public static let grace: Duration = .seconds(60)
    /// Octets a second that must come on average.
    public static let leastRate: Int64 = 1024
    private static let interval: Duration = .seconds(10)

    private let body: RequestBody
    private let count: Count

    /// Reads the body of a request, and gives up when it comes too slowly.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - clock: what measures the time.
    ///   - use: reads the body.
    /// - Returns: what `use` returns.
    /// - Throws: `DeliveriesError` `.tooSlow`, or what `use` throws.
    public static func read<Result: Sendable>(
        of request: Request, clock: any Clock<Duration>, _ use: @escaping @Sendable (PacedBody) async throws -> Result
    ) async throws -> Result {
        let body = PacedBody(body: request.body, count: Count())
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await use(body) }
            group.addTask {
                try await body.count.watch(clock)
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: body.makeAsyncIterator(), count: count) }

    /// Gives the pieces one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var base: RequestBody.AsyncIterator
        fileprivate let count: Count

        /// The next piece; `nil` at the end.
        public mutating func next() async throws -> ByteBuffer? {
            guard let piece = try await base.next() else {
                count.end()
                return nil
            }
            count.add(piece.readableBytes)
            return piece
        }
    }

    /// How much has come.
    fileprivate final class Count: Sendable {
        private let octets = Atomic<Int64>(0)
        private let isAtEnd = Atomic<Bool>(false)

        func add(_ count: Int) { octets.wrappingAdd(Int64(count), ordering: .relaxed) }

        func end() { isAtEnd.store(true, ordering: .relaxed) }

        /// Returns when the body has ended, throws when it comes too slowly.
        func watch(_ clock: any Clock<Duration>) async throws {
            var wanted = Int64(PacedBody.grace.components.seconds) * PacedBody.leastRate
            try await clock.sleep(for: PacedBody.grace)
            while !isAtEnd.load(ordering: .relaxed) {
                guard octets.load(ordering: .relaxed) >= wanted else { throw DeliveriesError(.tooSlow) }
                try await clock.sleep(for: PacedBody.interval)
                wanted += Int64(PacedBody.interval.components.seconds) * PacedBody.leastRate
            }
        }
    }
}
