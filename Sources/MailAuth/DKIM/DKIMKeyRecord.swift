public import DNS

/// A public key as DNS carries it: the text record at `<selector>._domainkey.<domain>` (RFC 6376, 3.6.1).
public struct DKIMKeyRecord: Sendable, Hashable {
    /// A flag of `t=`.
    public enum Flag: String, Sendable, Hashable, CaseIterable {
        /// The domain only tests DKIM.
        case testing = "y"
        /// The domain of `i=` must be that of `d=`, not one beneath it.
        case strictDomain = "s"
    }

    /// The kind of key, as it was written: `rsa` where nothing is.
    public var keyTypeName: String
    /// The key: for RSA a SubjectPublicKeyInfo, for Ed25519 32 octets; empty if it was revoked.
    public var publicKey: [UInt8]
    /// The hash algorithms that are allowed (`h=`); `nil` for all.
    public var hashes: [String]?
    /// The services that it is for (`s=`); `nil` for all.
    public var services: [String]?
    /// The flags of `t=` that are known.
    public var flags: Set<Flag>
    /// Words for people (`n=`).
    public var notes: String?

    /// A record.
    ///
    /// - Parameters:
    ///   - keyType: the kind of key.
    ///   - publicKey: for RSA a SubjectPublicKeyInfo, for Ed25519 32 octets; empty revokes the key.
    ///   - flags: the flags of `t=`.
    public init(keyType: DKIMKeyType, publicKey: [UInt8], flags: Set<Flag> = []) {
        keyTypeName = keyType.rawValue
        self.publicKey = publicKey
        self.flags = flags
    }

    init(
        keyTypeName: String, publicKey: [UInt8], hashes: [String]?, services: [String]?, flags: Set<Flag>,
        notes: String?
    ) {
        self.keyTypeName = keyTypeName
        self.publicKey = publicKey
        self.hashes = hashes
        self.services = services
        self.flags = flags
        self.notes = notes
    }

    /// The kind of key; `nil` for one that is not known here.
    public var keyType: DKIMKeyType? { DKIMKeyType(rawValue: keyTypeName) }

    /// Whether the key was revoked: its `p=` is empty (RFC 6376, 3.6.1).
    public var isRevoked: Bool { publicKey.isEmpty }

    /// The length of the key in bits; `nil` if it was revoked, cannot be read, or is of a kind that is not known here.
    public var bits: Int? { key?.bits }

    /// Whether it may be used for mail and for SHA-256 (RFC 6376, 3.6.1: `s=` and `h=`).
    public var isForMail: Bool { services?.contains { $0 == "email" || $0 == "*" } ?? true }

    /// Whether it may be used with SHA-256 (RFC 6376, 3.6.1).
    public var allowsSHA256: Bool { hashes?.contains("sha256") ?? true }

    /// The key, if it can be read.
    var key: DKIMPublicKey? { keyType.flatMap { DKIMPublicKey($0, octets: publicKey) } }

    /// The text to publish, such as `v=DKIM1; k=rsa; p=…`.
    public var text: String {
        var tags = ["v=DKIM1", "k=\(keyTypeName)"]
        if let hashes { tags.append("h=" + hashes.joined(separator: ":")) }
        if let services { tags.append("s=" + services.joined(separator: ":")) }
        if !flags.isEmpty { tags.append("t=" + flags.map(\.rawValue).sorted().joined(separator: ":")) }
        if let notes { tags.append("n=" + notes) }
        tags.append("p=" + DKIMBase64.encode(publicKey))
        return tags.joined(separator: "; ")
    }

    /// The record as DNS data, in strings of at most 255 octets.
    public var data: DNSRecordData { .txt(text) }

    /// Where the record of a selector stands (RFC 6376, 3.6.2.1); `nil` if that is no name.
    public static func name(selector: String, domain: DNSName) -> DNSName? {
        domain.prefixed(by: "\(selector)._domainkey")
    }
}
