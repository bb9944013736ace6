/// The compose page, in the order of thought: to whom, what about, the words, the files, how safe, how long.
struct ComposePage: PageModel {
    /// A file of the draft.
    struct FileRow: Sendable {
        let id: String
        let name: String
        let octets: String
        let size: String
        let isComplete: Bool
        /// What the virus scanner found, in words.
        let finding: String?
        let removeLabel: String
    }

    /// An address to send from, and what recipients see then.
    struct Sender: Sendable {
        let value: String
        let label: String
        let isSelected: Bool
        let seenAs: String
        let reason: String
        /// Why the sender's policy lets nothing be sent in the name of this address.
        let problem: String?
    }

    /// A security level to choose.
    struct Level: Sendable {
        let value: String
        let label: String
        let hint: String
        let isChecked: Bool
    }

    static let template = "compose"
    let page: PageFrame
    let action: String
    let deliveryID: String
    let accountID: String
    let largestFile: String
    let largestDelivery: String
    let mostFiles: String
    /// Whether files are looked at for viruses.
    let isScanned: Bool
    /// Endings of file names, with blanks between; empty: no restriction.
    let allowedTypes: String
    let forbiddenTypes: String
    /// Domains of recipients, likewise.
    let allowedDomains: String
    let forbiddenDomains: String
    let isSaved: Bool

    /// The addresses to send from; one alone is no choice.
    let senders: [Sender]
    let hasChoice: Bool
    let fromError: String?
    let recipients: String
    /// What the sender's policy says of recipients.
    let recipientLimits: String?
    let recipientsError: String?
    /// Recipients who get no further mail, with the reason of each.
    let suppressed: [String]
    /// Whether the sender may know better for one of them.
    let canLiftSuppressions: Bool
    let hasSuppressed: Bool
    let liftsSuppressions: Bool
    let subject: String
    let subjectError: String?
    let message: String
    let messageError: String?
    let files: [FileRow]
    /// What the sender's policy says of files.
    let fileLimits: String
    let filesError: String?
    let levels: [Level]
    let levelError: String?
    let passwordLimits: String
    let password: String
    let hasPassword: Bool
    let passwordError: String?
    let lifetimeDays: String
    let longestLifetimeDays: String
    let lifetimeHint: String
    let lifetimeError: String?
    let notifiesSender: Bool
    let copiesSender: Bool
    let withholdsMessage: Bool
    let languages: [FormField.Option]

    /// Why the sender's policy lets nothing be sent in the name of the chosen address.
    let senderProblem: String?
    /// Whether the sender can ask for mail to leave in the name of their own domain.
    let canAskForDomain: Bool
    let localRoute: Bool
    let errorSummary: FormErrors.Summary?
}
