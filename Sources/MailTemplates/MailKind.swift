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
    /// To administrators: something about a sender domain changed.
    case domainState = "domain-state"
    /// To the operator: somebody asks for a sender domain.
    case domainRequested = "domain-requested"
    /// To whoever asked: the domain was approved; the records to publish.
    case domainApproved = "domain-approved"
    /// To whoever asked: the domain was refused.
    case domainRefused = "domain-refused"
    /// To a domain's postmaster: may the domain be used?
    case domainControl = "domain-control"
    /// To the sender and to administrators: a mail waits because its sender's domain is not in order.
    case held = "held"
    /// To administrators: the mail server's certificate cannot be renewed.
    case certificate = "certificate"
    /// To the sender and to administrators: the virus scanner found something in a file.
    case virusFound = "virus-found"
    /// To administrators: the virus scanner does not answer.
    case scannerSilent = "scanner-silent"
    /// To the sender: every recipient has every file.
    case allFetched = "all-fetched"
    /// To the sender: the address of a recipient was corrected.
    case addressCorrected = "address-corrected"
    /// To the sender: a draft with files will be removed because nobody touched it.
    case uploadAbandoned = "upload-abandoned"
    /// To an account's owner: the password was changed.
    case passwordChanged = "password-changed"
    /// To an account's owner: somebody signed in from a browser not seen before.
    case newSignIn = "new-sign-in"
    /// To an account's owner: the account was disabled.
    case accountDisabled = "account-disabled"
    /// To an account's owner: the storage that the account may use is nearly full.
    case quotaLow = "quota-low"
    /// To an account's owner: the deliveries of a deleted account are now the owner's.
    case tookOver = "took-over"
    /// To administrators: the disk is nearly full.
    case storageLow = "storage-low"
    /// To administrators: mail does not get out.
    case outboxStuck = "outbox-stuck"
    /// To administrators, once a day: how the installation stands.
    case dailySummary = "daily-summary"
    /// To a sender or an administrator: several notifications in one mail.
    case gathered = "gathered"

    /// Whether its reader, who need not have an account, is told at its foot how to get no more mail of ours.
    public var offersChoice: Bool {
        switch self {
        case .delivery, .reminder, .renewed, .withdrawn: true
        default: false
        }
    }

    /// Whether a program and not a person is the author (RFC 3834, 5.1).
    public var isAutomatic: Bool { self != .delivery }
}
