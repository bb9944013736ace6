/// Why a mail did not arrive, by the names that pages, reports and programs use.
public enum FailureClass: String, Sendable, CaseIterable, Codable {
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
}

extension FailureClass {
    /// Judges what a server said: by what servers commonly write where a status says too little, then by the enhanced
    /// status, then by the text, then by the reply code.
    ///
    /// - Parameters:
    ///   - text: the words of the server, of any length; the first 4,000 octets count.
    ///   - status: the enhanced status code (RFC 3463), if one was given.
    ///   - code: the three digits of an SMTP reply (RFC 5321, 4.2), if there was one.
    ///   - isAboutRecipient: whether the server spoke of the recipient and not of sender, content or connection: only
    ///     then is a bare 550 about the mailbox.
    public init(text: String, status: EnhancedStatusCode? = nil, code: Int? = nil, isAboutRecipient: Bool = true) {
        let phrases = FailurePhrases(text)
        let judged =
            phrases.plain ?? status.flatMap(Self.init(status:)) ?? phrases.likely
            ?? Self.judged(code: code, isAboutRecipient: isAboutRecipient && !phrases.isAboutAnother)
            ?? status.flatMap(Self.init(vague:)) ?? (phrases.isRefusal ? .policy : .unknown)
        self = phrases.isAboutSender && (judged == .noSuchUser || judged == .noSuchDomain) ? .policy : judged
    }

    /// Whether an answer says why by its enhanced status or in words: a bare 550 may mean anything.
    ///
    /// - Parameter answer: what the server said, with its codes.
    public func isEvident(in answer: String) -> Bool {
        FailureClass(text: answer, status: ServerWords(answer).status) == self
    }

    /// What an enhanced status says by itself (RFC 3463, 3; RFC 7372; RFC 7505); nil where it is too general.
    public init?(status: EnhancedStatusCode) {
        switch (status.subject, status.detail) {
        case (1, 1), (1, 3), (1, 6): self = .noSuchUser
        case (1, 2), (1, 10): self = .noSuchDomain
        case (2, 1), (7, 13): self = .inactive
        case (2, 2), (3, 1): self = .full
        case (2, 3), (3, 4): self = .tooLarge
        case (4, 5), (4, 2): self = .delayed
        case (4, 7): self = .expired
        case (4, 0): return nil
        case (4, _): self = .routing
        case (6, _): self = .content
        case (7, 8), (7, 9), (7, 20...26): self = .authentication
        case (7, 10), (7, 11): self = .transportSecurity
        case (7, 27): self = .noSuchDomain
        case (7, 28): self = .rateLimited
        case (7, _), (1, 7), (1, 8): self = .policy
        default: return nil
        }
    }

    /// What is left where nothing but a general status is known.
    private init?(vague status: EnhancedStatusCode) {
        switch status.subject {
        case 1: self = .noSuchUser
        case 4: self = .routing
        default: return nil
        }
    }

    private static func judged(code: Int?, isAboutRecipient: Bool) -> FailureClass? {
        switch code {
        case 530, 535, 534, 538: .authentication
        case 552: .full
        case 556: .noSuchDomain
        case 421, 450, 451, 452: .delayed
        case 550, 551: isAboutRecipient ? .noSuchUser : .policy
        case 554: .policy
        default: nil
        }
    }
}
