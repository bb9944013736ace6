import SMTP
import Testing

/// A server session and what it was told to do, as one line of text for each action.
struct ServerDriver {
    var session: SMTPServerSession
    /// The message that is being handed on.
    var message: [UInt8] = []
    /// What was stored.
    var stored: [Stored] = []
    /// Names and passwords that were asked for.
    var signIns: [String] = []
    /// Whether questions are answered at once, and with yes.
    var answers = true
    var replies: [SMTPReply] = []

    struct Stored: Hashable {
        let envelope: SMTPServerSession.Envelope
        let message: [UInt8]
    }

    static func offer(size: Int? = 1000) -> SMTPServerOffer {
        var offer = SMTPServerOffer()
        offer.size = size
        offer.pipelining = true
        offer.eightBitMIME = true
        offer.smtpUTF8 = true
        offer.dsn = true
        offer.enhancedStatusCodes = true
        offer.startTLS = true
        offer.authentication = [.plain, .login]
        offer.requireTLS = true
        return offer
    }

    /// A session that has greeted its client.
    init(
        isSecured: Bool = false, requiresTLS: Bool = false, requiresAuthentication: Bool = false, size: Int? = 1000,
        limits: (inout SMTPServerSession.Limits) -> Void = { _ in }
    ) throws {
        let name = try #require(SMTPHelloName("mail.example"))
        var configuration = SMTPServerSession.Configuration(
            hostName: name, offer: Self.offer(size: size), requiresTLS: requiresTLS,
            requiresAuthentication: requiresAuthentication)
        limits(&configuration.limits)
        session = SMTPServerSession(configuration: configuration, isSecured: isSecured)
        #expect(on(.connected) == ["220 mail.example ESMTP"])
    }

    /// A session that has heard EHLO.
    static func greeted(
        isSecured: Bool = false, size: Int? = 1000, limits: (inout SMTPServerSession.Limits) -> Void = { _ in }
    ) throws -> ServerDriver {
        var driver = try ServerDriver(isSecured: isSecured, size: size, limits: limits)
        driver.say("EHLO client.example")
        return driver
    }

    /// A session that waits for the message.
    static func inContent(
        size: Int? = 1000, limits: (inout SMTPServerSession.Limits) -> Void = { _ in }
    ) throws -> ServerDriver {
        var driver = try greeted(size: size, limits: limits)
        #expect(
            driver.say("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.net>", "DATA") == [
                "250 2.1.0", "250 2.1.5", "354",
            ])
        return driver
    }

    /// Lines, each with its CR LF, in one packet.
    @discardableResult
    mutating func say(_ lines: String...) -> [String] { send(lines.map { $0 + "\r\n" }.joined()) }

    @discardableResult
    mutating func send(_ text: String) -> [String] { on(.received(Array(text.utf8))) }

    @discardableResult
    mutating func on(_ event: SMTPServerSession.Event) -> [String] {
        var shown: [String] = []
        var events = [event]
        while !events.isEmpty {
            for action in session.receive(events.removeFirst()) {
                if let word = carryOut(action, &events) { shown.append(word) }
            }
        }
        return shown
    }

    private mutating func carryOut(_ action: SMTPServerSession.Action, _ events: inout [SMTPServerSession.Event])
        -> String?
    {
        func ask(_ question: String, _ answer: SMTPServerSession.Event) -> String? {
            if answers { events.append(answer) }
            return answers ? nil : question
        }
        switch action {
        case .reply(let reply):
            replies.append(reply)
            if let status = reply.enhancedStatus { return "\(reply.code) \(status)" }
            return reply.code == 354 ? "354" : reply.wireLines.joined(separator: "|")
        case .startTLS: return "(tls)"
        case .authenticate(let user, let password):
            signIns.append("\(user) \(password.text)")
            return ask("(sign-in)", .authenticationAnswered(password.text == "geheim" ? .accepted : .refused))
        case .checkSender(let envelope): return ask("(sender \(envelope.sender))", .senderAnswered(.accepted))
        case .checkRecipient(let recipient):
            return ask("(recipient \(recipient.address))", .recipientAnswered(.accepted))
        case .beginMessage:
            message = []
            return ask("(begin)", .messageBegun(.accepted))
        case .content(let piece):
            message += piece
            return nil
        case .completeMessage:
            if let envelope = session.envelope { stored.append(Stored(envelope: envelope, message: message)) }
            return ask("(complete)", .messageAnswered(.stored(id: "q\(stored.count)")))
        case .discardMessage: return "(discard)"
        case .close: return "(close)"
        }
    }
}

func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
