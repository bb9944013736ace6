/// Where in its life an SMTP connection is; each phase has its own time limit (``SMTPTimeouts``).
public enum SMTPPhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// The host name is resolved and the TCP connection made.
    case connect
    /// The TLS handshake.
    case tls
    /// The server's first reply is awaited.
    case greeting
    /// EHLO or HELO was sent.
    case hello
    /// STARTTLS was sent.
    case startTLS
    /// AUTH is under way.
    case authentication
    /// MAIL was sent.
    case mail
    /// RCPT was sent.
    case recipient
    /// DATA was sent.
    case data
    /// The message is being sent.
    case content
    /// The final dot was sent; the server's verdict is awaited.
    case finalDot
    /// RSET was sent.
    case reset
    /// QUIT was sent.
    case quit
    /// Nothing is under way; the connection is kept for the next mail.
    case idle
}
