import MailMessage

extension SMTPClientSession {
    /// A transaction under way.
    struct Running: Sendable {
        let transaction: SMTPTransaction
        let isPipelined: Bool
        /// What each RCPT says besides the recipient.
        let recipientParameters: [String]
        var outcomes: [SMTPRecipientOutcome?]
        var stage: Stage = .mail
        var mailFailure: SMTPFailure?

        enum Stage: Sendable, Hashable {
            case mail
            case recipient(Int)
            case data
            case content
            case finalDot
        }

        /// The RCPT of a recipient.
        func command(_ index: Int) -> SMTPCommand {
            .recipient(transaction.recipients[index], parameters: recipientParameters)
        }

        var phase: SMTPPhase {
            switch stage {
            case .mail: .mail
            case .recipient: .recipient
            case .data: .data
            case .content: .content
            case .finalDot: .finalDot
            }
        }

        /// The result if the connection is lost now.
        func result(failure: SMTPFailure) -> SMTPTransactionResult {
            // RFC 1047: once the dot is out, only the server's answer tells what became of the mail. 421 is such an
            // answer: the mail was not taken.
            let isUnknown = stage == .finalDot && failure.kind != .unavailable
            return result(rest: isUnknown ? .unknownAfterDot(failure) : .failed(failure), isConnectionUsable: false)
        }

        func result(rest: SMTPRecipientOutcome, isConnectionUsable: Bool) -> SMTPTransactionResult {
            SMTPTransactionResult(outcomes: outcomes.map { $0 ?? rest }, isConnectionUsable: isConnectionUsable)
        }
    }

    mutating func begin(_ transaction: SMTPTransaction) -> [Action] {
        guard case .idle = state, let capabilities else {
            let failure = SMTPFailure(
                phase: phase, kind: .protocol, text: "A mail was begun while the connection was not ready.")
            return [
                .finished(
                    SMTPTransactionResult(
                        failure: failure, recipients: transaction.recipients.count, isConnectionUsable: false))
            ]
        }
        if let failure = Self.obstacle(to: transaction, capabilities) {
            return [
                .finished(
                    SMTPTransactionResult(
                        failure: failure, recipients: transaction.recipients.count, isConnectionUsable: true))
            ]
        }
        guard !transaction.recipients.isEmpty else {
            return [.finished(SMTPTransactionResult(outcomes: [], isConnectionUsable: true))]
        }
        let running = Running(
            transaction: transaction, isPipelined: capabilities.pipelining,
            recipientParameters: capabilities.dsn ? transaction.notification?.recipientParameters ?? [] : [],
            outcomes: Array(repeating: nil, count: transaction.recipients.count))
        state = .running(running)
        let mail = SMTPCommand.mail(transaction.sender, parameters: Self.parameters(of: transaction, capabilities))
        // RFC 2920, 3.1. DATA waits for the answers: no dot has to be sent then if nobody is accepted.
        return [.send(running.isPipelined ? [mail] + transaction.recipients.indices.map(running.command) : [mail])]
    }

    /// What the server cannot do for this mail, known before anything is sent.
    private static func obstacle(to transaction: SMTPTransaction, _ capabilities: SMTPCapabilities) -> SMTPFailure? {
        if transaction.needsSMTPUTF8, !capabilities.smtpUTF8 {
            // RFC 6531, 3.5 and RFC 5248: X.6.7
            return SMTPFailure(
                phase: .mail, kind: .smtpUTF8NotOffered, isPermanent: true, status: EnhancedStatusCode(5, 6, 7),
                text: "An address has characters outside ASCII, and the server cannot handle that.")
        }
        if transaction.isEightBit, !capabilities.eightBitMIME {
            // RFC 6152, 3; RFC 3463, 3.7: X.6.3
            return SMTPFailure(
                phase: .mail, kind: .eightBitNotOffered, isPermanent: true, status: EnhancedStatusCode(5, 6, 3),
                text: "The message has octets above 127, and the server cannot handle that.")
        }
        if transaction.requiresTLS, !capabilities.requireTLS {
            // RFC 8689, 4.2.1 and 7: X.7.30
            return SMTPFailure(
                phase: .mail, kind: .requireTLSNotOffered, isPermanent: true, status: EnhancedStatusCode(5, 7, 30),
                text: "The mail may go to servers only that support REQUIRETLS, and this one does not.")
        }
        if let limit = capabilities.size, limit > 0, let size = transaction.size, size > limit {
            // RFC 1870, 6.1; RFC 3463, 3.4: X.3.4
            return SMTPFailure(
                phase: .mail, kind: .messageTooLarge, isPermanent: true, status: EnhancedStatusCode(5, 3, 4),
                text: "The message has \(size) octets, and the server takes at most \(limit).")
        }
        return nil
    }

    private static func parameters(of transaction: SMTPTransaction, _ capabilities: SMTPCapabilities) -> [String] {
        var parameters: [String] = []
        // RFC 1870, 6.1
        if capabilities.size != nil, let size = transaction.size { parameters.append("SIZE=\(size)") }
        // RFC 6152, 2
        if transaction.isEightBit { parameters.append("BODY=8BITMIME") }
        // RFC 6531, 3.4
        if transaction.needsSMTPUTF8 { parameters.append("SMTPUTF8") }
        // RFC 8689, 2
        if transaction.requiresTLS { parameters.append("REQUIRETLS") }
        if capabilities.dsn { parameters += transaction.notification?.mailParameters ?? [] }
        return parameters
    }

    mutating func transactionAnswered(_ reply: SMTPReply, _ current: Running) -> [Action] {
        var running = current
        switch running.stage {
        case .mail:
            guard !reply.isIntermediate else { return misfit(reply) }
            if !reply.isSuccess {
                let failure = Self.refusal(reply, in: .mail, "The server refuses the sender: \(reply)")
                guard running.isPipelined else {
                    state = .idle
                    return [.finished(running.result(rest: .rejected(failure), isConnectionUsable: true))]
                }
                running.mailFailure = failure
            }
            running.stage = .recipient(0)
            state = .running(running)
            return running.isPipelined ? [] : [.send([running.command(0)])]
        case .recipient(let index):
            guard !reply.isIntermediate else { return misfit(reply) }
            return recipientAnswered(reply, index, running)
        case .data:
            guard !reply.isSuccess else { return misfit(reply) }
            if reply.isIntermediate {
                running.stage = .content
                state = .running(running)
                return [.sendContent]
            }
            return reset(running, .rejected(Self.refusal(reply, in: .data, "The server refuses the mail: \(reply)")))
        case .content:
            guard reply.isTransient || reply.isPermanent else { return misfit(reply) }
            // The server does not want to hear the rest. What is left of the message must not become commands.
            state = .closed
            let refusal = Self.refusal(reply, in: .content, "The server refuses the mail: \(reply)")
            return [.finished(running.result(rest: .rejected(refusal), isConnectionUsable: false)), .close]
        case .finalDot:
            guard !reply.isIntermediate else { return misfit(reply) }
            state = .idle
            let outcome: SMTPRecipientOutcome =
                reply.isSuccess
                ? .accepted(reply)
                : .rejected(Self.refusal(reply, in: .finalDot, "The server refuses the mail: \(reply)"))
            return [.finished(running.result(rest: outcome, isConnectionUsable: true))]
        }
    }

    private mutating func recipientAnswered(_ reply: SMTPReply, _ index: Int, _ current: Running) -> [Action] {
        var running = current
        if !reply.isSuccess {
            running.outcomes[index] = .rejected(
                Self.refusal(reply, in: .recipient, "The server refuses the recipient: \(reply)"))
        }
        if let failure = running.mailFailure { running.outcomes[index] = .rejected(failure) }
        let next = index + 1
        if next < running.transaction.recipients.count {
            running.stage = .recipient(next)
            state = .running(running)
            return running.isPipelined ? [] : [.send([running.command(next)])]
        }
        guard let failure = running.outcomes.allSatisfy({ $0 != nil }) ? running.outcomes[0]?.failure : nil else {
            running.stage = .data
            state = .running(running)
            return [.send([.data])]
        }
        return reset(running, .rejected(failure))
    }

    /// Takes the server back to where the next mail can begin (RFC 5321, 4.1.1.5); the result is told after its answer.
    private mutating func reset(_ running: Running, _ rest: SMTPRecipientOutcome) -> [Action] {
        state = .resetting(running.result(rest: rest, isConnectionUsable: true))
        return [.send([.reset])]
    }

    mutating func resetAnswered(_ reply: SMTPReply, _ result: SMTPTransactionResult) -> [Action] {
        guard reply.isSuccess else { return fail(.protocol, "The server refuses RSET: \(reply)") }
        state = .idle
        return [.finished(result)]
    }

    mutating func contentSent() -> [Action] {
        guard case .running(var running) = state, running.stage == .content else { return [] }
        running.stage = .finalDot
        state = .running(running)
        return [.sendFinalDot]
    }

    private mutating func misfit(_ reply: SMTPReply) -> [Action] {
        fail(.protocol, "The server's reply does not fit: \(reply)")
    }

    private static func refusal(_ reply: SMTPReply, in phase: SMTPPhase, _ text: String) -> SMTPFailure {
        switch reply.code {
        case 530, 534, 535, 538:
            // RFC 4954, 6: the server wants a sign-in, or a better one. No fault of the mail, so it waits.
            SMTPFailure(phase: phase, kind: .authentication, reply: reply, text: text)
        case 552 where phase == .recipient:
            // RFC 5321, 4.5.3.1.10: "too many recipients" by servers of the old kind; the rest goes later.
            SMTPFailure(phase: phase, kind: .rejected, reply: reply, text: text)
        default:
            SMTPFailure(phase: phase, kind: .rejected, isPermanent: reply.isPermanent, reply: reply, text: text)
        }
    }
}
