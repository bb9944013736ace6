/// Why something is no private key to sign with.
public enum DKIMKeyProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no PEM block in it.
    case noPEM
    /// There are several private keys in it.
    case severalKeys
    /// A block begins and does not end, or its content is no base64.
    case brokenPEM
    /// The key is encrypted with a passphrase.
    case encrypted
    /// It is a public key.
    case publicKey
    /// It is a certificate.
    case certificate
    /// A kind of key that DKIM does not know, such as `EC`.
    case unsupportedKind(String)
    /// The content is no key, or its halves do not belong together.
    case damaged
    /// An RSA key of fewer than 1024 bits (RFC 8301, 3.2).
    case tooShort(bits: Int)
    /// An RSA key of more than 4096 bits.
    case tooLong(bits: Int)
    /// The cryptographic library failed.
    case libraryFailed

    /// The problem in a line of English.
    public var description: String {
        switch self {
        case .noPEM: "there is no key in PEM form in it"
        case .severalKeys: "there are several private keys in it"
        case .brokenPEM: "the PEM block is incomplete or damaged"
        case .encrypted: "the key is encrypted with a passphrase"
        case .publicKey: "this is a public key; signing takes the private one"
        case .certificate: "this is a certificate; signing takes the private key"
        case .unsupportedKind(let kind): "a key of the kind \(kind) cannot be used for DKIM; RSA and Ed25519 can"
        case .damaged: "the key is damaged"
        case .tooShort(let bits): "an RSA key of \(bits) bits is too short; at least 1024 are needed"
        case .tooLong(let bits): "an RSA key of \(bits) bits is too long; at most 4096 are possible"
        case .libraryFailed: "the cryptographic library failed"
        }
    }
}
