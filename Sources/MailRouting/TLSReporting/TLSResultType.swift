/// Why a session did not come about as it should, by the names of reports (RFC 8460, 4.3).
public enum TLSResultType: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// The server does not offer STARTTLS.
    case startTLSNotSupported = "starttls-not-supported"
    /// The certificate is not for the host.
    case certificateHostMismatch = "certificate-host-mismatch"
    /// The certificate has expired.
    case certificateExpired = "certificate-expired"
    /// Nobody trusted has issued the certificate.
    case certificateNotTrusted = "certificate-not-trusted"
    /// Any other failure.
    case validationFailure = "validation-failure"
    /// The TLSA records do not fit the certificate, or cannot be used.
    case tlsaInvalid = "tlsa-invalid"
    /// No valid records by DNSSEC.
    case dnssecInvalid = "dnssec-invalid"
    /// DANE is demanded and not to be had.
    case daneRequired = "dane-required"
    /// The MTA-STS policy could not be fetched.
    case stsPolicyFetchError = "sts-policy-fetch-error"
    /// The MTA-STS policy cannot be read.
    case stsPolicyInvalid = "sts-policy-invalid"
    /// The certificate of the host with the MTA-STS policy is not valid.
    case stsWebPKIInvalid = "sts-webpki-invalid"

    /// By their names.
    public static func < (left: TLSResultType, right: TLSResultType) -> Bool { left.rawValue < right.rawValue }
}
