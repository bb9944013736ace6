public import NIOCore
public import NIOPosix
public import SMTP

/// The way to one mail server: keeps connections open between mails and limits their number.
///
/// Connections that nobody used for ``SMTP/SMTPTimeouts/idle`` close themselves. If a kept connection turns out to be
/// dead before the server took the sender, the mail goes over a fresh one, once.
public actor SMTPRelay {
    /// How a relay uses its server.
    public struct Configuration: Sendable, Hashable {
        /// Where and how to connect.
        public var connection: SMTPConnectionConfiguration
        /// The most connections at the same time, at least 1.
        public var maximumConnections: Int
        /// The most mails over one connection, at least 1.
        public var mailsPerConnection: Int

        /// Makes a configuration.
        ///
        /// - Parameters:
        ///   - connection: Where and how to connect.
        ///   - maximumConnections: The most connections at the same time; less than 1 counts as 1.
        ///   - mailsPerConnection: The most mails over one connection; less than 1 counts as 1.
        public init(
            connection: SMTPConnectionConfiguration, maximumConnections: Int = 5, mailsPerConnection: Int = 100
        ) {
            self.connection = connection
            self.maximumConnections = max(1, maximumConnections)
            self.mailsPerConnection = max(1, mailsPerConnection)
        }
    }

    private struct Kept {
        let connection: SMTPConnection
        var mails: Int
    }

    /// The configuration of this relay.
    public nonisolated let configuration: Configuration
    private let group: any EventLoopGroup
    private var tls: SMTPTLSClient?
    private var idle: [Kept] = []
    private var freeSlots: Int
    private var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var nextWaiter = 0
    private var isShutDown = false

    /// Makes a relay without connecting.
    ///
    /// - Parameters:
    ///   - configuration: How the relay uses its server.
    ///   - group: The event loops to use.
    public init(
        configuration: Configuration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        self.group = group
        freeSlots = configuration.maximumConnections
    }

    /// Sends one mail over a kept or a fresh connection, when one is free. See
    /// ``SMTPConnection/send(_:content:beforeDot:)``.
    ///
    /// - Parameters:
    ///   - transaction: Sender and recipients.
    ///   - content: The message with CR LF line ends.
    ///   - beforeDot: Called when everything but the final dot is sent.
    /// - Returns: One outcome per recipient; if no connection came about, the same failure for all.
    public func send(
        _ transaction: SMTPTransaction, content: SMTPContent, beforeDot: @Sendable () async throws -> Void = {}
    ) async -> SMTPTransactionResult {
        guard await acquireSlot() else {
            return Self.unsent(
                transaction, SMTPFailure(phase: .connect, kind: .cancelled, text: "The sending was cancelled."))
        }
        if let kept = takeIdle() {
            let result = await kept.connection.send(transaction, content: content, beforeDot: beforeDot)
            guard result.diedBeforeMail else {
                giveBack(kept, result)
                return result
            }
        }
        do throws(SMTPFailure) {
            let kept = Kept(connection: try await connect(), mails: 0)
            let result = await kept.connection.send(transaction, content: content, beforeDot: beforeDot)
            giveBack(kept, result)
            return result
        } catch {
            releaseSlot()
            return Self.unsent(transaction, error)
        }
    }

    /// Closes the kept connections and takes no more mail. Transactions under way go on to their end.
    public func shutDown() async {
        isShutDown = true
        for waiter in waiters { waiter.continuation.resume(returning: false) }
        waiters = []
        let kept = idle
        idle = []
        for connection in kept { connection.connection.beginQuit() }
        for connection in kept { await connection.connection.quit() }
    }

    private func connect() async throws(SMTPFailure) -> SMTPConnection {
        if tls == nil { tls = try await SMTPTLSClient.make(for: configuration.connection) }
        return try await SMTPConnection.connect(configuration.connection, tls: tls, group: group)
    }

    private func takeIdle() -> Kept? {
        while let kept = idle.popLast() {
            if kept.connection.isOpen { return kept }
        }
        return nil
    }

    private func giveBack(_ kept: Kept, _ result: SMTPTransactionResult) {
        var kept = kept
        kept.mails += 1
        let isWorthKeeping = kept.mails < configuration.mailsPerConnection && !isShutDown
        guard result.isConnectionUsable, kept.connection.isOpen else {
            releaseSlot()
            return
        }
        if isWorthKeeping {
            idle.append(kept)
            releaseSlot()
            return
        }
        kept.connection.whenClosed {
            // Nobody waits for this task: it only counts the slot, which stays taken until the server has let go.
            Task { await self.releaseSlot() }
        }
        kept.connection.beginQuit()
    }

    private static func unsent(_ transaction: SMTPTransaction, _ failure: SMTPFailure) -> SMTPTransactionResult {
        var result = SMTPTransactionResult(
            failure: failure, recipients: transaction.recipients.count, isConnectionUsable: false)
        result.conversation = failure.conversation
        return result
    }
}

extension SMTPRelay {
    /// - Returns: False if the task was cancelled or the relay shut down.
    private func acquireSlot() async -> Bool {
        guard !isShutDown, !Task.isCancelled else { return false }
        if freeSlots > 0 {
            freeSlots -= 1
            return true
        }
        let id = nextWaiter
        nextWaiter += 1
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Nothing suspends between here and the registration below: the task of the cancellation, which needs
                // this actor, always finds the waiter.
                waiters.append((id, continuation))
            }
        } onCancel: {
            // Nobody waits for this task: it only wakes the waiter.
            Task { await self.cancelWaiter(id) }
        }
    }

    private func cancelWaiter(_ id: Int) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).continuation.resume(returning: false)
    }

    private func releaseSlot() {
        if waiters.isEmpty {
            freeSlots += 1
        } else {
            waiters.removeFirst().continuation.resume(returning: true)
        }
    }
}
