/// How long the client waits in each phase (RFC 5321, 4.5.3.2). The clock is the caller's.
public struct SMTPTimeouts: Sendable, Hashable {
    /// For resolving the name and connecting. RFC 5321 has no number; TCP alone would take minutes.
    public var connect: Duration
    /// For the TLS handshake.
    public var tls: Duration
    /// For the greeting.
    public var greeting: Duration
    /// For the answer to EHLO or HELO.
    public var hello: Duration
    /// For the answer to STARTTLS.
    public var startTLS: Duration
    /// For each answer of a sign-in.
    public var authentication: Duration
    /// For the answer to RSET.
    public var reset: Duration
    /// For the answer to MAIL.
    public var mail: Duration
    /// For the answer to each RCPT.
    public var recipient: Duration
    /// For the answer to DATA.
    public var data: Duration
    /// For each block of the message until TCP has taken it.
    public var content: Duration
    /// For the answer to the final dot. Impatience here sends mail twice.
    public var finalDot: Duration
    /// For the answer to QUIT.
    public var quit: Duration
    /// How long a connection is kept without a mail.
    public var idle: Duration
    /// How much longer the answer to the final dot is awaited after the sending task was cancelled.
    public var finalDotAfterCancellation: Duration

    /// The limits of RFC 5321, 4.5.3.2, and ours where it has none.
    public static let standard = SMTPTimeouts()

    /// Makes the standard limits; change the single ones afterwards.
    public init() {
        connect = .seconds(30)
        tls = .seconds(60)
        greeting = .seconds(300)
        hello = .seconds(300)
        startTLS = .seconds(300)
        authentication = .seconds(300)
        reset = .seconds(300)
        mail = .seconds(300)
        recipient = .seconds(300)
        data = .seconds(120)
        content = .seconds(180)
        finalDot = .seconds(600)
        quit = .seconds(10)
        idle = .seconds(30)
        finalDotAfterCancellation = .seconds(10)
    }

    /// The same limits, but none of those on the server longer than this.
    ///
    /// - Parameter longest: The longest wait for anything that the server has to do.
    public func limited(to longest: Duration) -> SMTPTimeouts {
        var limits = self
        limits.connect = min(connect, longest)
        limits.tls = min(tls, longest)
        limits.greeting = min(greeting, longest)
        limits.hello = min(hello, longest)
        limits.startTLS = min(startTLS, longest)
        limits.authentication = min(authentication, longest)
        limits.reset = min(reset, longest)
        limits.mail = min(mail, longest)
        limits.recipient = min(recipient, longest)
        limits.data = min(data, longest)
        limits.content = min(content, longest)
        limits.finalDot = min(finalDot, longest)
        limits.quit = min(quit, longest)
        return limits
    }

    /// The limit of a phase.
    public subscript(phase: SMTPPhase) -> Duration {
        switch phase {
        case .connect: connect
        case .tls: tls
        case .greeting: greeting
        case .hello: hello
        case .startTLS: startTLS
        case .authentication: authentication
        case .reset: reset
        case .mail: mail
        case .recipient: recipient
        case .data: data
        case .content: content
        case .finalDot: finalDot
        case .quit: quit
        case .idle: idle
        }
    }
}
