public import Foundation
public import MailMessage

/// A row of "my deliveries".
public struct DeliverySummary: Equatable, Sendable {
    /// The delivery.
    public let delivery: Delivery
    /// How many recipients it has.
    public let recipients: Int
    /// How many of them have fetched something completely.
    public let recipientsFetched: Int
    /// How many of its mails failed for good.
    public let failed: Int
    /// How many of its mails lie in the local mailbox instead of being sent.
    public let notSent: Int
    /// How many files.
    public let files: Int
    /// The sum of their sizes, octets.
    public let size: Int64
    /// The first recipients' names or addresses, at most three.
    public let firstRecipients: [String]

    /// A row with all its parts.
    public init(
        delivery: Delivery, recipients: Int, recipientsFetched: Int, failed: Int, notSent: Int, files: Int, size: Int64,
        firstRecipients: [String]
    ) {
        self.delivery = delivery
        self.recipients = recipients
        self.recipientsFetched = recipientsFetched
        self.failed = failed
        self.notSent = notSent
        self.files = files
        self.size = size
        self.firstRecipients = firstRecipients
    }
}

/// How much an account has of one state.
public struct DeliveryHolding: Equatable, Sendable {
    /// The state.
    public let state: Delivery.State
    /// Whether the block of these stands in a mail of the sender's own: a mail that may have left, though they are drafts.
    public let isInserted: Bool
    /// How many deliveries.
    public let count: Int
    /// How many of their files still have their content.
    public let files: Int
    /// The sum of these files' sizes, octets.
    public let octets: Int64

    /// A holding with all its parts.
    public init(state: Delivery.State, isInserted: Bool, count: Int, files: Int, octets: Int64) {
        self.state = state
        self.isInserted = isInserted
        self.count = count
        self.files = files
        self.octets = octets
    }
}

/// Keeps deliveries, recipients and links.
public protocol DeliveryStore {
    /// Adds a delivery.
    func insert(_ delivery: Delivery) throws
    /// Stores all that can change of a delivery.
    func update(_ delivery: Delivery) throws
    /// The delivery of that name.
    func delivery(_ id: DeliveryID) throws -> Delivery?
    /// The delivery of that name, if it is the account's own, or was sent from a mailbox of a group that it is in.
    func delivery(_ id: DeliveryID, handledBy account: AccountID) throws -> Delivery?
    /// How many deliveries, drafts among them, belong to a group's mailbox.
    func count(inMailbox group: GroupID) throws -> Int
    /// Gives all deliveries of a group's mailbox to that of another.
    func moveMailbox(from group: GroupID, to other: GroupID) throws
    /// Removes a draft with its recipients, its link and the traces there; its files must be gone.
    func removeDraft(_ id: DeliveryID) throws
    /// A sender's own deliveries, or those of a mailbox of theirs, newest first; `search` matches subject, recipients and
    /// file names; `nil` states: all but drafts.
    func summaries(
        sender: AccountID, mailbox: GroupID?, search: String, states: [Delivery.State]?, offset: Int, limit: Int
    ) throws -> [DeliverySummary]
    /// How many match.
    func summaryCount(sender: AccountID, mailbox: GroupID?, search: String, states: [Delivery.State]?) throws -> Int
    /// Everybody's deliveries without drafts, those sent last first.
    func summaries(_ filter: AllDeliveriesFilter, offset: Int, limit: Int) throws -> [DeliverySummary]
    /// How many match.
    func summaryCount(_ filter: AllDeliveriesFilter) throws -> Int
    /// The draft of a sender on that path that was changed last.
    func latestDraft(sender: AccountID, path: Delivery.DispatchPath) throws -> Delivery?
    /// The names of all that a sender has for itself, with drafts, oldest first; what belongs to a mailbox is not theirs.
    func deliveries(of sender: AccountID) throws -> [DeliveryID]
    /// Gives a delivery to another account.
    func handOver(_ id: DeliveryID, to account: AccountID) throws
    /// Forgets whom an account has sent to.
    func forgetEarlierRecipients(of sender: AccountID) throws
    /// What an account has for itself, by state.
    func holdings(of sender: AccountID) throws -> [DeliveryHolding]
    /// How many deliveries are in each state.
    func counts() throws -> [Delivery.State: Int]
    /// Sent deliveries whose time is over.
    func deliveriesToExpire(now: Date, limit: Int) throws -> [Delivery]
    /// Expired or withdrawn deliveries whose files are due for removal.
    func deliveriesToRemove(now: Date, limit: Int) throws -> [Delivery]
    /// Sent deliveries that end before `before` and were not reminded of.
    func deliveriesToRemind(now: Date, before: Date, limit: Int) throws -> [Delivery]
    /// Drafts not changed since `before`; of those whose block stands in a mail, not since `insertedBefore`.
    func abandonedDrafts(before: Date, insertedBefore: Date, limit: Int) throws -> [Delivery]

    /// How many deliveries an account sent since, and the recipients of all of them.
    func sent(by account: AccountID, since: Date) throws -> (deliveries: Int, recipients: Int)
    /// Adds recipients.
    func insert(_ recipients: [Recipient]) throws
    /// Stores all that can change of a recipient.
    func update(_ recipient: Recipient) throws
    /// The recipient of that name.
    func recipient(_ id: RecipientID) throws -> Recipient?
    /// All recipients of a delivery in their order.
    func recipients(of delivery: DeliveryID) throws -> [Recipient]
    /// Addresses that this sender has sent to, most recent first, whose name or address begins a word with `prefix`.
    func earlierRecipients(sender: AccountID, prefix: String, limit: Int) throws -> [Mailbox]

    /// Adds a link.
    func insert(_ link: Link) throws
    /// The link with that hash.
    func link(tokenHash: String) throws -> Link?
    /// The link of that name.
    func link(_ id: LinkID) throws -> Link?
    /// The active link for all readers of a delivery's mail.
    func sharedLink(of delivery: DeliveryID) throws -> Link?
    /// The active link of a recipient.
    func activeLink(of recipient: RecipientID) throws -> Link?
    /// Marks all links of a recipient as replaced.
    func replaceLinks(of recipient: RecipientID) throws
}

/// Keeps files and the chunks that count.
public protocol FileStore {
    /// The sum of the sizes of all files of an account's deliveries that still have their keys, octets.
    func octets(of account: AccountID) throws -> Int64
    /// Adds a file.
    func insert(_ file: DeliveryFile) throws
    /// Stores all that can change of a file.
    func update(_ file: DeliveryFile) throws
    /// The file of that name.
    func file(_ id: DeliveryFileID) throws -> DeliveryFile?
    /// All files of a delivery in their order.
    func files(of delivery: DeliveryID) throws -> [DeliveryFile]
    /// Removes a file's row and those of its chunks.
    func remove(_ id: DeliveryFileID) throws
    /// Forgets the keys and chunks of all files of a delivery; names and sizes remain.
    func forgetContent(of delivery: DeliveryID) throws
    /// Whole files without their SHA-256, of deliveries that still have their content.
    func filesWithoutSHA256(limit: Int) throws -> [DeliveryFile]
    /// Whole files that the virus scanner has still to look at, of deliveries that still have their content: those at
    /// which it broke off last, the others in the order in which they came.
    func filesToScan(limit: Int) throws -> [DeliveryFile]
    /// The states that the virus scanner gave to a delivery's files, each once.
    func scanStates(of delivery: DeliveryID) throws -> [FileScan.State]
    /// The same of several deliveries; one without files is not among them.
    func scanStates(of deliveries: [DeliveryID]) throws -> [DeliveryID: [FileScan.State]]
    /// How many whole files the virus scanner has still to look at.
    func countToScan() throws -> Int
    /// Files in those states (`found`, `tooLarge`) that still have their content, those decided last first.
    func files(scanned states: [FileScan.State], offset: Int, limit: Int) throws -> [DeliveryFile]
    /// How many files are in those states (`found`, `tooLarge`) and still have their content.
    func count(scanned states: [FileScan.State]) throws -> Int

    /// Adds a chunk; `false` if the file has one of that number.
    func insert(_ chunk: FileChunk) throws -> Bool
    /// The chunk of that number.
    func chunk(file: DeliveryFileID, index: Int) throws -> FileChunk?
    /// All chunks of a file in their order.
    func chunks(of file: DeliveryFileID) throws -> [FileChunk]
    /// How many chunks and octets have arrived.
    func progress(of file: DeliveryFileID) throws -> (chunks: Int, octets: Int64)
    /// Whether a file of the vault belongs to a row that still has its key: for the sweep of orphans.
    func isKnown(vaultFile: String) throws -> Bool
    /// Whether a vault object counts: for the sweep of orphans.
    func isKnown(vaultFile: String, objectName: String) throws -> Bool
}
