/// How a host may be used for a mail.
public struct HostSecurity: Sendable, Hashable {
    /// Who demands it.
    public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody.
        case none
        /// The host's TLSA records.
        case dane
        /// The domain's MTA-STS policy.
        case mtaSTS = "mta-sts"
        /// The administrator.
        case administrator
        /// The sender of the mail, by REQUIRETLS.
        case sender
    }

    /// What the connection must achieve.
    public var transport: TransportSecurity
    /// Who demands it.
    public var basis: Basis
    /// Whether the host must offer REQUIRETLS, and the mail is sent with it (RFC 8689, 4.2.1).
    public var requiresREQUIRETLS: Bool
    /// A policy of mode `testing` that would demand more: whether the host fits is reported and changes nothing
    /// (RFC 8461, 5).
    public var tested: STSPolicy?

    /// How a host may be used.
    public init(
        _ transport: TransportSecurity, basis: Basis, requiresREQUIRETLS: Bool = false, tested: STSPolicy? = nil
    ) {
        self.transport = transport
        self.basis = basis
        self.requiresREQUIRETLS = requiresREQUIRETLS
        self.tested = tested
    }
}
