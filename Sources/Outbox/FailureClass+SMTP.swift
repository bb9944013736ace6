public import MailMessage
public import SMTP

extension FailureClass {
    /// Judges what stopped a mail on its way to the mail server.
    public init(_ failure: SMTPFailure) {
        switch failure.kind {
        case .dns, .connect, .timeout, .closed, .protocol, .unavailable:
            self = failure.reply.map { Self($0, phase: failure.phase) } ?? .routing
        case .cancelled, .source: self = .unknown
        case .configuration: self = failure.phase == .authentication ? .authentication : .routing
        case .tls, .certificate, .certificateExpired, .certificateName, .certificateIssuer, .certificateTLSA,
            .tlsNotOffered, .requireTLSNotOffered, .injection:
            self = .transportSecurity
        case .authentication, .authenticationNotPossible: self = .authentication
        case .messageTooLarge: self = .tooLarge
        case .smtpUTF8NotOffered, .eightBitNotOffered, .invalidContent: self = .content
        case .rejected: self = failure.reply.map { Self($0, phase: failure.phase) } ?? .unknown
        }
    }

    /// Judges a reply.
    ///
    /// - Parameters:
    ///   - reply: the reply.
    ///   - phase: where it came; a bare 550 is about the recipient's mailbox only where the recipient was named.
    public init(_ reply: SMTPReply, phase: SMTPPhase = .recipient) {
        self.init(
            text: reply.text, status: reply.enhancedStatus, code: reply.code, isAboutRecipient: phase == .recipient)
    }
}
