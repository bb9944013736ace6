extension DKIMKeyRecord {
    /// Why a text is no key record.
    public enum Problem: Error, Sendable, Hashable, Codable {
        /// It is no list of tags (RFC 6376, 3.2).
        case malformed(TagList.Problem)
        /// It begins with another version than `DKIM1`, or the version does not stand first.
        case version
        /// It has no `p=`.
        case missingKey
        /// `p=` is no base64.
        case keyIsNotBase64
        /// `p=` is base64 of something else than the kind of key that `k=` names.
        case notAKey
    }

    /// Reads the text of a record, its strings joined.
    ///
    /// A key of a kind that is not known here is a record all the same, so that it can be told apart from a broken one.
    ///
    /// - Throws: ``Problem``.
    public init(parsing text: some Collection<UInt8>) throws(Problem) {
        let tags: TagList
        do { tags = try TagList(parsing: text) } catch { throw .malformed(error) }
        // RFC 6376, 3.6.1: if it is there, it stands first and says exactly this.
        if let version = tags.tags.firstIndex(where: { $0.name == "v" }) {
            guard version == 0, tags["v"] == "DKIM1" else { throw .version }
        }
        guard let encoded = tags.tag("p") else { throw .missingKey }
        guard let publicKey = DKIMBase64.decode(encoded.value) else { throw .keyIsNotBase64 }
        self.init(
            keyTypeName: tags["k"] ?? DKIMKeyType.rsa.rawValue, publicKey: publicKey, hashes: Self.list(tags["h"]),
            services: Self.list(tags["s"]), flags: Set((Self.list(tags["t"]) ?? []).compactMap(Flag.init(rawValue:))),
            notes: tags["n"])
        // An Ed25519 key of the wrong length, or anything that is no RSA key (RFC 8463, 4.2).
        if !isRevoked, keyType != nil, key == nil { throw .notAKey }
    }

    /// The parts between colons, without blanks; what is not known among them is ignored (RFC 6376, 3.6.1).
    private static func list(_ value: String?) -> [String]? {
        value.map { value in
            value.split(separator: ":").map { part in String(part.filter { !$0.isWhitespace }) }
        }
    }
}

extension DKIMKeyRecord {
    /// In what two records differ for those who verify.
    public enum Difference: Sendable, Hashable {
        /// One is revoked, the other is not.
        case revocation
        /// They are different keys.
        case key
        /// One is for tests only.
        case testing
        /// One demands that `i=` has the very domain of `d=`.
        case strictDomain
        /// One cannot be used with SHA-256.
        case hashes
        /// One is not for mail.
        case services
    }

    /// In what this record differs from another for those who verify. The order of tags, blanks, defaults that are
    /// spelt out, notes, tags that nobody knows, and the two ways to write an RSA key make no difference.
    public func differences(from other: DKIMKeyRecord) -> Set<Difference> {
        var found: Set<Difference> = []
        if isRevoked != other.isRevoked { found.insert(.revocation) }
        if !isRevoked, !other.isRevoked, !hasSameKey(as: other) { found.insert(.key) }
        if flags.contains(.testing) != other.flags.contains(.testing) { found.insert(.testing) }
        if flags.contains(.strictDomain) != other.flags.contains(.strictDomain) { found.insert(.strictDomain) }
        if allowsSHA256 != other.allowsSHA256 { found.insert(.hashes) }
        if isForMail != other.isForMail { found.insert(.services) }
        return found
    }

    /// Whether two records carry the same key, whatever else they say.
    public func hasSameKey(as other: DKIMKeyRecord) -> Bool {
        guard keyTypeName == other.keyTypeName else { return false }
        if publicKey == other.publicKey { return true }
        guard case .rsa(let one) = key, case .rsa(let two) = other.key else { return false }
        return one.publicDER == two.publicDER
    }
}
