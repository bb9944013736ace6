public import MailMessage

/// What an attempt says of the host that it went to; not of the mail.
public enum AttemptOutcome: Sendable, Hashable {
    /// Where a host failed as such.
    public enum Trouble: String, Sendable, Hashable, CaseIterable {
        /// The connection did not come about, or broke before the greeting.
        case connect
        /// TLS did not come about.
        case tls
        /// It did not greet, or greeted with a refusal.
        case greeting
    }

    /// It took a mail.
    case taken
    /// It answered; what it refused was the mail or a recipient, for now or for good. The host itself is well.
    case answered
    /// It asks for fewer mails or connections.
    case slowDown
    /// It failed as such.
    case trouble(Trouble)

    /// What a reply to a mail or recipient says of the host.
    ///
    /// - Parameters:
    ///   - code: the three digits.
    ///   - status: the enhanced status, if there was one.
    ///   - text: the words.
    public init(code: Int, status: EnhancedStatusCode?, text: String) {
        if (200...399).contains(code) {
            self = .taken
            return
        }
        let reason = FailureClass(text: text, status: status, code: code)
        switch (code, status?.severity, status?.subject) {
        // Greylisting comes as 4.7.1, too: nobody asks for less there, only for later.
        case _ where reason == .greylisted: self = .answered
        // 4.7.20–26 (RFC 7372) speak of the mail's signatures and sender.
        case _ where reason == .authentication && code != 421: self = .answered
        case _ where reason == .rateLimited: self = .slowDown
        // It closes the connection: too many, or it is going down (RFC 5321, 3.8).
        case (421, _, _): self = .slowDown
        case (400...499, 4, 7): self = .slowDown
        default: self = .answered
        }
    }
}
