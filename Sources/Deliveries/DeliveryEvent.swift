public import Foundation

/// Something that happened to a delivery: a numbered row, read by cursor, the source of live pages and of the story.
public struct DeliveryEvent: Equatable, Sendable {
    /// What happened.
    public enum Kind: String, Sendable, CaseIterable {
        /// The delivery was sent.
        case sent
        /// A mail was stored in the local mailbox instead of leaving.
        case storedLocally = "stored-locally"
        /// The mail server took the mail over.
        case handedOver = "handed-over"
        /// A try failed; the mail waits for the next one.
        case delayed
        /// The mail is held until somebody decides.
        case held
        /// The mail cannot be delivered.
        case failed
        /// The sending of this mail was cancelled in the outbox.
        case cancelled
        /// A probable scanner looked at the link.
        case scanned
        /// The recipient opened it.
        case opened
        /// A code was mailed.
        case codeSent = "code-sent"
        /// The recipient proved the address.
        case proven
        /// A file was fetched completely.
        case fetched
        /// A recipient has fetched all files.
        case allFetched = "all-fetched"
        /// A reminder was sent.
        case reminded
        /// The recipient asked for more time.
        case renewalAsked = "renewal-asked"
        /// The sender extended or renewed it.
        case extended
        /// A further recipient was registered: the mail with the link was sent again.
        case recipientAdded = "recipient-added"
        /// The address was corrected.
        case addressCorrected = "address-corrected"
        /// The recipient reported the mail.
        case reported
        /// It went to another account because its sender's was deleted; the detail is the sender's name.
        case handedToAccount = "handed-to-account"
        /// The sender withdrew it.
        case withdrawn
        /// It ran out.
        case expired
        /// Files and keys were removed.
        case removed
        /// The virus scanner found something in a file: nobody gets the files.
        case virusFound = "virus-found"
        /// The virus scanner is done with all files: they can be fetched.
        case filesChecked = "files-checked"
        /// An administrator let a file go in which something was found.
        case fileReleased = "file-released"
        /// An administrator took a file away in which something was found.
        case fileRemoved = "file-removed"
    }

    /// The number: ascending in the order of commits, 0 before it is stored.
    public let number: Int64
    /// The delivery.
    public let delivery: DeliveryID
    /// Its sender: the account whose pages change.
    public let sender: AccountID
    /// The recipient concerned.
    public let recipient: RecipientID?
    /// The file concerned.
    public let file: DeliveryFileID?
    /// What happened.
    public let kind: Kind
    /// When.
    public let at: Date
    /// A short detail, safe to show to the sender: a reason, an address.
    public let detail: String

    /// An event, not yet stored.
    public init(
        number: Int64 = 0, delivery: DeliveryID, sender: AccountID, recipient: RecipientID? = nil,
        file: DeliveryFileID? = nil, kind: Kind, at: Date, detail: String = ""
    ) {
        self.number = number
        self.delivery = delivery
        self.sender = sender
        self.recipient = recipient
        self.file = file
        self.kind = kind
        self.at = at
        self.detail = detail
    }
}
