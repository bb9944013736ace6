/// How long a server waits for its client. The clock is the owner's.
public struct SMTPServerTimeouts: Sendable, Hashable {
    /// For the next command. RFC 5321, 4.5.3.2.7 asks for at least five minutes.
    public var command: Duration
    /// For the next octets of a message. RFC 5321, 4.5.3.2.7 asks for at least five minutes.
    public var content: Duration
    /// For the TLS handshake.
    public var tls: Duration

    /// The limits of RFC 5321, 4.5.3.2.7, and ours where it has none.
    public static let standard = SMTPServerTimeouts()

    /// Makes the standard limits; change the single ones afterwards.
    public init() {
        command = .seconds(300)
        content = .seconds(300)
        tls = .seconds(60)
    }

    /// The limit of what the server waits for.
    public subscript(wait: SMTPServerSession.Wait) -> Duration {
        switch wait {
        case .command: command
        case .content: content
        case .tls: tls
        }
    }
}
