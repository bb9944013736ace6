internal import Crypto
public import FoundationEssentials

/// The public half of a signing key.
public struct PublicSigningKey: Sendable, Hashable {
    /// The key as RFC 8032 writes it: 32 octets.
    public let bytes: [UInt8]

    /// Takes a key; nil for what is none.
    public init?(bytes: some Collection<UInt8>) {
        guard (try? Curve25519.Signing.PublicKey(rawRepresentation: Data(bytes))) != nil else { return nil }
        self.bytes = Array(bytes)
    }

    /// Names the key: the first sixteen hexadecimal digits of its SHA-256.
    public var id: String { Hex.encode(SHA256.hash(data: bytes).prefix(8)) }

    /// Whether a signature is this key's over exactly these octets (Ed25519, RFC 8032).
    public func isValid(signature: some DataProtocol, of message: some DataProtocol) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(bytes)) else { return false }
        return key.isValidSignature(Data(signature), for: Data(message))
    }
}

extension KeyRing {
    /// Signs with the newest key of a purpose (Ed25519, RFC 8032). The key is derived and stored nowhere; a purpose that
    /// signs is used for nothing else.
    ///
    /// - Parameters:
    ///   - message: any octets.
    ///   - purpose: what the signature is for.
    /// - Returns: 64 octets, and the key that checks them.
    /// - Throws: ``KeyRingError/tampered`` if the cryptographic library refuses, which it does for no input.
    public func sign(
        _ message: some DataProtocol, purpose: KeyPurpose
    ) throws(KeyRingError) -> (signature: Data, key: PublicSigningKey) {
        guard let newest = keys.last else { throw .tampered }
        do {
            let key = try Self.signingKey(newest, purpose)
            guard let shown = PublicSigningKey(bytes: key.publicKey.rawRepresentation) else {
                throw KeyRingError.tampered
            }
            return (try key.signature(for: Data(message)), shown)
        } catch {
            throw .tampered
        }
    }

    /// The keys that check signatures of a purpose, the newest first.
    public func publicKeys(purpose: KeyPurpose) -> [PublicSigningKey] {
        keys.reversed().compactMap { master in
            (try? Self.signingKey(master, purpose)).flatMap { PublicSigningKey(bytes: $0.publicKey.rawRepresentation) }
        }
    }

    private static func signingKey(
        _ master: MasterKey, _ purpose: KeyPurpose
    ) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(
            rawRepresentation: master.derived(for: purpose).withUnsafeBytes { Data($0) })
    }
}
