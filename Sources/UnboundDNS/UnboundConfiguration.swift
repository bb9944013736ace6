public import DNS

/// How the validating resolver works.
public struct UnboundConfiguration: Sendable, Hashable {
    /// Whom it asks.
    public enum Upstream: Sendable, Hashable {
        /// The servers of the zones themselves, from the root on.
        case authoritative
        /// The resolvers that the operating system is set to (`/etc/resolv.conf`). They must hand on signatures.
        case system
        /// These resolvers. They must hand on signatures.
        case servers([DNSServer])
    }

    /// A file in the format of `unbound.conf`. Where it is given it says which trust anchors there are; without it
    /// they are those of the root zone (RFC 7958).
    public var file: String?
    /// Whom it asks, unless the file says otherwise for a zone.
    public var upstream: Upstream
    /// For how long a question may take in all.
    public var timeout: Duration
    /// How many questions may be under way at once; the next one fails as busy.
    public var limit: Int

    /// A configuration.
    public init(
        file: String? = nil, upstream: Upstream = .authoritative, timeout: Duration = .seconds(10), limit: Int = 256
    ) {
        self.file = file
        self.upstream = upstream
        self.timeout = timeout
        self.limit = limit
    }

    /// The digests of the root zone's keys of 2017 and 2024, as IANA publishes them.
    static let rootAnchors = [
        ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
        ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
    ]
}
