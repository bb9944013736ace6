extension SMTPServerSession {
    /// What is offered at this moment.
    public var offer: SMTPServerOffer {
        guard isExtended else { return SMTPServerOffer() }
        var offer = configuration.offer
        // RFC 3207, 4.2: no STARTTLS over TLS. Passwords travel over TLS only (RFC 4954, 4; RFC 8314, 4.1).
        if isSecured { offer.startTLS = false } else { offer.authentication = [] }
        // RFC 8689, 2: only over TLS.
        if !isSecured { offer.requireTLS = false }
        return offer
    }

    mutating func lineReceived(_ line: [UInt8]) -> [Action] {
        if case .authenticating(let signIn) = state { return responseReceived(line, signIn) }
        let command: SMTPServerCommand
        do throws(SMTPServerCommand.Problem) {
            command = try SMTPServerCommand(parsing: line, offer: offer)
        } catch {
            return problemFound(error)
        }
        switch command {
        case .ehlo, .helo, .reset, .verify, .help, .noop:
            counts.idleCommands += 1
            guard counts.idleCommands <= configuration.limits.idleCommands else {
                return close(SMTPReply(421, 7, 0, "Too many commands that lead to no mail"))
            }
        case .startTLS, .auth, .mail, .recipient, .data, .quit: break
        }
        switch command {
        case .ehlo(let name): return greet(name, isExtended: true)
        case .helo(let name): return greet(name, isExtended: false)
        case .startTLS: return startTLS()
        case .auth(let mechanism, let response): return authenticate(mechanism, response)
        case .mail(let sender, let parameters): return mailBegun(sender, parameters)
        case .recipient(let path, let parameters): return recipientNamed(path, parameters)
        case .data: return dataAsked()
        case .reset:
            envelope = nil
            return [.reply(SMTPReply(250, 0, 0, "Reset"))]
        // RFC 5321, 3.5.3: neither yes nor no, since the answer would serve spammers (RFC 5321, 7.3).
        case .verify: return [.reply(SMTPReply(252, 5, 0, "Not verified; send some mail and see"))]
        case .help:
            return [.reply(SMTPReply(214, 0, 0, "EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP STARTTLS AUTH QUIT"))]
        case .noop: return [.reply(SMTPReply(250, 0, 0, "OK"))]
        case .quit: return close(SMTPReply(221, 0, 0, "\(configuration.hostName) Goodbye"))
        }
    }

    private mutating func problemFound(_ problem: SMTPServerCommand.Problem) -> [Action] {
        switch problem {
        case .unknown: return refuse(SMTPReply(500, 5, 2, "Unknown command"))
        case .notImplemented: return refuse(SMTPReply(502, 5, 1, "Not offered"))
        case .foreignProtocol: return close(SMTPReply(421, 7, 0, "This is a mail server"))
        case .syntax: return refuse(SMTPReply(501, 5, 2, "Syntax error"))
        case .badArgument: return refuse(SMTPReply(501, 5, 4, "An argument has a wrong value"))
        // Before EHLO nothing is offered, and the missing EHLO is what to hear of.
        case .unknownParameter where clientName == nil: return refuse(.sequence("Say EHLO first"))
        // RFC 5321, 4.1.1.11
        case .unknownParameter: return refuse(SMTPReply(555, 5, 4, "A parameter is not known"))
        // RFC 3463, 3.2: X.1.7 for the sender's, X.1.3 for the recipient's syntax.
        case .badSender: return refuse(SMTPReply(553, 1, 7, "This is no address"))
        case .badRecipient: return refuse(SMTPReply(553, 1, 3, "This is no address"))
        case .needsSMTPUTF8: return refuse(.needsSMTPUTF8)
        }
    }

    private mutating func greet(_ name: SMTPHelloName, isExtended extended: Bool) -> [Action] {
        clientName = name
        isExtended = extended
        // RFC 5321, 4.1.4: as if RSET had been given.
        envelope = nil
        let lines = [configuration.hostName.wire] + (extended ? offer.lines : [])
        return [.reply(SMTPReply(code: 250, lines: lines))]
    }

    private mutating func startTLS() -> [Action] {
        guard !isSecured else { return refuse(.sequence("TLS is there already")) }
        guard configuration.offer.startTLS else { return refuse(SMTPReply(502, 5, 1, "Not offered")) }
        guard offer.startTLS else { return refuse(.sequence("Say EHLO first")) }
        // What came behind the command came before the handshake: anybody on the way may have put it there, to be obeyed
        // as if it were the client's and secured (CVE-2011-0411).
        guard backlog.isEmpty else {
            return close(SMTPReply(421, 7, 0, "Nothing may be sent behind STARTTLS before the handshake"))
        }
        state = .securing
        return [.reply(SMTPReply(220, 0, 0, "Ready to start TLS")), .startTLS]
    }

    mutating func tlsEstablished() -> [Action] {
        guard case .securing = state else { return [] }
        // RFC 3207, 4.2: what was learned before the handshake is forgotten, and no greeting comes again.
        isSecured = true
        clientName = nil
        isExtended = false
        envelope = nil
        user = nil
        state = .ready
        return []
    }
}

extension SMTPReply {
    static func sequence(_ text: String) -> SMTPReply { SMTPReply(503, 5, 1, text) }

    /// RFC 6531, 3.5; RFC 5248: X.6.7
    static let needsSMTPUTF8 = SMTPReply(
        553, 6, 7, "An address has characters outside ASCII, and SMTPUTF8 was not asked for")
}
