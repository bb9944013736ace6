public import Localization

/// What somebody typed into the compose page or sent over the API. What is `nil` stays as it is.
public struct DraftForm: Equatable, Sendable {
    /// The address to send from: a mailbox of a group that the sender is in; the sender's own, or empty: their own.
    public var from: String?
    /// The recipients as typed or pasted.
    public var recipients: String?
    /// The subject.
    public var subject: String?
    /// The message, plain text.
    public var message: String?
    /// The number of the security level; unknown ones are refused.
    public var level: Int?
    /// How many days it can be fetched.
    public var lifetimeDays: Int?
    /// The delivery's own password; empty takes it away.
    public var password: String?
    /// Whether the sender hears of downloads.
    public var notifiesSender: Bool?
    /// Whether the sender gets a copy of the notification.
    public var copiesSender: Bool?
    /// Whether the message stays out of the mail.
    public var withholdsMessage: Bool?
    /// The language of its mails.
    public var language: Language?

    /// Whether the sender knows better and mail goes to addresses again that came back before; holds for sending only.
    public var liftsSuppressions: Bool?

    /// A form with the fields that were sent.
    public init(
        from: String? = nil, recipients: String? = nil, subject: String? = nil, message: String? = nil,
        level: Int? = nil,
        lifetimeDays: Int? = nil, password: String? = nil, notifiesSender: Bool? = nil, copiesSender: Bool? = nil,
        withholdsMessage: Bool? = nil, language: Language? = nil,
        liftsSuppressions: Bool? = nil
    ) {
        self.from = from
        self.recipients = recipients
        self.subject = subject
        self.message = message
        self.level = level
        self.lifetimeDays = lifetimeDays
        self.password = password
        self.notifiesSender = notifiesSender
        self.copiesSender = copiesSender
        self.withholdsMessage = withholdsMessage
        self.language = language
        self.liftsSuppressions = liftsSuppressions
    }
}
