import CLibPQ

extension PostgreSQLConnection {
    /// What `LISTEN` brought.
    struct Notification {
        let payload: String
        /// Whether this connection sent it itself.
        let isOwn: Bool
    }

    /// What to poll for something to read.
    var socket: Int32 { PQsocket(wire.handle) }

    /// Takes in what the server sent unasked; does not wait.
    ///
    /// - Throws: `PostgreSQLFailure` if the connection is lost.
    func notifications() throws -> [Notification] {
        guard PQconsumeInput(wire.handle) == 1, isUsable else {
            throw PostgreSQLFailure(state: "", message: "the connection was lost", isLost: true)
        }
        var notifications: [Notification] = []
        while let next = PQnotifies(wire.handle) {
            defer { PQfreemem(next) }
            notifications.append(
                Notification(
                    payload: next.pointee.extra.map { String(cString: $0) } ?? "",
                    isOwn: next.pointee.be_pid == PQbackendPID(wire.handle)))
        }
        return notifications
    }
}
