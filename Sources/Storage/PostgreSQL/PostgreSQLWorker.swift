import Deliveries
import Foundation
import Secrets

/// A connection with the thread that it is used on.
///
/// `@unchecked`: `connection` is touched in work of `thread` only, which is one piece after the other.
final class PostgreSQLWorker: @unchecked Sendable {
    /// A body with what becomes of it.
    struct Job: Sendable {
        let isReading: Bool
        /// Runs the body; what comes back answers the caller once the commit is durable.
        let run: @Sendable (any Transaction) throws -> @Sendable () -> Void
        /// Tells the caller why there is no result.
        let fail: @Sendable (any Error) -> Void
    }

    private enum Outcome {
        case done(@Sendable () -> Void)
        case failed(any Error)
        /// Nothing was written, and the same body may succeed the next time.
        case again(PostgreSQLFailure)
    }

    /// How often a body is run at most.
    private static let mostAttempts = 10

    let thread: SerialThread
    private let url: String
    private let auditChain: AuditChainInForce
    private let random: any RandomSource
    private var connection: PostgreSQLConnection?

    init(number: Int, url: String, auditChain: AuditChainInForce, random: any RandomSource) {
        thread = SerialThread("depesche.postgresql.\(number)")
        self.url = url
        self.auditChain = auditChain
        self.random = random
    }

    /// Lets the connection go; on the thread.
    func disconnect() {
        connection = nil
    }

    /// Runs a body until it is committed or failed; on the thread.
    func perform(_ job: Job) {
        for attempt in 1...Self.mostAttempts {
            switch attemptOnce(job) {
            case .done(let answer): return answer()
            case .failed(let error): return job.fail(error)
            case .again(let failure):
                guard attempt < Self.mostAttempts else { return job.fail(failure.translated) }
                Thread.sleep(forTimeInterval: pause(after: attempt, isLost: failure.isLost))
            }
        }
    }

    /// Seconds, by chance up to a bound that doubles: those who met must not meet again.
    private func pause(after attempt: Int, isLost: Bool) -> TimeInterval {
        let longest = min(2, (isLost ? 0.1 : 0.005) * Double(1 << attempt))
        let chance = random.bytes(2).reduce(0.0) { $0 * 256 + Double($1) } / 65_535
        return longest * chance
    }

    private func connected() throws -> PostgreSQLConnection {
        if let connection, connection.isUsable { return connection }
        connection = nil
        let fresh = try PostgreSQLConnection(url: url)
        connection = fresh
        return fresh
    }

    private func attemptOnce(_ job: Job) -> Outcome {
        let connection: PostgreSQLConnection
        do {
            connection = try connected()
            try connection.command(
                job.isReading
                    ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL SERIALIZABLE")
        } catch {
            return outcome(of: error)
        }
        let runner = PostgreSQLRunner(connection)
        defer { runner.end() }
        let answer: @Sendable () -> Void
        do {
            answer = try job.run(SQLTransaction(sql: runner, auditChain: auditChain.current))
            // A body that caught the failure of a statement cannot be committed any more.
            if let failure = runner.failure { throw failure }
        } catch {
            if let failure = runner.failure, failure.isSerialization || failure.isLost {
                rollBack(connection)
                return outcome(of: failure)
            }
            rollBack(connection)
            return .failed((error as? PostgreSQLFailure)?.translated ?? error)
        }
        do {
            try connection.command("COMMIT")
            return .done(answer)
        } catch let failure as PostgreSQLFailure where failure.isLost && !job.isReading {
            // The server may have committed before the connection was lost: running again could do it twice.
            self.connection = nil
            return .failed(
                DeliveriesError(.trouble, detail: "the outcome of a commit is unknown: \(failure.message)"))
        } catch {
            rollBack(connection)
            return outcome(of: error)
        }
    }

    private func outcome(of error: any Error) -> Outcome {
        guard let failure = error as? PostgreSQLFailure else { return .failed(error) }
        if failure.isLost { connection = nil }
        return failure.isLost || failure.isSerialization ? .again(failure) : .failed(failure.translated)
    }

    /// A connection that cannot even roll back is let go, and the server rolls back itself.
    private func rollBack(_ connection: PostgreSQLConnection) {
        do {
            try connection.command("ROLLBACK")
        } catch {
            self.connection = nil
        }
    }
}
