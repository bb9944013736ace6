public import Foundation

/// The identifier of a visitor.
public typealias VisitorID = Identifier<Visitor>

/// One browser at one link: made by the first POST, known by a cookie of that delivery.
public struct Visitor: Equatable, Sendable {
    /// The visitor's name.
    public let id: VisitorID
    /// SHA-256 of the cookie's token, hexadecimal.
    public let tokenHash: String
    /// The link that it came by.
    public let link: LinkID
    /// Its delivery.
    public let delivery: DeliveryID
    /// The recipient that it acts as; `nil` on a shared link until a code proves one.
    public var recipient: RecipientID?
    /// When a code proved the address (level 2).
    public var provenAt: Date?
    /// When the delivery's password was given.
    public var passwordGivenAt: Date?
    /// When it first acted.
    public let createdAt: Date

    /// A visitor with all its parts.
    public init(
        id: VisitorID, tokenHash: String, link: LinkID, delivery: DeliveryID, recipient: RecipientID?,
        provenAt: Date? = nil, passwordGivenAt: Date? = nil, createdAt: Date
    ) {
        self.id = id
        self.tokenHash = tokenHash
        self.link = link
        self.delivery = delivery
        self.recipient = recipient
        self.provenAt = provenAt
        self.passwordGivenAt = passwordGivenAt
        self.createdAt = createdAt
    }
}

/// A six-digit code that was mailed to a recipient, bound to the browser that asked.
public struct MailedCode: Equatable, Sendable {
    /// The code's name.
    public let id: Identifier<MailedCode>
    /// The browser that asked.
    public let visitor: VisitorID
    /// Whom it was mailed to.
    public let recipient: RecipientID
    /// The keyed hash of the code, hexadecimal.
    public let codeHash: String
    /// When it was asked for.
    public let createdAt: Date
    /// 30 minutes later.
    public let expiresAt: Date
    /// How many wrong tries it was compared with; five are allowed.
    public var tries: Int
    /// When it was used.
    public var usedAt: Date?

    /// A code with all its parts.
    public init(
        id: Identifier<MailedCode>, visitor: VisitorID, recipient: RecipientID, codeHash: String, createdAt: Date,
        expiresAt: Date, tries: Int = 0, usedAt: Date? = nil
    ) {
        self.id = id
        self.visitor = visitor
        self.recipient = recipient
        self.codeHash = codeHash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.tries = tries
        self.usedAt = usedAt
    }
}

extension MailedCode {
    /// Whether it can still be given.
    func isValid(at now: Date) -> Bool { usedAt == nil && expiresAt > now && tries < Fetching.codeTries }
}

/// A download address: bound to a visitor's cookie, ten minutes to start, 24 hours to resume.
public struct DownloadGrant: Equatable, Sendable {
    /// The grant's name.
    public let id: Identifier<DownloadGrant>
    /// SHA-256 of the address's token, hexadecimal.
    public let tokenHash: String
    /// Whose cookie must come with it.
    public let visitor: VisitorID
    /// Its delivery.
    public let delivery: DeliveryID
    /// Its recipient; `nil` for "someone with the link".
    public let recipient: RecipientID?
    /// The file; `nil` for all files as a ZIP.
    public let file: DeliveryFileID?
    /// When it was handed out.
    public let createdAt: Date
    /// When the transfer first began; `nil` until then.
    public var startedAt: Date?
    /// The byte ranges written out so far without a reset, merged and ascending (a ZIP counts whole only).
    public var servedRanges: [Range<Int64>]
    /// When every byte had been written out.
    public var completedAt: Date?

    /// A grant with all its parts.
    public init(
        id: Identifier<DownloadGrant>, tokenHash: String, visitor: VisitorID, delivery: DeliveryID,
        recipient: RecipientID?, file: DeliveryFileID?, createdAt: Date, startedAt: Date? = nil,
        servedRanges: [Range<Int64>] = [], completedAt: Date? = nil
    ) {
        self.id = id
        self.tokenHash = tokenHash
        self.visitor = visitor
        self.delivery = delivery
        self.recipient = recipient
        self.file = file
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.servedRanges = servedRanges
        self.completedAt = completedAt
    }
}

/// A file that a recipient has fetched completely, first and last time.
public struct Fetch: Equatable, Sendable {
    /// Its delivery.
    public let delivery: DeliveryID
    /// Who; `nil` for "someone with the link".
    public let recipient: RecipientID?
    /// What.
    public let file: DeliveryFileID
    /// The first complete transfer.
    public let firstAt: Date
    /// The latest complete transfer.
    public let lastAt: Date
    /// How many complete transfers there were.
    public let count: Int

    /// A fetch with all its parts.
    public init(
        delivery: DeliveryID, recipient: RecipientID?, file: DeliveryFileID, firstAt: Date, lastAt: Date, count: Int
    ) {
        self.delivery = delivery
        self.recipient = recipient
        self.file = file
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.count = count
    }
}

/// A GET or HEAD of a recipient's page: the only thing that such a request writes.
public struct AccessTrace: Equatable, Sendable {
    /// The link.
    public let link: LinkID
    /// Its delivery.
    public let delivery: DeliveryID
    /// When.
    public let at: Date
    /// `GET` or `HEAD`.
    public let method: String
    /// What the client called itself, at most 300 characters.
    public let userAgent: String
    /// The client's address.
    public let clientAddress: String
    /// The names of the signals that this was probably a scanner; empty for a person's visit.
    public let scannerSignals: [String]

    /// A trace with all its parts.
    public init(
        link: LinkID, delivery: DeliveryID, at: Date, method: String, userAgent: String, clientAddress: String,
        scannerSignals: [String]
    ) {
        self.link = link
        self.delivery = delivery
        self.at = at
        self.method = method
        self.userAgent = userAgent
        self.clientAddress = clientAddress
        self.scannerSignals = scannerSignals
    }
}
