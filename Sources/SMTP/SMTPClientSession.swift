/// The client's side of an SMTP connection as a value: events go in, actions come out; it does no I/O and has no clock.
///
/// Its owner carries out the actions in order, tells it what happens by ``received(_:)``, and limits the time in
/// ``timeoutPhase``, which starts anew with every event.
public struct SMTPClientSession: Sendable {
    /// How the session opens its connection.
    public let configuration: Configuration
    /// What the server offers; nil before its answer to EHLO and between STARTTLS and the second one (RFC 3207, 4.2).
    public internal(set) var capabilities: SMTPCapabilities?
    /// Whether TLS is established.
    public internal(set) var isSecured = false
    /// Whether the server accepted the sign-in.
    public internal(set) var isAuthenticated = false
    var state: State = .initial

    /// Makes a session that waits for ``Event/connected``.
    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    /// Takes an event and says what is to be done. After ``Action/close`` every further event is ignored.
    public mutating func received(_ event: Event) -> [Action] {
        if case .closed = state { return [] }
        switch event {
        case .connected: return connected()
        case .tlsEstablished: return tlsEstablished()
        case .reply(let reply): return handle(configuration.credentials?.masking(reply) ?? reply)
        case .violation(let violation):
            return fail(.protocol, "The server does not speak SMTP as it must (\(violation.rawValue)).")
        case .begin(let transaction): return begin(transaction)
        case .contentSent: return contentSent()
        case .quit: return quit()
        case .timeout: return fail(.timeout, "The server took too long.")
        case .closed: return fail(.closed, "The server closed the connection.")
        case .failed(let failure): return fail(failure)
        }
    }

    /// Where the session is.
    public var phase: SMTPPhase {
        switch state {
        case .initial: .connect
        case .greeting: .greeting
        case .hello: .hello
        case .startTLS: .startTLS
        case .securing: .tls
        case .authenticating: .authentication
        case .idle, .closed: .idle
        case .running(let running): running.phase
        case .resetting: .reset
        case .quitting: .quit
        }
    }

    /// The phase whose time limit runs, nil when none does. In ``SMTPPhase/content`` the limit is for each block that
    /// is written, and the owner minds it.
    public var timeoutPhase: SMTPPhase? {
        switch state {
        case .closed, .initial: nil
        case .running(let running) where running.stage == .content: nil
        default: phase
        }
    }

    /// Whether a transaction may begin.
    public var isIdle: Bool {
        if case .idle = state { return true }
        return false
    }

    /// Whether the session is over.
    public var isClosed: Bool {
        if case .closed = state { return true }
        return false
    }

    /// Whether a transaction has sent its final dot and awaits the answer.
    public var isAwaitingVerdict: Bool {
        if case .running(let running) = state { return running.stage == .finalDot }
        return false
    }
}

extension SMTPClientSession {
    /// How a session opens its connection.
    public struct Configuration: Sendable, Hashable {
        /// Our name in EHLO.
        public var helloName: SMTPHelloName
        /// How the connection is secured.
        public var security: SMTPSecurity
        /// How to sign in, nil for not at all.
        public var credentials: SMTPCredentials?
        /// Whether credentials may be sent without TLS. For loopback and private destinations only.
        public var allowsCleartextAuthentication: Bool

        /// Makes a configuration.
        ///
        /// - Parameters:
        ///   - helloName: Our name in EHLO.
        ///   - security: How the connection is secured.
        ///   - credentials: How to sign in, nil for not at all.
        ///   - allowsCleartextAuthentication: Whether credentials may be sent without TLS.
        public init(
            helloName: SMTPHelloName, security: SMTPSecurity, credentials: SMTPCredentials? = nil,
            allowsCleartextAuthentication: Bool = false
        ) {
            self.helloName = helloName
            self.security = security
            self.credentials = credentials
            self.allowsCleartextAuthentication = allowsCleartextAuthentication
        }
    }

    /// What happens to a session.
    public enum Event: Sendable, Hashable {
        /// The TCP connection is there.
        case connected
        /// The TLS handshake that ``Action/startTLS`` asked for is done, the certificate checked.
        case tlsEstablished
        /// The server sent a complete reply.
        case reply(SMTPReply)
        /// The server sent what is no reply.
        case violation(SMTPReplyParser.Violation)
        /// A mail is to be sent. Only while ``SMTPClientSession/isIdle``.
        case begin(SMTPTransaction)
        /// The whole message that ``Action/sendContent`` asked for is written, all but the final dot.
        case contentSent
        /// The connection is to be closed politely.
        case quit
        /// The time limit of the phase is over.
        case timeout
        /// The server closed the connection.
        case closed
        /// Something failed on our side or in TLS.
        case failed(SMTPFailure)
    }

    /// What the owner of a session has to do.
    public enum Action: Sendable, Hashable {
        /// Send these lines at once, as one group.
        case send([SMTPCommand])
        /// Begin the TLS handshake. If octets of the server are left over at this moment, it is an attack: tell the
        /// session so with a failure of kind ``SMTPFailure/Kind/injection``.
        case startTLS
        /// The connection is open and ready for transactions.
        case ready(SMTPCapabilities)
        /// Send the message through an ``SMTPContentEncoder``, then tell ``Event/contentSent``.
        case sendContent
        /// Send the final dot.
        case sendFinalDot
        /// The transaction is over.
        case finished(SMTPTransactionResult)
        /// The connection could not be opened.
        case failed(SMTPFailure)
        /// Close the connection.
        case close
    }

    enum State: Sendable {
        case initial
        case greeting
        case hello(isExtended: Bool)
        case startTLS
        case securing(isImplicit: Bool)
        case authenticating(Authentication)
        case idle
        case running(Running)
        case resetting(SMTPTransactionResult)
        case quitting
        case closed
    }
}

extension SMTPClientSession {
    private mutating func handle(_ reply: SMTPReply) -> [Action] {
        // RFC 5321, 3.8: 421 may answer any command, or come by itself.
        if reply.code == 421, !isQuitting {
            return fail(
                SMTPFailure(
                    phase: phase, kind: .unavailable, reply: reply,
                    text: "The server closes the connection: \(reply)"))
        }
        switch state {
        case .greeting: return greeted(reply)
        case .hello(let isExtended): return helloAnswered(reply, isExtended: isExtended)
        case .startTLS: return startTLSAnswered(reply)
        case .securing:
            return fail(.injection, "Something was sent in the clear behind the answer to STARTTLS.")
        case .authenticating(let authentication): return authenticationAnswered(reply, authentication)
        case .running(let running): return transactionAnswered(reply, running)
        case .resetting(let result): return resetAnswered(reply, result)
        case .quitting:
            state = .closed
            return [.close]
        case .initial, .idle:
            return fail(.protocol, "The server sent a reply that nothing asked for: \(reply)")
        case .closed: return []
        }
    }

    private var isQuitting: Bool {
        if case .quitting = state { return true }
        return false
    }

    private mutating func quit() -> [Action] {
        if isQuitting { return [] }
        guard case .idle = state else { return fail(.cancelled, "The connection was closed on our side.") }
        state = .quitting
        return [.send([.quit])]
    }

    mutating func fail(_ kind: SMTPFailure.Kind, _ text: String) -> [Action] {
        fail(SMTPFailure(phase: phase, kind: kind, text: text))
    }

    /// Ends the session; whoever waits is told why.
    mutating func fail(_ failure: SMTPFailure, politely: Bool = false) -> [Action] {
        let farewell: [Action] = politely ? [.send([.quit])] : []
        let last = state
        state = .closed
        switch last {
        case .initial, .greeting, .hello, .startTLS, .securing, .authenticating:
            return farewell + [.failed(failure), .close]
        case .running(let running):
            return [.finished(running.result(failure: failure)), .close]
        case .resetting(let result):
            return [
                .finished(SMTPTransactionResult(outcomes: result.outcomes, isConnectionUsable: false)), .close,
            ]
        case .idle, .quitting:
            return [.close]
        case .closed:
            return []
        }
    }
}
