/// The kinds of mail that Depesche writes. The raw value is a stable name, used on the command line and in settings.
public enum MailKind: String, CaseIterable, Sendable, Codable {
    /// To a recipient: something is there to be fetched. The only kind that a person writes.
    case delivery = "delivery"
    /// To the sender: files were fetched.
    case downloaded = "downloaded"
    /// To an account's owner: choose a new password.
    case passwordForgotten = "password-forgotten"
    /// To a new account's owner: choose a password.
    case invitation = "invitation"
    /// To a recipient: six digits that prove the address.
    case code = "code"
    /// To a recipient who has not fetched: soon it is too late.
    case reminder = "reminder"
    /// To the sender: a recipient found the delivery expired and asks for more time.
    case renewalAsked = "renewal-asked"
    /// To a recipient: the sender gave more time.
    case renewed = "renewed"
    /// To the sender: a mail to a recipient failed for good.
    case undeliverable = "undeliverable"
    /// To the sender: a mail to a recipient has been waiting for hours.
    case delayed = "delayed"
    /// To a recipient: the sender took the delivery back.
    case withdrawn = "withdrawn"
    /// To the sender: what was sent.
    case copy = "copy"
    /// To wherever the administrator wants: does mail work, and do links arrive as they were sent?
    case test = "test"
    /// To administrators: a recipient reported a mail.
    case reported = "reported"

    /// Whether a program and not a person is the author (RFC 3834, 5.1).
    public var isAutomatic: Bool { self != .delivery }
}
