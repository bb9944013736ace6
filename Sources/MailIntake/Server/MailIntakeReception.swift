import NIOCore
import Synchronization

/// The connections of a server: handed from the event loops to its tasks, and told when the server goes down.
final class MailIntakeReception: Sendable {
    private struct State {
        var open: [ObjectIdentifier: MailIntakeConnection] = [:]
        var isShuttingDown = false
    }

    let admission: MailIntakeAdmission
    /// New connections, each once.
    let connections: AsyncStream<MailIntakeConnection>
    private let continuation: AsyncStream<MailIntakeConnection>.Continuation
    private let state = Mutex(State())

    init(_ limits: MailIntakeLimits) {
        admission = MailIntakeAdmission(limits)
        (connections, continuation) = AsyncStream.makeStream()
    }

    /// Hands a new connection on; `false` if the server goes down already.
    func admit(_ connection: MailIntakeConnection) -> Bool {
        let isAdmitted = state.withLock { state in
            guard !state.isShuttingDown else { return false }
            state.open[ObjectIdentifier(connection.channel)] = connection
            return true
        }
        if isAdmitted { continuation.yield(connection) }
        return isAdmitted
    }

    /// A connection is over.
    func forget(_ connection: MailIntakeConnection) {
        state.withLock { $0.open[ObjectIdentifier(connection.channel)] = nil }
    }

    /// Takes no further connections, and says goodbye to those there are.
    func shutDown() {
        for connection in stop() { connection.shutDown() }
    }

    /// Closes all connections at once.
    func close() {
        for connection in stop() { connection.channel.close(promise: nil) }
    }

    private func stop() -> [MailIntakeConnection] {
        let open = state.withLock { state in
            state.isShuttingDown = true
            return Array(state.open.values)
        }
        continuation.finish()
        return open
    }
}
