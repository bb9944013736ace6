import Foundation
public import Logging
import Synchronization

/// What one process over the same database tells the others. A hint saves waiting and nothing else: all of them look into
/// the database again after a while, and whoever missed a hint finds what it was about there.
public enum NodeHint: String, Sendable, CaseIterable {
    /// There is mail to send.
    case mail
    /// There is mail to send that somebody wants tried at once, even if a mail server was out of reach a moment ago.
    case urgentMail = "urgent-mail"
    /// There are new events of deliveries.
    case events
}

/// The connection by which this process hears hints of the others and passes its own on, and compares clocks.
///
/// Hints are passed on after the commit that they are about, over this connection: those of a tenth of a second together. A
/// `NOTIFY` within the transaction itself would have all writers of all nodes commit one after the other.
public final class PostgreSQLWatch: Sendable {
    private static let channel = "depesche"
    /// How often clocks are compared.
    private static let comparisonInterval = Duration.seconds(60)
    /// How long it waits for something to happen, milliseconds.
    private static let longestWait: Int32 = 1_000
    /// For how long hints gather after some were passed on, milliseconds.
    private static let gathering: Int32 = 100

    private struct State {
        var pending: Set<NodeHint> = []
        var isRunning = false
        var isStopping = false
    }

    /// The time of all processes over this database.
    public let clock: DatabaseClock
    private let url: String
    private let thread = SerialThread("depesche.postgresql.watch")
    private let bell: (read: Int32, write: Int32)
    /// Ends what waits for a server that does not answer.
    private let stopSign = StopSign()
    private let state = Mutex(State())

    init(url: String, clock: DatabaseClock) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PostgreSQLFailure(state: "", message: String(cString: strerror(errno)), isLost: false)
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        bell = (ends[0], ends[1])
        self.url = url
        self.clock = clock
    }

    deinit {
        close(bell.read)
        close(bell.write)
    }

    /// Begins to listen; until then hints go nowhere and clocks were compared once.
    ///
    /// - Parameters:
    ///   - logger: told when the connection comes and goes, and about the machine's clock.
    ///   - heard: called for each hint of another process, and for all of them once it listens again after it could not.
    public func begin(logger: Logger, heard: @escaping @Sendable (NodeHint) -> Void) {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning && !state.isStopping
        }
        if isFirst { thread.start { self.run(logger: logger, heard: heard) } }
    }

    /// Passes a hint on, soon and without waiting; call it after the commit.
    public func pass(_ hint: NodeHint) {
        let isNew = state.withLock { $0.isRunning && $0.pending.insert(hint).inserted }
        if isNew { ring() }
    }

    /// Ends it, and returns once the connection is closed.
    func stop() async {
        state.withLock { $0.isStopping = true }
        stopSign.set()
        ring()
        // Behind the work of the same thread; it throws nothing.
        try? await thread.run {}
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func ring() {
        var octet: UInt8 = 1
        // A full pipe rings already.
        _ = write(bell.write, &octet, 1)
    }

    private func run(logger: Logger, heard: @Sendable (NodeHint) -> Void) {
        var isTold = false
        while !isStopping {
            do {
                let connection = try PostgreSQLConnection(url: url, stop: stopSign)
                // A hint need not be durable.
                try connection.command("SET synchronous_commit = off; LISTEN \(Self.channel)")
                if isTold { logger.notice("other nodes are heard again") }
                isTold = false
                // Whatever was passed on meanwhile.
                for hint in NodeHint.allCases { heard(hint) }
                try listen(on: connection, logger: logger, heard: heard)
            } catch {
                if !isTold, !isStopping {
                    let reason = (error as? PostgreSQLFailure)?.message ?? "\(error)"
                    logger.warning("other nodes are not heard", metadata: ["reason": "\(reason)"])
                }
                isTold = true
                wait(for: [bell.read], atMost: Self.longestWait)
            }
        }
    }

    private func listen(
        on connection: PostgreSQLConnection, logger: Logger, heard: @Sendable (NodeHint) -> Void
    ) throws {
        var isOff = false
        var comparedAt: ContinuousClock.Instant?
        while !isStopping {
            let hints = state.withLock { state in
                defer { state.pending = [] }
                return state.pending
            }
            for hint in hints {
                _ = try connection.execute(
                    "SELECT pg_notify($1, $2)", [.text(Self.channel), .text(hint.rawValue)])
            }
            let wasSet = clock.wasMachineSet
            if wasSet || comparedAt.map({ ContinuousClock.now - $0 >= Self.comparisonInterval }) ?? true {
                try clock.compare(on: connection)
                comparedAt = .now
                if wasSet { logger.notice("this machine's clock was set; the database's time holds") }
                let ahead = clock.machineAhead
                if abs(ahead) > DatabaseClock.tolerance, !isOff {
                    logger.warning(
                        "this machine's clock is not that of the database", metadata: ["ahead": "\(Int(ahead)) s"])
                }
                isOff = abs(ahead) > DatabaseClock.tolerance
            }
            for notification in try connection.notifications() where !notification.isOwn {
                if let hint = NodeHint(rawValue: notification.payload) { heard(hint) }
            }
            if hints.isEmpty {
                wait(for: [connection.socket, bell.read], atMost: Self.longestWait)
            } else {
                wait(for: [connection.socket], atMost: Self.gathering)
            }
        }
    }

    private func wait(for descriptors: [Int32], atMost milliseconds: Int32) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = poll(&polled, nfds_t(polled.count), milliseconds)
        var octets = [UInt8](repeating: 0, count: 64)
        if descriptors.contains(bell.read) { while read(bell.read, &octets, octets.count) > 0 {} }
    }
}
