import Crypto

/// A public key that verifies.
enum DKIMPublicKey: Sendable {
    case rsa(OpenSSLKey)
    case ed25519(Curve25519.Signing.PublicKey)

    /// The longest RSA key that is used: longer ones only cost time (RFC 8301, 3.2, asks for up to 4096 bits).
    static let maximumRSABits = 8_192

    /// The key that a record carries: for RSA a SubjectPublicKeyInfo, for Ed25519 the 32 octets (RFC 8463, 4.2);
    /// `nil` if it is none.
    init?(_ type: DKIMKeyType, octets: [UInt8]) {
        switch type {
        case .rsa:
            guard let key = OpenSSLKey(publicRSA: octets), key.bits <= Self.maximumRSABits else { return nil }
            self = .rsa(key)
        case .ed25519:
            guard octets.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: octets) else {
                return nil
            }
            self = .ed25519(key)
        }
    }

    /// The length of the key.
    var bits: Int {
        switch self {
        case .rsa(let key): key.bits
        case .ed25519: 256
        }
    }

    /// Whether this is the key's signature of a SHA-256 hash.
    func verifies(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        switch self {
        case .rsa(let key): key.verifies(signature, digest: digest)
        // RFC 8463, 3: what is signed is the hash.
        case .ed25519(let key): key.isValidSignature(signature, for: digest)
        }
    }
}
