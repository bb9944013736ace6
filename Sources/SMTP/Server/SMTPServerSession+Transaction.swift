extension SMTPServerSession {
    /// A message that is being read.
    struct Content: Sendable {
        var decoder: SMTPContentDecoder
        var hops = SMTPReceivedCounter()
    }

    mutating func mailBegun(_ sender: SMTPEnvelopeAddress, _ parameters: SMTPMailParameters) -> [Action] {
        guard clientName != nil else { return refuse(.sequence("Say EHLO first")) }
        // RFC 3207, 4
        if configuration.requiresTLS, !isSecured { return refuse(SMTPReply(530, 7, 0, "Say STARTTLS first")) }
        // RFC 4954, 6; RFC 6409, 4.3
        if configuration.requiresAuthentication, user == nil { return refuse(SMTPReply(530, 7, 0, "Sign in first")) }
        // RFC 5321, 4.1.4: no mail within a mail.
        guard envelope == nil else { return refuse(.sequence("A mail is under way")) }
        guard counts.mails < configuration.limits.mails else {
            return close(SMTPReply(421, 7, 0, "Enough mails for one connection"))
        }
        // RFC 1870, 6.1: a size that is too large by itself is refused at once.
        if let size = parameters.size, size > configuration.sizeLimit { return refuse(Self.tooLarge) }
        let envelope = Envelope(sender: sender, parameters: parameters)
        state = .waiting(.sender(envelope))
        return [.checkSender(envelope)]
    }

    mutating func senderAnswered(_ verdict: Verdict) -> [Action] {
        guard case .waiting(.sender(let asked)) = state else { return [] }
        state = .ready
        if case .refused(let reply) = verdict { return pass(reply) }
        envelope = asked
        return [.reply(SMTPReply(250, 1, 0, "Sender accepted"))]
    }

    mutating func recipientNamed(_ path: SMTPForwardPath, _ parameters: SMTPRecipientParameters) -> [Action] {
        guard let envelope else { return refuse(.sequence("Say MAIL first")) }
        guard envelope.recipients.count < configuration.limits.recipients else {
            // RFC 5321, 4.5.3.1.10: the client sends the rest later. No error: it asked for nothing wrong.
            return [.reply(SMTPReply(452, 5, 3, "Enough recipients for one mail"))]
        }
        let address: SMTPEnvelopeAddress
        switch path {
        case .mailbox(let mailbox): address = mailbox
        case .postmaster:
            // RFC 5321, 4.5.1. The host name is part of the configuration and fit to be a domain.
            guard let own = try? SMTPEnvelopeAddress("postmaster@\(configuration.hostName)") else {
                return refuse(SMTPReply(550, 1, 1, "There is no postmaster"))
            }
            address = own
        }
        // RFC 6531, 3.4: SMTPUTF8 stands behind MAIL for the whole mail.
        if address.needsSMTPUTF8, !envelope.parameters.smtpUTF8 { return refuse(.needsSMTPUTF8) }
        let recipient = Envelope.Recipient(address: address, parameters: parameters)
        state = .waiting(.recipient(recipient))
        return [.checkRecipient(recipient)]
    }

    mutating func recipientAnswered(_ verdict: Verdict) -> [Action] {
        guard case .waiting(.recipient(let asked)) = state else { return [] }
        state = .ready
        if case .refused(let reply) = verdict { return pass(reply) }
        envelope?.recipients.append(asked)
        return [.reply(SMTPReply(250, 1, 5, "Recipient accepted"))]
    }

    mutating func dataAsked() -> [Action] {
        guard let envelope else { return refuse(.sequence("Say MAIL first")) }
        // RFC 5321, 3.3
        guard !envelope.recipients.isEmpty else { return refuse(SMTPReply(554, 5, 1, "There are no recipients")) }
        state = .waiting(.begin)
        return [.beginMessage(envelope)]
    }

    mutating func messageBegun(_ verdict: Verdict) -> [Action] {
        guard case .waiting(.begin) = state else { return [] }
        if case .refused(let reply) = verdict {
            state = .ready
            envelope = nil
            return pass(reply)
        }
        counts.mails += 1
        let limits = SMTPContentDecoder.Limits(
            size: configuration.sizeLimit, lineLength: configuration.limits.lineLength)
        state = .content(Content(decoder: SMTPContentDecoder(limits: limits)))
        return [.reply(SMTPReply(code: 354, lines: ["End the message with <CR><LF>.<CR><LF>"]))]
    }

    mutating func contentReceived(_ current: Content) -> [Action] {
        var content = current
        let wasRefused = content.decoder.problem != nil
        let (consumed, piece, isComplete) = content.decoder.consume(backlog)
        backlog = backlog.dropFirst(consumed)
        content.hops.take(piece)
        if content.hops.count > configuration.limits.receivedFields { content.decoder.refuse(.tooManyHops) }
        let problem = content.decoder.problem
        var actions: [Action] = []
        if problem == nil, !piece.isEmpty { actions.append(.content(piece)) }
        if problem != nil, !wasRefused { actions.append(.discardMessage) }
        state = .content(content)
        if isComplete {
            guard let problem else {
                state = .waiting(.store)
                return actions + [.completeMessage]
            }
            state = .ready
            envelope = nil
            return actions + refuse(Self.refusal(of: problem))
        }
        if content.decoder.discarded > configuration.limits.discarded {
            actions += close(SMTPReply(421, 3, 4, "The message is refused and does not end"))
        }
        return actions
    }

    mutating func messageAnswered(_ verdict: StoreVerdict) -> [Action] {
        guard case .waiting(.store) = state else { return [] }
        state = .ready
        envelope = nil
        var actions: [Action]
        switch verdict {
        case .stored(let id):
            counts.idleCommands = 0
            actions = [.reply(SMTPReply(250, 0, 0, "Stored as \(id)"))]
        case .refused(let reply): actions = pass(reply)
        }
        if isShuttingDown, !isClosed { actions += close(shutdownReply) }
        return actions
    }

    /// RFC 1870, 6.1 and 6.3; RFC 3463, 3.4: X.3.4
    private static let tooLarge = SMTPReply(552, 3, 4, "The message is too large")

    private static func refusal(of problem: SMTPContentDecoder.Problem) -> SMTPReply {
        switch problem {
        // RFC 5321, 2.3.8 forbids them. X.6.11, which some servers say, is not registered; RFC 3463, 3.7: X.6.0
        case .bareCarriageReturn, .bareLineFeed:
            SMTPReply(550, 6, 0, "Lines of a message end with CR LF; neither may stand alone")
        // RFC 5321, 4.5.3.1.6; RFC 3463, 3.7: X.6.0
        case .lineTooLong: SMTPReply(554, 6, 0, "A line of the message is too long")
        case .tooLarge: tooLarge
        // RFC 5321, 6.3; RFC 3463, 3.5: X.4.6
        case .tooManyHops: SMTPReply(554, 4, 6, "The message goes round in a circle")
        }
    }
}
