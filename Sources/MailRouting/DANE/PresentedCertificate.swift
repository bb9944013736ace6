/// A certificate that a server presented, as far as DANE looks at it.
public struct PresentedCertificate: Sendable, Hashable {
    /// All of it, DER.
    public var certificate: [UInt8]
    /// Its SubjectPublicKeyInfo, DER (RFC 5280, 4.1).
    public var publicKey: [UInt8]

    /// A certificate.
    public init(certificate: [UInt8], publicKey: [UInt8]) {
        self.certificate = certificate
        self.publicKey = publicKey
    }
}
