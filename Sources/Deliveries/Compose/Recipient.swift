public import Foundation
public import MailMessage

/// The identifier of a recipient.
public typealias RecipientID = Identifier<Recipient>

/// One address of a delivery, with its own link and its own status.
public struct Recipient: Equatable, Sendable {
    /// The recipient's name for doors and logs.
    public let id: RecipientID
    /// The delivery.
    public let delivery: DeliveryID
    /// Its place in the list, from 0.
    public let position: Int
    /// The address; a correction replaces it.
    public var email: EmailAddress
    /// The name as typed by the sender; may be empty.
    public var name: String
    /// When the first visitor opened the page and acted (the first POST).
    public var openedAt: Date?
    /// When the recipient asked for more time.
    public var renewalAskedAt: Date?
    /// When the recipient reported the mail.
    public var reportedAt: Date?

    /// A recipient with all its parts.
    public init(
        id: RecipientID, delivery: DeliveryID, position: Int, email: EmailAddress, name: String,
        openedAt: Date? = nil, renewalAskedAt: Date? = nil, reportedAt: Date? = nil
    ) {
        self.id = id
        self.delivery = delivery
        self.position = position
        self.email = email
        self.name = name
        self.openedAt = openedAt
        self.renewalAskedAt = renewalAskedAt
        self.reportedAt = reportedAt
    }
}

/// The identifier of a link.
public typealias LinkID = Identifier<Link>

/// What a mail carries: 128 random bits that lead to a delivery.
public struct Link: Equatable, Sendable {
    /// Whom the link is for.
    public enum Kind: String, Sendable, CaseIterable {
        /// One recipient.
        case personal
        /// All readers of an add-in mail.
        case shared
    }

    /// Whether the link leads anywhere.
    public enum State: String, Sendable, CaseIterable {
        /// In use.
        case active
        /// The address was corrected; a newer link took its place.
        case replaced
    }

    /// The link's name.
    public let id: LinkID
    /// Its delivery.
    public let delivery: DeliveryID
    /// Its recipient; `nil` for a shared link.
    public let recipient: RecipientID?
    /// Whom it is for.
    public let kind: Kind
    /// Whether it leads anywhere.
    public var state: State
    /// SHA-256 of the token, hexadecimal, for look-up.
    public let tokenHash: String
    /// The token sealed by the key ring (table `link`, column `sealed_token`), so that a reminder can carry it again.
    public let sealedToken: Data
    /// When it was made.
    public let createdAt: Date

    /// A link with all its parts.
    public init(
        id: LinkID, delivery: DeliveryID, recipient: RecipientID?, kind: Kind, state: State, tokenHash: String,
        sealedToken: Data, createdAt: Date
    ) {
        self.id = id
        self.delivery = delivery
        self.recipient = recipient
        self.kind = kind
        self.state = state
        self.tokenHash = tokenHash
        self.sealedToken = sealedToken
        self.createdAt = createdAt
    }
}
