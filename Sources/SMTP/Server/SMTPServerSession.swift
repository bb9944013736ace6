/// The server's side of an SMTP connection as a value: events go in, actions come out; it does no I/O and has no clock.
///
/// Its owner carries out the actions in order, tells it what happens by ``receive(_:)``, and limits the time in ``wait``:
/// that of a command from the last reply on, so that nobody holds a connection by single octets, that of content from
/// the last octets on. Some actions are questions; while one is open, what the client sends meanwhile waits in order (RFC
/// 2920, 3.2), and the owner should read no more, as ``wantsInput`` says.
///
/// A message is the owner's responsibility from the moment on that it answers ``Action/completeMessage`` with
/// ``StoreVerdict/stored(id:)``; only then the client gets its 250 (RFC 5321, 4.1.1.4 and 6.1).
public struct SMTPServerSession: Sendable {
    /// What the server offers, asks for and bears.
    public let configuration: Configuration
    /// The name that the client gave itself; nil before EHLO or HELO and after STARTTLS (RFC 3207, 4.2).
    public internal(set) var clientName: SMTPHelloName?
    /// Whether the client said EHLO, not HELO.
    public internal(set) var isExtended = false
    /// Whether TLS is established.
    public internal(set) var isSecured: Bool
    /// As whom the client signed in.
    public internal(set) var user: String?
    /// The mail under way; nil before MAIL is accepted.
    public internal(set) var envelope: Envelope?
    var state: State = .initial
    var counts = Counts()
    var isShuttingDown = false
    var backlog: ArraySlice<UInt8> = []
    private var lines = SMTPCommandLineDecoder()

    /// Makes a session that waits for ``Event/connected``.
    ///
    /// - Parameters:
    ///   - configuration: What the server offers, asks for and bears.
    ///   - isSecured: Whether TLS is there from the first octet on (RFC 8314, 3.3).
    public init(configuration: Configuration, isSecured: Bool = false) {
        self.configuration = configuration
        self.isSecured = isSecured
    }

    /// Takes an event and says what is to be done. After ``Action/close`` every further event is ignored, and so are
    /// answers to what was not asked.
    public mutating func receive(_ event: Event) -> [Action] {
        if case .closed = state { return [] }
        let actions: [Action]
        switch event {
        case .connected: actions = connected()
        case .received(let octets): return received(octets)
        case .tlsEstablished: actions = tlsEstablished()
        case .authenticationAnswered(let verdict): actions = authenticationAnswered(verdict)
        case .senderAnswered(let verdict): actions = senderAnswered(verdict)
        case .recipientAnswered(let verdict): actions = recipientAnswered(verdict)
        case .messageBegun(let verdict): actions = messageBegun(verdict)
        case .messageAnswered(let verdict): actions = messageAnswered(verdict)
        case .timeout: return timedOut()
        case .shutdown: return shutDown()
        case .closed: return close(nil)
        }
        return actions + proceed()
    }

    /// What the server waits for, nil while it is its own owner's turn.
    public var wait: Wait? {
        switch state {
        case .ready, .authenticating: .command
        case .content: .content
        case .securing: .tls
        case .initial, .waiting, .closed: nil
        }
    }

    /// Whether more octets of the client should be read now. What is read all the same is kept up to
    /// ``Limits/backlog``.
    public var wantsInput: Bool { wait != nil }

    /// Whether the session is over.
    public var isClosed: Bool {
        if case .closed = state { return true }
        return false
    }

    private mutating func connected() -> [Action] {
        guard case .initial = state else { return [] }
        state = .ready
        // RFC 5321, 4.3.1: 220, the host name first.
        return [.reply(SMTPReply(code: 220, lines: ["\(configuration.hostName) \(configuration.greeting)"]))]
    }

    private mutating func received(_ octets: [UInt8]) -> [Action] {
        // Behind STARTTLS the next octets are the handshake's, and none of those come here (CVE-2011-0411).
        if case .securing = state { return close(nil) }
        if backlog.isEmpty { backlog = octets[...] } else { backlog += octets }
        let actions = proceed()
        guard backlog.count > configuration.limits.backlog else { return actions }
        return actions + close(SMTPReply(421, 7, 0, "Too much was sent without waiting for answers"))
    }

    /// Takes what the client sent, as far as no question is open.
    private mutating func proceed() -> [Action] {
        // What is left of an array keeps all of it; nothing left shall keep nothing.
        defer { if backlog.isEmpty { backlog = [] } }
        var actions: [Action] = []
        while true {
            switch state {
            case .ready, .authenticating:
                let (consumed, outcome) = lines.consume(backlog, limit: lineLimit)
                backlog = backlog.dropFirst(consumed)
                switch outcome {
                case .incomplete: return actions
                case .line(let line): actions += lineReceived(line)
                case .unfit(let problem): actions += unfitLineReceived(problem)
                case .endless: actions += close(SMTPReply(421, 7, 0, "The line does not end"))
                }
            case .content(let content):
                guard !backlog.isEmpty else { return actions }
                actions += contentReceived(content)
            case .initial, .waiting, .securing, .closed:
                return actions
            }
        }
    }

    private var lineLimit: Int {
        if case .authenticating = state { return SMTPCommandLineDecoder.maximumAuthenticationLength }
        return SMTPCommandLineDecoder.maximumCommandLength
    }

    private mutating func unfitLineReceived(_ problem: SMTPCommandLineDecoder.Problem) -> [Action] {
        let isAuthenticating = if case .authenticating = state { true } else { false }
        state = .ready
        switch problem {
        // RFC 5321, 4.5.3.1.9; RFC 4954, 4 and 6: X.5.6 is for lines of a sign-in.
        case .tooLong: return refuse(SMTPReply(500, 5, isAuthenticating ? 6 : 2, "The line is too long"))
        case .bareCarriageReturn, .bareLineFeed:
            return refuse(SMTPReply(500, 5, 2, "Lines end with CR LF; neither may stand alone"))
        case .null: return refuse(SMTPReply(500, 5, 2, "The line has a NUL"))
        }
    }
}

extension SMTPServerSession {
    enum State: Sendable {
        case initial
        case ready
        case authenticating(SignIn)
        case waiting(Question)
        case content(Content)
        case securing
        case closed
    }

    /// What the owner was asked and has not answered.
    enum Question: Sendable {
        case authentication(user: String)
        case sender(Envelope)
        case recipient(Envelope.Recipient)
        case begin
        case store
    }

    /// What is counted over the whole connection.
    struct Counts: Sendable {
        var errors = 0
        var failedSignIns = 0
        var mails = 0
        /// Commands since the last mail that lead to none.
        var idleCommands = 0
    }
}

extension SMTPServerSession: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where the session is; nothing that the client sent, which might be a password.
    public var description: String {
        let word =
            switch state {
            case .initial: "initial"
            case .ready: "ready"
            case .authenticating: "authenticating"
            case .waiting: "waiting"
            case .content: "content"
            case .securing: "securing"
            case .closed: "closed"
            }
        return "SMTPServerSession(\(word))"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without what the client sent.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
