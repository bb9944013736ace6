import Crypto

/// A private key that signs: RSA or Ed25519.
///
/// Its description never shows the key.
public struct DKIMPrivateKey: Sendable, CustomStringConvertible, CustomReflectable {
    enum Material: Sendable {
        case rsa(OpenSSLKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    let material: Material

    init(_ material: Material) {
        self.material = material
    }

    /// The length of RSA keys that are made, bits (RFC 8301, 3.2: at least 2048; longer ones do not fit everywhere).
    public static let generatedRSABits = 2_048
    /// The lengths of RSA keys that can be imported, bits.
    public static let importableRSABits = 1_024...4_096

    /// Makes a key from the library's own randomness. RSA takes a good part of a second of computing.
    ///
    /// - Throws: ``DKIMKeyProblem/libraryFailed``.
    public static func generate(_ algorithm: DKIMAlgorithm) throws(DKIMKeyProblem) -> DKIMPrivateKey {
        switch algorithm {
        case .rsaSHA256:
            guard let key = OpenSSLKey(generatingRSA: generatedRSABits) else { throw .libraryFailed }
            return DKIMPrivateKey(.rsa(key))
        case .ed25519SHA256: return DKIMPrivateKey(.ed25519(Curve25519.Signing.PrivateKey()))
        }
    }

    /// An Ed25519 key from its 32 octets (RFC 8032, 5.1.5).
    ///
    /// - Throws: ``DKIMKeyProblem/damaged``.
    public init(ed25519 octets: some Collection<UInt8>) throws(DKIMKeyProblem) {
        guard octets.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(octets)) else {
            throw .damaged
        }
        self.init(.ed25519(key))
    }

    /// How it signs.
    public var algorithm: DKIMAlgorithm {
        switch material {
        case .rsa: .rsaSHA256
        case .ed25519: .ed25519SHA256
        }
    }

    /// The length of the key, bits.
    public var bits: Int {
        switch material {
        case .rsa(let key): key.bits
        case .ed25519: 256
        }
    }

    /// The record to publish: for RSA `p=` is a SubjectPublicKeyInfo (RFC 6376, 3.6.1), for Ed25519 the 32 octets
    /// (RFC 8463, 4.2).
    public var record: DKIMKeyRecord {
        switch material {
        case .rsa(let key): DKIMKeyRecord(keyType: .rsa, publicKey: key.publicDER)
        case .ed25519(let key):
            DKIMKeyRecord(keyType: .ed25519, publicKey: Array(key.publicKey.rawRepresentation))
        }
    }

    /// Signs a SHA-256 hash.
    func sign(digest: [UInt8]) throws(DKIMKeyProblem) -> [UInt8] {
        switch material {
        case .rsa(let key):
            guard let signature = key.sign(digest: digest) else { throw .libraryFailed }
            return signature
        case .ed25519(let key):
            // RFC 8463, 3: what is signed is the hash.
            guard let signature = try? key.signature(for: digest) else { throw .libraryFailed }
            return Array(signature)
        }
    }

    /// Algorithm and length, never the key.
    public var description: String { "\(algorithm.rawValue), \(bits) bits" }

    /// Nothing of the key.
    public var customMirror: Mirror { Mirror(self, children: ["algorithm": algorithm.rawValue, "bits": bits]) }
}
