/// The client's side of an IMAP connection as a value (RFC 9051, RFC 3501): events go in, actions come out; it does no
/// I/O and has no clock.
///
/// Its owner carries out the actions in order, tells it what happens by ``received(_:)``, and limits the time while
/// ``isWaiting``. One command runs at a time.
public struct IMAPClientSession: Sendable {
    /// How the connection is protected.
    public enum Security: Sendable, Hashable {
        /// Not at all.
        case none
        /// It begins in the clear; nothing but STARTTLS is said before it is protected.
        case startTLS
        /// From the first octet on.
        case tls
    }

    /// How a session opens its connection.
    public struct Configuration: Sendable, Hashable {
        /// How the connection is protected.
        public var security: Security
        /// Who signs in.
        public var credentials: IMAPCredentials
        /// Whether credentials may be sent without TLS. For loopback and private destinations only.
        public var allowsCleartextAuthentication: Bool

        /// Makes a configuration.
        public init(security: Security, credentials: IMAPCredentials, allowsCleartextAuthentication: Bool = false) {
            self.security = security
            self.credentials = credentials
            self.allowsCleartextAuthentication = allowsCleartextAuthentication
        }
    }

    /// What happens to a session.
    public enum Event: Sendable, Hashable {
        /// The TCP connection is there.
        case connected
        /// The TLS handshake is done, the certificate checked.
        case tlsEstablished
        /// The server sent a complete response.
        case response(IMAPResponse)
        /// The server sent what is no response.
        case violation(IMAPResponseParser.Violation)
        /// A command is to be carried out. Only while ``IMAPClientSession/isIdle``.
        case begin(IMAPCommand)
        /// The server took too long.
        case timeout
        /// The connection is closed.
        case closed
        /// Something failed on our side or in TLS.
        case failed(IMAPFailure)
    }

    /// What the owner has to do.
    public enum Action: Sendable, Hashable {
        /// Send these octets.
        case send([UInt8])
        /// Begin the TLS handshake. If octets of the server are left over at this moment, it is an attack: tell the
        /// session so with a failure of kind ``IMAPFailure/Kind/injection``.
        case startTLS
        /// The connection is signed in and ready for commands.
        case ready
        /// The command is over.
        case finished(Result<IMAPAnswer, IMAPFailure>)
        /// The connection could not be opened.
        case failed(IMAPFailure)
        /// Close the connection.
        case close
    }

    /// Data that may gather while a command runs.
    private static let mostData = 10_000

    private enum State: Sendable {
        case initial
        case securing(isImplicit: Bool)
        case greeting
        case asking(Running, isSigningInNext: Bool)
        case startingTLS(Running)
        case signingIn(Running)
        case idle
        case running(Running)
        case closed
    }

    /// A command under way.
    private struct Running: Sendable {
        let tag: String
        var rest: [[UInt8]]
        let isLogout: Bool
        var answer = IMAPAnswer(data: [], codes: [], text: "")
    }

    /// How it opens its connection.
    public private(set) var configuration: Configuration
    /// What the server can, in capital letters; empty until it said so.
    public private(set) var capabilities: Set<String> = []
    /// Whether TLS is established.
    public private(set) var isSecured = false
    private var state: State = .initial
    private var lastTag = 0
    private var goodbye: String?

    /// Makes a session that waits for ``Event/connected``.
    public init(configuration: Configuration) { self.configuration = configuration }

    /// Forbids credentials in the clear: the address that was connected is neither loopback nor private.
    public mutating func forbidCleartextAuthentication() { configuration.allowsCleartextAuthentication = false }

    /// Whether a command may begin.
    public var isIdle: Bool { if case .idle = state { true } else { false } }
    /// Whether the session is over.
    public var isClosed: Bool { if case .closed = state { true } else { false } }
    /// Whether the server is expected to say something, in limited time.
    public var isWaiting: Bool {
        switch state {
        case .initial, .idle, .closed: false
        default: true
        }
    }

    /// Where the session is.
    public var phase: IMAPFailure.Phase {
        switch state {
        case .initial: .connect
        case .securing: .tls
        case .greeting: .greeting
        case .asking: .capability
        case .startingTLS: .startTLS
        case .signingIn: .authentication
        case .running(let running): running.isLogout ? .logout : .command
        case .idle, .closed: .command
        }
    }

    /// Takes an event and says what is to be done. After ``Action/close`` every further event is ignored.
    public mutating func received(_ event: Event) -> [Action] {
        if case .closed = state { return [] }
        switch event {
        case .connected:
            if configuration.security == .tls {
                state = .securing(isImplicit: true)
                return [.startTLS]
            }
            state = .greeting
            return []
        case .tlsEstablished: return tlsEstablished()
        case .response(let response): return handle(response)
        case .violation(let violation):
            return fail(.protocol, "The server does not speak IMAP as it must (\(violation.rawValue)).")
        case .begin(let command):
            guard isIdle else {
                return [.finished(.failure(IMAPFailure(.command, .configuration, "The connection is busy.")))]
            }
            return begin(command) { .running($0) }
        case .timeout: return fail(.timeout, "The server took too long.")
        case .closed: return fail(.closed, goodbye ?? "The server closed the connection.")
        case .failed(let failure): return fail(failure)
        }
    }

    private mutating func tlsEstablished() -> [Action] {
        guard case .securing(let isImplicit) = state else { return fail(.protocol, "TLS was not asked for.") }
        isSecured = true
        // RFC 9051, 6.2.1: what was said before is forgotten.
        capabilities = []
        if isImplicit {
            state = .greeting
            return []
        }
        return begin(.capability) { .asking($0, isSigningInNext: true) }
    }

    private mutating func begin(_ command: IMAPCommand, _ next: (Running) -> State) -> [Action] {
        lastTag += 1
        let tag = "d\(lastTag)"
        state = next(Running(tag: tag, rest: Array(command.pieces.dropFirst()), isLogout: command == .logout))
        return [.send(Array("\(tag) ".utf8) + command.pieces[0])]
    }

    private mutating func handle(_ response: IMAPResponse) -> [Action] {
        switch state {
        case .initial, .closed: return []
        case .securing: return fail(.injection, "Something was sent in the clear before the connection was protected.")
        case .greeting: return greeted(response)
        case .idle:
            if case .status(.bye, _, let text) = response { goodbye = text }
            note(response)
            return []
        case .asking(var running, let isSigningInNext):
            return proceed(response, &running, again: { .asking($0, isSigningInNext: isSigningInNext) }) {
                session, running in
                session.learn(running.answer)
                return isSigningInNext ? session.signIn() : session.secure()
            }
        case .startingTLS(var running):
            return proceed(response, &running, again: { .startingTLS($0) }) { session, _ in
                session.state = .securing(isImplicit: false)
                return [.startTLS]
            }
        case .signingIn(var running):
            return proceed(response, &running, again: { .signingIn($0) }) { session, running in
                session.learn(running.answer)
                session.state = .idle
                return [.ready]
            }
        case .running(var running):
            return proceed(response, &running, again: { .running($0) }) { session, running in
                session.state = running.isLogout ? .closed : .idle
                return [.finished(.success(running.answer))] + (running.isLogout ? [.close] : [])
            }
        }
    }

    private mutating func greeted(_ response: IMAPResponse) -> [Action] {
        guard case .status(let status, let code, let text) = response else {
            return fail(.protocol, "The server's first words are no greeting.")
        }
        switch status {
        case .ok: break
        case .preauth:
            // RFC 9051, 7.1.4: then STARTTLS is not possible any more, which an attacker may want.
            guard configuration.security != .startTLS else {
                return fail(.tlsNotOffered, "The server skips the sign-in, so that the connection cannot be protected.")
            }
            state = .idle
            return [.ready]
        default: return fail(.refused, text.isEmpty ? "The server refuses connections." : text)
        }
        // What is said in the clear is asked again after TLS.
        if configuration.security != .startTLS, code.first?.keyword == "CAPABILITY" {
            learn(IMAPAnswer(data: [], codes: [code], text: ""))
            return signIn()
        }
        let isSigningInNext = configuration.security != .startTLS
        return begin(.capability) { .asking($0, isSigningInNext: isSigningInNext) }
    }

    private mutating func secure() -> [Action] {
        guard capabilities.contains("STARTTLS") else {
            return fail(.tlsNotOffered, "The server does not offer STARTTLS.")
        }
        return begin(.startTLS) { .startingTLS($0) }
    }

    private mutating func signIn() -> [Action] {
        state = .greeting
        guard isSecured || configuration.allowsCleartextAuthentication else {
            return failSigningIn(.authenticationNotPossible, "Credentials are not sent over an unprotected connection.")
        }
        let credentials = configuration.credentials
        let isInitial = capabilities.contains("SASL-IR")
        let command: IMAPCommand
        switch credentials.kind {
        case .bearerToken:
            guard capabilities.contains("AUTH=XOAUTH2") else {
                return failSigningIn(.authenticationNotPossible, "The server does not offer XOAUTH2.")
            }
            command = .authenticate("XOAUTH2", response: credentials.xoauth2Response, isInitial: isInitial)
        case .password where capabilities.contains("AUTH=PLAIN"):
            command = .authenticate("PLAIN", response: credentials.plainResponse, isInitial: isInitial)
        case .password:
            // RFC 9051, 6.2.3.
            guard !capabilities.contains("LOGINDISABLED") else {
                return failSigningIn(
                    .authenticationNotPossible, "The server allows no sign-in with a password on this connection.")
            }
            command = .login(user: credentials.user, password: credentials.secret)
        }
        return begin(command) { .signingIn($0) }
    }

    /// Takes a response to the command under way; `done` says what follows its success.
    private mutating func proceed(
        _ response: IMAPResponse, _ running: inout Running, again: (Running) -> State,
        done: (inout IMAPClientSession, Running) -> [Action]
    ) -> [Action] {
        switch response {
        case .continuation:
            if running.rest.isEmpty {
                // RFC 9051, 6.2.2: an empty answer ends what we cannot go on with, such as the error of XOAUTH2.
                guard case .signingIn = state else { return fail(.protocol, "The server waits for what nobody sends.") }
                return [.send([0x0D, 0x0A])]
            }
            let piece = running.rest.removeFirst()
            state = again(running)
            return [.send(piece)]
        case .data(let tokens):
            guard running.answer.data.count < Self.mostData else {
                return fail(.protocol, "The server sends without end.")
            }
            running.answer.data.append(tokens)
            state = again(running)
            return []
        case .status(let status, let code, let text):
            if status == .bye { goodbye = configuration.credentials.masking(text) }
            if !code.isEmpty, running.answer.codes.count < Self.mostData { running.answer.codes.append(code) }
            state = again(running)
            return []
        case .tagged(let tag, let status, let code, let text):
            guard tag == running.tag else { return fail(.protocol, "The server answers what was not asked.") }
            let shown = configuration.credentials.masking(text)
            guard status == .ok else { return refused(running, shown) }
            guard running.rest.isEmpty else { return fail(.protocol, "The server answers before it was asked.") }
            if !code.isEmpty { running.answer.codes.append(code) }
            running.answer.text = shown
            return done(&self, running)
        }
    }

    private mutating func refused(_ running: Running, _ text: String) -> [Action] {
        let words = text.isEmpty ? "The server refused." : text
        switch state {
        case .running:
            let failure = IMAPFailure(phase, .refused, words)
            state = .idle
            return [.finished(.failure(failure))]
        case .signingIn: return fail(.authentication, words)
        case .startingTLS: return fail(.tlsNotOffered, words)
        default: return fail(.refused, words)
        }
    }

    private mutating func note(_ response: IMAPResponse) {
        if case .data(let tokens) = response, tokens.first?.keyword == "CAPABILITY" {
            learn(IMAPAnswer(data: [tokens], codes: [], text: ""))
        }
    }

    private mutating func learn(_ answer: IMAPAnswer) {
        for words in answer.data + answer.codes where words.first?.keyword == "CAPABILITY" {
            capabilities = Set(words.dropFirst().prefix(500).compactMap(\.keyword))
        }
    }

    private mutating func failSigningIn(_ kind: IMAPFailure.Kind, _ text: String) -> [Action] {
        fail(IMAPFailure(.authentication, kind, text))
    }

    private mutating func fail(_ kind: IMAPFailure.Kind, _ text: String) -> [Action] {
        fail(IMAPFailure(phase, kind, text))
    }

    private mutating func fail(_ failure: IMAPFailure) -> [Action] {
        let before = state
        state = .closed
        switch before {
        case .idle, .closed: return [.close]
        case .running: return [.finished(.failure(failure)), .close]
        default: return [.failed(failure), .close]
        }
    }
}
