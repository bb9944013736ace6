public import SMTP

/// Why a mail did not arrive, by the names that pages, reports and programs use.
public enum FailureClass: String, Sendable, CaseIterable {
    /// The mailbox does not exist.
    case noSuchUser = "no-such-user"
    /// The domain does not exist or takes no mail.
    case noSuchDomain = "no-such-domain"
    /// The mailbox exists and is shut.
    case inactive
    /// The mailbox is full.
    case full
    /// The mail is larger than the server takes.
    case tooLarge = "too-large"
    /// The content was refused.
    case content
    /// A rule of the receiving side.
    case policy
    /// Our server's reputation.
    case reputation
    /// The sender's address could not be authenticated, or we could not sign in.
    case authentication
    /// Come back later: greylisting.
    case greylisted
    /// Too many mails in too short a time.
    case rateLimited = "rate-limited"
    /// The way to the mail server: host name, connection, time-out.
    case routing
    /// The protected connection did not come about.
    case transportSecurity = "transport-security"
    /// Tried for too long.
    case expired
    /// Handed to a system that reports nothing further.
    case relayed
    /// On its way, later than usual.
    case delayed
    /// Marked as spam by the recipient.
    case complaint
    /// An automatic answer.
    case autoReply = "auto-reply"
    /// Anything else.
    case unknown

    /// Judges what stopped a mail on its way to the mail server.
    public init(_ failure: SMTPFailure) {
        switch failure.kind {
        case .dns, .connect, .timeout, .closed, .protocol, .unavailable:
            self = failure.reply.map { Self($0, phase: failure.phase) } ?? .routing
        case .cancelled, .source: self = .unknown
        case .configuration: self = failure.phase == .authentication ? .authentication : .routing
        case .tls, .certificate, .tlsNotOffered, .injection: self = .transportSecurity
        case .authentication, .authenticationNotPossible: self = .authentication
        case .messageTooLarge: self = .tooLarge
        case .smtpUTF8NotOffered, .eightBitNotOffered, .invalidContent: self = .content
        case .rejected: self = failure.reply.map { Self($0, phase: failure.phase) } ?? .unknown
        }
    }

    /// Judges a reply: by what servers commonly write where a status says too little, then by its enhanced status (RFC
    /// 3463), then by its text, then by its code.
    ///
    /// - Parameters:
    ///   - reply: the reply.
    ///   - phase: where it came; a bare 550 is about the recipient's mailbox only where the recipient was named.
    public init(_ reply: SMTPReply, phase: SMTPPhase = .recipient) {
        let text = reply.lines.joined(separator: " ").lowercased()
        let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        func says(_ parts: String...) -> Bool { parts.contains { text.contains($0) } }
        if says("greylist", "graylist", "grey-list") {
            self = .greylisted
        } else if says("rate limit", "throttl", "try again later, you are sending")
            || (says("too many") && !says("too many hops", "too many errors"))
        {
            self = .rateLimited
        } else if says("blacklist", "blocklist", "block list", "blocked using", "reputation", "spamhaus")
            || !words.isDisjoint(with: ["rbl", "dnsbl"])
        {
            self = .reputation
        } else if let status = reply.enhancedStatus, let known = Self(subject: status.subject, detail: status.detail) {
            self = known
        } else if says("user unknown", "unknown user", "no such user", "does not exist", "mailbox unavailable") {
            self = .noSuchUser
        } else if says("quota", "mailbox full", "mailbox is full", "over quota") {
            self = .full
        } else if says("relay", "not permitted", "access denied", "sender address rejected") {
            self = .policy
        } else {
            switch reply.code {
            case 530, 535, 534, 538: self = .authentication
            case 552: self = .full
            case 421, 450, 451, 452: self = .delayed
            case 550: self = phase == .recipient ? .noSuchUser : .policy
            case 554: self = .policy
            default: self = .unknown
            }
        }
    }

    // RFC 3463, 3; RFC 7372; RFC 7505.
    private init?(subject: Int, detail: Int) {
        switch (subject, detail) {
        case (1, 1), (1, 3), (1, 6): self = .noSuchUser
        case (1, 2), (1, 10): self = .noSuchDomain
        case (2, 1): self = .inactive
        case (2, 2), (3, 1): self = .full
        case (2, 3), (3, 4): self = .tooLarge
        case (4, 5), (4, 2): self = .delayed
        case (4, 7): self = .expired
        case (4, _): self = .routing
        case (6, _): self = .content
        case (7, 8), (7, 9), (7, 20...26): self = .authentication
        case (7, 10), (7, 11): self = .transportSecurity
        case (7, 28): self = .rateLimited
        case (7, _), (1, 7), (1, 8): self = .policy
        default: return nil
        }
    }
}
