public import MailMessage

/// Why a connection could not be made or kept, or why a recipient did not get the mail.
public struct SMTPFailure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// Where it happened.
    public let phase: SMTPPhase
    /// What happened.
    public let kind: Kind
    /// Whether trying this mail again is of no use. What concerns the connection (greeting, TLS, sign-in) is never
    /// permanent: it says nothing about the mail.
    public let isPermanent: Bool
    /// The server's reply, if there was one.
    public let reply: SMTPReply?
    /// The status for reports, the server's if it gave one (RFC 3463).
    public let enhancedStatus: EnhancedStatusCode?
    /// One English sentence that is safe to show: no credentials, no content.
    public let text: String
    /// The recorded conversation where no connection came about; empty otherwise (the connection has it).
    public var conversation = SMTPConversation()

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - phase: Where it happened.
    ///   - kind: What happened.
    ///   - isPermanent: Whether trying this mail again is of no use.
    ///   - reply: The server's reply, if there was one.
    ///   - status: A status of our own for failures without a reply.
    ///   - text: One safe English sentence.
    public init(
        phase: SMTPPhase, kind: Kind, isPermanent: Bool = false, reply: SMTPReply? = nil,
        status: EnhancedStatusCode? = nil, text: String
    ) {
        self.phase = phase
        self.kind = kind
        self.isPermanent = isPermanent
        self.reply = reply
        enhancedStatus = reply?.enhancedStatus ?? status
        self.text = SMTPSafeText.shortened(SMTPSafeText.singleLine(text), to: 500)
    }

    /// A stable code for logs and programs, such as `smtp.mail.rejected`.
    public var code: String { "smtp.\(phase.rawValue).\(kind.rawValue)" }

    /// Code and text.
    public var description: String { "\(code): \(text)" }

    /// Whether the trouble is the host's and not the mail's: it could not be reached, its TLS or its greeting failed, or
    /// it refused the sign-in. All mail by way of this host would meet the same.
    public var concernsHost: Bool {
        switch phase {
        case .connect, .tls, .greeting, .hello, .startTLS, .authentication: kind != .cancelled
        default: kind == .authentication
        }
    }

    /// What can happen.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The host name could not be resolved.
        case dns
        /// No address of the host took the connection.
        case connect
        /// The server, or the network, took too long.
        case timeout
        /// The server closed the connection.
        case closed
        /// The TLS handshake failed.
        case tls
        /// The server's certificate was not accepted, and it is not known why.
        case certificate
        /// The server's certificate has expired, or is not valid yet.
        case certificateExpired
        /// The server's certificate was issued for another name.
        case certificateName
        /// The server's certificate does not match the TLSA records of the host (RFC 7672, 2.2).
        case certificateTLSA
        /// Nobody whom we trust has issued the server's certificate.
        case certificateIssuer
        /// TLS is required, and the server does not offer it.
        case tlsNotOffered
        /// Something was sent in the clear behind the answer to STARTTLS (the attack of CVE-2011-0411).
        case injection
        /// The server does not speak SMTP as it must.
        case `protocol`
        /// The server refused with a reply.
        case rejected
        /// The server said 421: it closes the connection (RFC 5321, 3.8).
        case unavailable
        /// The sign-in failed, or the server demands one.
        case authentication
        /// There is no way to sign in: no common mechanism, or the connection is not secured.
        case authenticationNotPossible
        /// The mail needs REQUIRETLS and the server does not offer it (5.7.30).
        case requireTLSNotOffered
        /// The mail needs SMTPUTF8 and the server does not offer it (5.6.7).
        case smtpUTF8NotOffered
        /// The mail needs 8BITMIME and the server does not offer it (5.6.3).
        case eightBitNotOffered
        /// The mail is larger than the server takes (5.3.4).
        case messageTooLarge
        /// The mail is not fit to be sent: bare CR or LF, or a line beyond 998 octets (5.6.0).
        case invalidContent
        /// The mail could not be read on our side, or what must happen before the final dot failed.
        case source
        /// The configuration of the connection cannot be used, such as an unreadable certificate file.
        case configuration
        /// The sending task was cancelled.
        case cancelled
    }
}
