public import Foundation
import Synchronization

/// The time as the database's server has it, so that all processes over one database agree, whatever their machines' clocks
/// say. Within a process it never goes backwards.
///
/// It is this machine's steady clock with an offset that is measured again and again; so setting the machine's time of day
/// changes nothing.
public final class DatabaseClock: Sendable {
    /// How many times the server is asked; the quickest answer is the truest.
    private static let questions = 5
    /// By how much a time of day may stand off the database's before somebody should hear of it, seconds.
    public static let tolerance: TimeInterval = 5

    private struct State {
        var comparison: ClockComparison
        /// The time of day less the steady time at the last comparison, microseconds.
        var machineOffset: Int64
    }

    private let state: Mutex<State>

    /// Asks the server for its time.
    ///
    /// - Throws: `PostgreSQLFailure`.
    init(_ connection: PostgreSQLConnection) throws {
        guard let comparison = ClockComparison(try Self.ask(connection)) else {
            throw PostgreSQLFailure(state: "", message: "it does not tell its time", isLost: false)
        }
        state = Mutex(State(comparison: comparison, machineOffset: Self.machineOffset))
    }

    /// The time.
    public func now() -> Date {
        // The clock is looked at within the lock, so that the order of looks is the order of answers.
        let time = state.withLock { $0.comparison.time(at: Self.read(CLOCK_BOOTTIME)) }
        return Date(timeIntervalSince1970: Double(time) / 1_000_000)
    }

    /// By how much this machine's time of day is ahead of the database's, seconds.
    public var machineAhead: TimeInterval {
        let offset = state.withLock { $0.comparison.offset }
        return Double(Self.machineOffset - offset) / 1_000_000
    }

    /// Whether the machine's time of day was set by a second or more since the last comparison. Such a machine may have
    /// slept, too.
    var wasMachineSet: Bool {
        abs(Self.machineOffset - state.withLock { $0.machineOffset }) >= 1_000_000
    }

    /// Asks the server for its time again.
    func compare(on connection: PostgreSQLConnection) throws {
        let samples = try Self.ask(connection)
        let machineOffset = Self.machineOffset
        state.withLock { state in
            state.comparison.adopt(samples)
            state.machineOffset = machineOffset
        }
    }

    private static func ask(_ connection: PostgreSQLConnection) throws -> [ClockComparison.Sample] {
        var samples: [ClockComparison.Sample] = []
        for _ in 1...questions {
            let askedAt = read(CLOCK_BOOTTIME)
            let answer = try connection.execute(
                "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)", [])
            guard case .integer(let time)? = answer.rows.first?.first else { continue }
            samples.append(.init(askedAt: askedAt, answeredAt: read(CLOCK_BOOTTIME), serverTime: time))
        }
        return samples
    }

    private static var machineOffset: Int64 { read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME) }

    /// Microseconds of a clock of the machine.
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
