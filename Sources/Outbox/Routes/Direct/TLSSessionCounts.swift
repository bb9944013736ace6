import DNS
public import Deliveries
public import Foundation
public import Logging
import MailRouting
import Synchronization

/// Counts TLS sessions in memory and writes them down now and then: what a crash loses is missing in a report and
/// nowhere else.
public final class TLSSessionCounts: TLSSessionSink {
    private struct Key: Hashable {
        let day: Int
        let domain: String
        let policy: TLSReportPolicy
        let failure: TLSFailureDetail?
    }

    private static let mostKeys = 50_000

    private let database: any Database
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let counts = Mutex<[Key: Int]>([:])

    /// - Parameters:
    ///   - database: where they are written.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(database: any Database, now: @escaping @Sendable () -> Date, logger: Logger) {
        self.database = database
        self.now = now
        self.logger = logger
    }

    /// The day of a time, counted from 1 January 1970 UTC.
    public static func day(of time: Date) -> Int { Int((time.timeIntervalSince1970 / 86_400).rounded(.down)) }

    /// Counts one session.
    public func note(_ session: TLSSession) {
        let key = Key(
            day: Self.day(of: now()), domain: session.domain.key, policy: session.policy, failure: session.failure)
        counts.withLock { counts in
            guard counts[key] != nil || counts.count < Self.mostKeys else { return }
            counts[key, default: 0] += 1
        }
    }

    /// Writes down what was counted.
    public func flush() async {
        let counted = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        guard !counted.isEmpty else { return }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let rows = try counted.map { key, sessions in
                TLSSessionCount(
                    day: key.day, domain: key.domain,
                    policy: String(decoding: try encoder.encode(key.policy), as: UTF8.self),
                    failure: try key.failure.map { String(decoding: try encoder.encode($0), as: UTF8.self) } ?? "",
                    sessions: sessions)
            }
            try await database.write { try $0.transport.count(rows) }
        } catch {
            logger.failure("counts of TLS sessions cannot be written", error)
            counts.withLock { counts in counts.merge(counted) { $0 + $1 } }
        }
    }
}
