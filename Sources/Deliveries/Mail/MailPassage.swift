/// How a mail travelled to the mail host of its recipient.
public struct MailPassage: Codable, Equatable, Sendable {
    /// What proved that the host was the right one.
    public enum Proof: String, Codable, Sendable, CaseIterable {
        /// Nothing; also where there was no TLS.
        case none
        /// The certificate, by records that DNSSEC signs (RFC 7672).
        case dane
        /// The certificate, as the domain's MTA-STS policy demands (RFC 8461).
        case mtaSTS = "mta-sts"
        /// The certificate, as the administrator or the sender demands.
        case certificate
    }

    /// The name of the host, or its address.
    public var host: String
    /// The version of TLS, such as `TLS 1.3`; `nil` if the mail went in the clear.
    public var tlsVersion: String?
    /// What proved that the host was the right one.
    public var proof: Proof

    /// A passage.
    public init(host: String, tlsVersion: String?, proof: Proof) {
        self.host = host
        self.tlsVersion = tlsVersion
        self.proof = proof
    }
}
