import Deliveries
import Foundation
import Secrets

/// A connection with the thread that it is used on.
///
/// `@unchecked`: `connection` and `failedConnects` are touched in work of `thread` only, which is one piece after the other.
final class PostgreSQLWorker: @unchecked Sendable {
    /// What became of a body.
    enum Outcome {
        case done(@Sendable () -> Void)
        case failed(any Error)
        /// Nothing was written, and the same body may succeed on another connection.
        case lost(PostgreSQLFailure)
        /// The connection was lost at the commit: the mark tells whether it happened.
        case unknown(mark: Data, answer: @Sendable () -> Void, PostgreSQLFailure)
    }

    /// How often a body is run at most while others are in its way.
    private static let mostAttempts = 10

    let number: Int
    let thread: SerialThread
    private let url: String
    private let stop: StopSign
    private let auditChain: AuditChainInForce
    private let random: any RandomSource
    private var connection: PostgreSQLConnection?
    private var failedConnects = 0

    init(number: Int, url: String, stop: StopSign, auditChain: AuditChainInForce, random: any RandomSource) {
        self.number = number
        thread = SerialThread("depesche.postgresql.\(number)")
        self.url = url
        self.stop = stop
        self.auditChain = auditChain
        self.random = random
    }

    /// Lets the connection go; on the thread.
    func disconnect() {
        connection = nil
    }

    /// Whether there is a connection, as far as can be seen without asking the server; on the thread.
    func isConnected() -> Bool {
        if let connection, !connection.isStillOpen() { self.connection = nil }
        return connection != nil
    }

    /// Connects; on the thread. Where that fails it pauses, longer each time, since the next try would follow at once.
    func connect() -> PostgreSQLFailure? {
        do {
            connection = try PostgreSQLConnection(url: url, stop: stop)
            failedConnects = 0
            return nil
        } catch {
            failedConnects += 1
            Thread.sleep(forTimeInterval: pause(after: min(failedConnects, 4), longest: 1, shortest: 0.1))
            return error as? PostgreSQLFailure ?? PostgreSQLFailure(state: "", message: "\(error)", isLost: true)
        }
    }

    /// Runs a body until it is committed or failed, or the connection is lost; on the thread.
    func perform(_ job: PostgreSQLJob) -> Outcome {
        var postpones = !job.isReading
        for attempt in 1... {
            guard let connection else { break }
            do {
                return try attemptOnce(job, on: connection, postpones: postpones)
            } catch {
                rollBack(connection)
                guard let failure = error as? PostgreSQLFailure else { return .failed(error) }
                // A rule may have been broken by a statement whose answer nobody waited for. Once more with all of them
                // waited for, so that the body that knows what it means hears of it there.
                if postpones, failure.isRefusal, job.halves.isEmpty {
                    postpones = false
                    continue
                }
                if failure.isLost || (failure.isReadOnlyServer && !job.isReading) {
                    self.connection = nil
                    return .lost(failure)
                }
                guard failure.isSerialization, attempt < Self.mostAttempts else { return .failed(failure.translated) }
                // On the thread of this connection, which has nothing else to do: who was in the way needs a moment to end.
                Thread.sleep(forTimeInterval: pause(after: attempt, longest: 2, shortest: 0.005))
            }
        }
        return .lost(PostgreSQLFailure(state: "", message: "the connection is lost", isLost: true))
    }

    /// Whether the transaction with a mark was committed; on the thread. `nil`: it cannot be told yet.
    func wasCommitted(_ mark: Data) -> Bool? {
        guard let connection else { return nil }
        do {
            return try connection.wasCommitted(mark)
        } catch {
            rollBack(connection)
            return nil
        }
    }

    /// Takes away marks of long ago; on the thread. What cannot be done now is done the next time.
    func sweepMarks() {
        guard let connection else { return }
        do { try connection.sweepMarks() } catch { rollBack(connection) }
    }

    /// Seconds, by chance up to a bound that doubles: those who met must not meet again.
    private func pause(after attempt: Int, longest: TimeInterval, shortest: TimeInterval) -> TimeInterval {
        let chance = random.bytes(2).reduce(0.0) { $0 * 256 + Double($1) } / 65_535
        return min(longest, shortest * Double(1 << attempt)) * chance
    }

    /// Throws `PostgreSQLFailure` where the server is to blame, and otherwise what the body threw.
    private func attemptOnce(
        _ job: PostgreSQLJob, on connection: PostgreSQLConnection, postpones: Bool
    ) throws -> Outcome {
        try connection.begin(isReading: job.isReading)
        let runner = PostgreSQLRunner(connection, postpones: postpones)
        defer { runner.end() }
        let answer: @Sendable () -> Void
        do {
            answer = try job.run(SQLTransaction(sql: runner, auditChain: auditChain.current))
        } catch {
            // What a use case made of a failure counts, unless the failure asks for another run.
            if let failure = runner.failure,
                failure.isSerialization || failure.isLost || failure.isReadOnlyServer
                    || (failure.isRefusal && runner.hasPostponed)
            {
                throw failure
            }
            throw (error as? PostgreSQLFailure)?.translated ?? error
        }
        // A body that caught the failure of a statement cannot be committed any more.
        if let failure = runner.failure { throw failure }
        if job.isReading {
            try connection.endReading()
            return .done(answer)
        }
        guard connection.isCommitWorthKnowing else {
            try connection.commit(mark: nil)
            return .done(answer)
        }
        let mark = Data(random.bytes(16))
        do {
            try connection.commit(mark: mark)
            return .done(answer)
        } catch let failure as PostgreSQLFailure where failure.isLost {
            self.connection = nil
            return .unknown(mark: mark, answer: answer, failure)
        }
    }

    /// A connection that cannot even roll back is let go, and the server rolls back itself.
    private func rollBack(_ connection: PostgreSQLConnection) {
        do {
            try connection.rollBack()
        } catch {
            self.connection = nil
        }
    }
}
