/// Why a mail could not be delivered, by the classes that reports are sorted into. The raw value is a stable name.
public enum UndeliverableReason: String, CaseIterable, Sendable, Codable {
    /// The address does not exist.
    case noSuchUser = "no-such-user"
    /// The domain does not exist or takes no mail.
    case noSuchDomain = "no-such-domain"
    /// The mailbox is disabled.
    case inactive = "inactive"
    /// The mailbox is full.
    case full = "full"
    /// The mail is bigger than the server takes.
    case tooLarge = "too-large"
    /// The server dislikes what is in the mail.
    case content = "content"
    /// A rule of the server forbids it.
    case policy = "policy"
    /// The server distrusts the sending server or domain.
    case reputation = "reputation"
    /// The server could not confirm that the sender's domain allows the mail.
    case authentication = "authentication"
    /// The server asked to come back later, for too long.
    case greylisted = "greylisted"
    /// The server takes only so many mails at a time.
    case rateLimited = "rate-limited"
    /// No way leads to the server.
    case routing = "routing"
    /// No connection as safe as demanded came about.
    case transportSecurity = "transport-security"
    /// It was tried for the whole time that mail may wait.
    case expired = "expired"
    /// Nothing is known but that it failed.
    case unknown = "unknown"

    /// The reason of a class name, ``unknown`` where the name is none of these.
    public init(className: String) {
        self = UndeliverableReason(rawValue: className) ?? .unknown
    }

    /// The part of a catalogue key that stands for this reason.
    var key: String { String(describing: self) }
}
