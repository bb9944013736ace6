public import Foundation
public import MailMessage

/// The identifier of a request for a sender domain.
public typealias DomainRequestID = Identifier<DomainRequest>

/// Somebody's wish that mail may leave in the name of a domain, and what became of it. Kept for good.
public struct DomainRequest: Equatable, Sendable {
    /// Which way the request went.
    public enum Way: String, Sendable, CaseIterable {
        /// A user of this installation asks its operator.
        case inside
        /// This installation asks the operator of another one, whose mail server it uses.
        case outgoing
        /// Another installation asks this one.
        case incoming
    }

    /// How far it is.
    public enum State: String, Sendable, CaseIterable {
        /// Nobody has answered.
        case open
        /// The domain may be used.
        case approved
        /// It may not; the reason is kept.
        case refused
    }

    /// Its name.
    public let id: DomainRequestID
    /// The domain.
    public let domain: MailDomain
    /// Which way it went.
    public let way: Way
    /// Who asks, if it is an account of this installation.
    public let requester: AccountID?
    /// The requester's address.
    public let email: EmailAddress
    /// The requester's name; may be empty.
    public let name: String
    /// What was written; may be empty.
    public let words: String
    /// The address of the other installation; empty for `inside`.
    public let installation: String
    /// The public key of the other installation (Ed25519, 32 octets); pinned with its first request or answer.
    public var installationKey: Data
    /// What ties an answer to its request, 128 random bits as text; each is taken once.
    public let nonce: String
    /// When it was made.
    public let createdAt: Date
    /// How far it is.
    public var state: State
    /// When it was answered.
    public var answeredAt: Date?
    /// Which account answered.
    public var answeredBy: AccountID?
    /// The reason of a refusal.
    public var reason: String

    /// A request with all its parts.
    public init(
        id: DomainRequestID, domain: MailDomain, way: Way, requester: AccountID?, email: EmailAddress, name: String,
        words: String, installation: String = "", installationKey: Data = Data(), nonce: String, createdAt: Date,
        state: State = .open, answeredAt: Date? = nil, answeredBy: AccountID? = nil, reason: String = ""
    ) {
        self.id = id
        self.domain = domain
        self.way = way
        self.requester = requester
        self.email = email
        self.name = name
        self.words = words
        self.installation = installation
        self.installationKey = installationKey
        self.nonce = nonce
        self.createdAt = createdAt
        self.state = state
        self.answeredAt = answeredAt
        self.answeredBy = answeredBy
        self.reason = reason
    }
}
