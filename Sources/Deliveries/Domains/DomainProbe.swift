public import DNS
public import MailMessage
public import SenderDomains

/// Looks at DNS for the use cases around sender domains. Never fails: trouble is part of what it reports.
public protocol DomainProbe: Sendable {
    /// Checks a domain at its own name servers and at the resolver, within a few seconds.
    ///
    /// - Parameters:
    ///   - domain: the domain.
    ///   - setup: what of the installation matters.
    ///   - resolver: the one server to ask instead, as a plain stub.
    func report(on domain: SenderDomain, setup: DomainSetup, resolver: NetworkEndpoint?) async -> DomainReport

    /// Looks at a domain before anything is changed, within a few seconds.
    ///
    /// - Parameters:
    ///   - domain: the domain.
    ///   - setup: what of the installation matters.
    func look(at domain: MailDomain, setup: DomainSetup) async -> DomainLook

    /// Whether anybody can register a domain beneath one.
    func isPublicSuffix(_ domain: MailDomain) -> Bool
}

/// Changes the operator's zone by dynamic updates (RFC 2136).
public protocol ZoneUpdater: Sendable {
    /// Puts one text record in the place of all that stand at a name, or takes them away.
    ///
    /// - Parameters:
    ///   - name: the name, within the zone.
    ///   - text: the text; `nil`: the records are taken away.
    ///   - ttl: its TTL in seconds.
    ///   - access: where and with which key.
    /// - Throws: ``ZoneUpdateFailure``.
    func replaceText(at name: DNSName, with text: String?, ttl: UInt32, by access: ZoneAccess) async throws
}

/// How the operator's zone is changed.
public struct ZoneAccess: Sendable, Equatable {
    /// The zone.
    public let zone: DNSName
    /// Its primary server.
    public let server: NetworkEndpoint
    /// The name of the key that signs updates (RFC 8945).
    public let keyName: DNSName
    /// The key.
    public let secret: [UInt8]
    /// `hmac-sha256` or `hmac-sha512`.
    public let algorithm: String

    /// A way in.
    public init(zone: DNSName, server: NetworkEndpoint, keyName: DNSName, secret: [UInt8], algorithm: String) {
        self.zone = zone
        self.server = server
        self.keyName = keyName
        self.secret = secret
        self.algorithm = algorithm
    }
}

/// Why the operator's zone was not changed.
public struct ZoneUpdateFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A sentence that administrators read.
    public let description: String

    /// A failure.
    public init(_ description: String) { self.description = description }
}
