/// How a signature is made (RFC 6376, 3.3; RFC 8463, 3).
///
/// `rsa-sha1` is none of them: it must neither sign nor verify (RFC 8301, 3.1).
public enum DKIMAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSA with PKCS #1 v1.5 over SHA-256.
    case rsaSHA256 = "rsa-sha256"
    /// Ed25519 over the SHA-256 hash.
    case ed25519SHA256 = "ed25519-sha256"

    /// The kind of key that it takes.
    public var keyType: DKIMKeyType {
        switch self {
        case .rsaSHA256: .rsa
        case .ed25519SHA256: .ed25519
        }
    }
}

/// The kind of a key: the tag `k=` of its record (RFC 6376, 3.6.1; RFC 8463, 4).
public enum DKIMKeyType: String, Sendable, Hashable, CaseIterable {
    /// RSA.
    case rsa
    /// Ed25519.
    case ed25519
}
