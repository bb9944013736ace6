import MailMessage
import NIOCore
import SMTP

/// What the connection asks for, on the event loop.
extension SMTPClientHandler {
    /// A transaction under way.
    struct Transfer {
        let ticket: Int
        /// Succeeds with true when the message may be sent, with false when the transaction is over before.
        let gate: EventLoopPromise<Bool>
        let result: EventLoopPromise<SMTPTransactionResult>
        var encoder = SMTPContentEncoder()
        var ending: [UInt8] = []
    }

    /// - Returns: The ticket of the transaction, a future that tells whether the message may be sent, and the result.
    func begin(_ transaction: SMTPTransaction, on eventLoop: any EventLoop) -> (
        ticket: Int, gate: EventLoopFuture<Bool>, result: EventLoopFuture<SMTPTransactionResult>
    ) {
        ticket += 1
        let next = Transfer(
            ticket: ticket, gate: eventLoop.makePromise(), result: eventLoop.makePromise())
        guard transfer == nil, !session.isClosed else {
            let failure = SMTPFailure(
                phase: .mail, kind: transfer == nil ? .closed : .configuration,
                text: transfer == nil ? "The server closed the connection." : "The connection is busy.")
            next.gate.succeed(false)
            next.result.succeed(
                SMTPTransactionResult(
                    failure: failure, recipients: transaction.recipients.count, isConnectionUsable: false))
            return (ticket, next.gate.futureResult, next.result.futureResult)
        }
        recorder.beginTransaction()
        transfer = next
        apply(.begin(transaction))
        return (ticket, next.gate.futureResult, next.result.futureResult)
    }

    /// Writes a piece of the message.
    ///
    /// - Returns: A future that succeeds when the system has taken the piece.
    func write(_ piece: ByteBuffer, ticket: Int, on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        guard let context, var current = transfer, current.ticket == ticket, session.phase == .content else {
            return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        do {
            let encoded = try current.encoder.encode(piece.readableBytesView)
            transfer = current
            let promise = eventLoop.makePromise(of: Void.self)
            contentTimer?.cancel()
            contentTimer = schedule(timeouts.content, on: eventLoop) { $0.apply(.timeout) }
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: encoded)), promise: promise)
            return promise.futureResult.assumeIsolated().always { _ in
                self.contentTimer?.cancel()
                self.contentTimer = nil
            }.nonisolated()
        } catch {
            let failure = Self.invalid(error)
            apply(.failed(failure))
            return eventLoop.makeFailedFuture(failure)
        }
    }

    /// Checks that the message may end here. To be called before the dot is recorded as sent.
    func prepareEnd(ticket: Int) -> Bool {
        guard var current = transfer, current.ticket == ticket, session.phase == .content else { return false }
        do {
            current.ending = try current.encoder.end()
            transfer = current
            record("(… \(current.encoder.octets) octets)", by: .client)
            return true
        } catch {
            apply(.failed(Self.invalid(error)))
            return false
        }
    }

    func end(ticket: Int) {
        guard transfer?.ticket == ticket else { return }
        apply(.contentSent)
    }

    /// Stops a transaction: nothing more is sent, and the connection is closed.
    func abort(ticket: Int, _ failure: SMTPFailure) {
        guard transfer?.ticket == ticket, !session.isAwaitingVerdict else { return }
        apply(.failed(failure))
    }

    /// The task of a transaction was cancelled. Once the dot is out, the answer is awaited a little longer: without it
    /// nobody knows whether the mail was taken.
    func cancel(ticket: Int, on eventLoop: any EventLoop) {
        guard transfer?.ticket == ticket else { return }
        let failure = SMTPFailure(phase: session.phase, kind: .cancelled, text: "The sending was cancelled.")
        if session.isAwaitingVerdict {
            timer?.cancel()
            timer = schedule(timeouts.finalDotAfterCancellation, on: eventLoop) { $0.apply(.failed(failure)) }
        } else {
            apply(.failed(failure))
        }
    }

    func quit() {
        guard transfer == nil else { return }
        apply(.quit)
    }

    private static func invalid(_ problem: SMTPContentEncoder.Problem) -> SMTPFailure {
        // RFC 3463, 3.7: X.6.0
        SMTPFailure(
            phase: .content, kind: .invalidContent, isPermanent: true, status: EnhancedStatusCode(5, 6, 0),
            text: "The message is not fit to be sent (\(problem.rawValue)).")
    }
}
