public import DNS

/// What the TLSA records of a host demand.
public enum TLSAFinding: Sendable, Hashable {
    /// DANE does not apply: DNSSEC does not prove which host this is, or that it has such records.
    case notApplicable
    /// It is proven that there are none.
    case none
    /// The certificate must match, or nothing is sent (RFC 7672, 2.2).
    case records(TLSARecordSet, baseName: DNSName)
    /// There are records and none of them can be used: TLS is required, and authenticates nobody (RFC 7672, 2.2).
    case unusable(TLSARecordSet, baseName: DNSName)
    /// They could not be asked for. That is never "there are none": the host is not used for now (RFC 7672, 2.1).
    case temporary(DNSFailure)
}
