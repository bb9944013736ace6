public import Foundation
public import MailMessage
public import SenderDomains

/// Keeps sender domains with their keys, their history, hand-over links and requests.
public protocol SenderDomainStore {
    /// Adds a domain with its keys; `DeliveriesError` `.conflict` if it is there already.
    func insert(_ domain: SenderDomain) throws
    /// Stores all that can change of a domain and its keys; keys that are no longer among them are removed.
    func update(_ domain: SenderDomain) throws
    /// The domain.
    func domain(_ domain: MailDomain) throws -> SenderDomain?
    /// The keys of a domain, in their order; none if it is not there.
    func keys(of domain: MailDomain) throws -> [DomainKey]
    /// All domains by name.
    func domains() throws -> [SenderDomain]
    /// Domains whose check is due, the longest waiting first.
    func domainsToCheck(now: Date, limit: Int) throws -> [MailDomain]
    /// When the next check falls due.
    func nextCheck() throws -> Date?
    /// What the sender decision needs to know of all domains.
    func standings() throws -> [MailDomain: DomainStanding]
    /// Removes a domain with its keys and hand-over links; history and requests stay.
    func remove(_ domain: MailDomain) throws

    /// Appends to the history.
    func insert(_ entry: DomainHistoryEntry) throws
    /// The history of a domain, newest first.
    func history(of domain: MailDomain, offset: Int, limit: Int) throws -> [DomainHistoryEntry]

    /// Adds a hand-over link.
    func insert(_ handOver: HandOver) throws
    /// Stores its end.
    func update(_ handOver: HandOver) throws
    /// The link with that hash.
    func handOver(tokenHash: String) throws -> HandOver?
    /// The links of a domain, newest first.
    func handOvers(of domain: MailDomain) throws -> [HandOver]

    /// Adds a request; `DeliveriesError` `.conflict` if one with its nonce is there.
    func insert(_ request: DomainRequest) throws
    /// Stores all that can change of a request.
    func update(_ request: DomainRequest) throws
    /// The request of that name.
    func request(_ id: DomainRequestID) throws -> DomainRequest?
    /// The request with that nonce.
    func request(nonce: String) throws -> DomainRequest?
    /// Requests, newest first; of one state, or of all.
    func requests(state: DomainRequest.State?, offset: Int, limit: Int) throws -> [DomainRequest]
    /// How many match.
    func requestCount(state: DomainRequest.State?) throws -> Int
    /// The requests for a domain, newest first.
    func requests(for domain: MailDomain) throws -> [DomainRequest]
    /// The key that another installation showed first; `nil` if it is unknown.
    func pinnedKey(of installation: String) throws -> Data?
}
