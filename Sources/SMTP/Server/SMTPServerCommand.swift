/// A command line that a client sent, taken apart (RFC 5321, 4.1.1). Responses of a sign-in are masked when shown.
public enum SMTPServerCommand: Sendable, Hashable {
    /// EHLO with the client's name (RFC 5321, 4.1.1.1).
    case ehlo(SMTPHelloName)
    /// HELO with the client's name.
    case helo(SMTPHelloName)
    /// STARTTLS (RFC 3207).
    case startTLS
    /// AUTH with the mechanism in upper case and perhaps the first response, still in base64 (RFC 4954, 4).
    case auth(mechanism: String, initialResponse: SMTPSecret?)
    /// MAIL FROM (RFC 5321, 4.1.1.2).
    case mail(SMTPEnvelopeAddress, SMTPMailParameters)
    /// RCPT TO (RFC 5321, 4.1.1.3).
    case recipient(SMTPForwardPath, SMTPRecipientParameters)
    /// DATA (RFC 5321, 4.1.1.4).
    case data
    /// RSET (RFC 5321, 4.1.1.5).
    case reset
    /// VRFY with whatever stands behind it (RFC 5321, 4.1.1.6).
    case verify
    /// HELP (RFC 5321, 4.1.1.8).
    case help
    /// NOOP (RFC 5321, 4.1.1.9).
    case noop
    /// QUIT (RFC 5321, 4.1.1.10).
    case quit

    /// Why a line is no command that can be carried out.
    public enum Problem: Error, Sendable, Hashable {
        /// Nobody knows this command: 500 5.5.2.
        case unknown
        /// A known command that is not offered: 502 5.5.1.
        case notImplemented
        /// A request of another protocol, such as a browser's, whose further lines must not be read as commands.
        case foreignProtocol
        /// The line does not fit the grammar: 501 5.5.2.
        case syntax
        /// An argument or parameter has a wrong value: 501 5.5.4.
        case badArgument
        /// A parameter of MAIL or RCPT that is not offered: 555 5.5.4.
        case unknownParameter
        /// The sender's address cannot be one: 553 5.1.7.
        case badSender
        /// The recipient's address cannot be one: 553 5.1.3.
        case badRecipient
        /// An address has characters outside ASCII without SMTPUTF8 (RFC 6531, 3.5): 553 5.6.7.
        case needsSMTPUTF8
    }
}

/// Whom RCPT names (RFC 5321, 4.1.1.3).
public enum SMTPForwardPath: Sendable, Hashable {
    /// `<Postmaster>` without a domain, who is there on every server (RFC 5321, 4.5.1).
    case postmaster
    /// A mailbox.
    case mailbox(SMTPEnvelopeAddress)
}
