public import DNS

/// One host that takes a destination's mail, with what DNS said of it.
public struct MailHost: Sendable, Hashable {
    /// An address that may not be dialled, and why.
    public struct RefusedAddress: Sendable, Hashable {
        /// The address.
        public var address: IPAddress
        /// Why it may not be dialled.
        public var refusal: EgressPolicy.Refusal

        /// A refused address.
        public init(_ address: IPAddress, _ refusal: EgressPolicy.Refusal) {
            self.address = address
            self.refusal = refusal
        }
    }

    /// Its name as the MX record has it, or the domain's own; `nil` for an address literal.
    public var name: DNSName?
    /// Of its MX record; 0 where there is none. The lower one is tried first.
    public var preference: UInt16
    /// The addresses that may be dialled, in the order in which they are tried.
    public var addresses: [IPAddress]
    /// The addresses that may not be dialled.
    public var refused: [RefusedAddress]
    /// The name at the end of its aliases; the name itself where there are none.
    public var expandedName: DNSName?
    /// Whether DNSSEC proves all that was said of its addresses, aliases included (RFC 7672, 2.2.2).
    public var isSecure: Bool
    /// Why the addresses, or those of one family, could not be found out.
    public var failure: DNSFailure?

    /// A host.
    public init(
        name: DNSName?, preference: UInt16 = 0, addresses: [IPAddress] = [], refused: [RefusedAddress] = [],
        expandedName: DNSName? = nil, isSecure: Bool = false, failure: DNSFailure? = nil
    ) {
        self.name = name
        self.preference = preference
        self.addresses = addresses
        self.refused = refused
        self.expandedName = expandedName ?? name
        self.isSecure = isSecure
        self.failure = failure
    }

    /// Whether the name is an alias.
    public var isAlias: Bool { expandedName != name }
}
