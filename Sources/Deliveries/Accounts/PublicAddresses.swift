public import Foundation
public import MailMessage
public import Secrets

/// The addresses of pages as mails carry them. They begin with the public address of the settings and never with what
/// a request named as its host.
public struct PublicAddresses: Equatable, Sendable {
    /// Where people reach this server, without a path.
    public let publicURL: URL

    /// Addresses below a public address.
    public init(publicURL: URL) {
        self.publicURL = publicURL
    }

    /// The recipient's page of a delivery.
    public func link(_ token: Token) -> URL { page("l", token.text) }
    /// Where a new password is chosen.
    public func passwordReset(_ token: Token) -> URL { page("password", token.text) }
    /// Where a new password is asked for.
    public var passwordForgotten: URL { page("password") }
    /// Where an invitation is accepted.
    public func invitation(_ token: Token) -> URL { page("invitation", token.text) }
    /// Where the first administrator is made.
    public func setup(_ token: Token) -> URL { page("setup", token.text) }
    /// The list of the reader's own deliveries.
    public var deliveries: URL { page("deliveries") }
    /// The sender's page of a delivery.
    public func delivery(_ id: DeliveryID) -> URL { page("deliveries", id.description) }
    /// Where somebody confirms that an add-in may act for them.
    public func addInSignIn(_ id: SignInRequestID) -> URL {
        page("add-ins", "connect").appending(queryItems: [URLQueryItem(name: "request", value: id.description)])
    }

    /// Where the owner of an address chooses which mail to get.
    public func mailWish(_ token: MailWishToken) -> URL { page("m", token.text) }

    /// The page that tells how to check that a mail is genuine.
    public var genuine: URL { page("genuine") }
    /// The administration's start.
    public var administration: URL { page("admin") }
    /// The page of the reader's own account.
    public var account: URL { page("account") }
    /// The administration of the outbox.
    public var outbox: URL { page("admin", "outbox") }

    /// The administration of the virus scanner.
    public var scan: URL { page("admin", "scan") }

    /// The administration of the built-in mail server.
    public var mailServer: URL { page("admin", "mailserver") }

    /// The administration of a sender domain.
    public func senderDomain(_ domain: MailDomain) -> URL { page("admin", "domains", domain.ascii) }
    /// The administration of requests for sender domains.
    public func domainRequest(_ id: DomainRequestID) -> URL { page("admin", "domain-requests", id.description) }
    /// The page for the person who looks after a sender domain's records.
    public func handOver(_ token: Token) -> URL { page("dns", token.text) }
    /// Where a domain's postmaster confirms that it may be used.
    public func domainControl(_ token: Token) -> URL { page("postmaster", token.text) }
    /// Where another installation's request for a sender domain arrives.
    public var incomingDomainRequest: URL { page("domain-request") }
    /// Where the answer of another installation's operator arrives.
    public var incomingDomainAnswer: URL { page("domain-answer") }

    private func page(_ parts: String...) -> URL {
        parts.reduce(publicURL) { $0.appendingPathComponent($1, isDirectory: false) }
    }
}
