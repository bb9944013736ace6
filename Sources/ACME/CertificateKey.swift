import Crypto
import SwiftASN1
import X509

/// The key of a certificate: ECDSA with P-256.
public struct CertificateKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// A new key.
    public init() { key = P256.Signing.PrivateKey() }

    /// The private key, to be kept secret.
    public var pem: String { key.pemRepresentation }

    /// Asks for a certificate of these names (RFC 2986), in DER.
    func request(names: [String]) throws -> [UInt8] {
        let extensions = try Certificate.Extensions {
            SubjectAlternativeNames(names.map { .dnsName($0) })
        }
        let request = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName(), privateKey: Certificate.PrivateKey(key),
            attributes: CertificateSigningRequest.Attributes([.init(ExtensionRequest(extensions: extensions))]))
        var serializer = DER.Serializer()
        try serializer.serialize(request)
        return serializer.serializedBytes
    }

    /// Whether a certificate is for this key.
    func belongs(to certificate: Certificate) -> Bool {
        certificate.publicKey == Certificate.PublicKey(key.publicKey)
    }
}
