public import DNS

/// The record that says that a domain has an MTA-STS policy, and which one (RFC 8461, 3.1).
public struct STSRecord: Sendable, Hashable {
    /// Changes with the policy: 1…32 letters and digits.
    public let id: String

    /// A record with an id.
    ///
    /// - Returns: `nil` unless the id has 1…32 ASCII letters and digits.
    public init?(id: String) {
        guard (1...32).contains(id.utf8.count), id.utf8.allSatisfy(\.isLetterOrDigit) else { return nil }
        self.id = id
    }

    /// Reads one text; `nil` if it is no valid record.
    public init?(parsing text: [UInt8]) {
        guard let fields = PolicyFields(text), fields.version == "STSv1", let id = fields["id"] else { return nil }
        self.init(id: id)
    }

    /// The name at which a domain's record stands; `nil` if it would be too long.
    public static func owner(for domain: DNSName) -> DNSName? { domain.prefixed(by: "_mta-sts") }

    /// The record among all texts of a name. Texts that do not begin with the version are passed over; of several that
    /// do, none counts (RFC 8461, 3.1).
    public static func find(in texts: [[UInt8]]) -> STSRecord? {
        let candidates = texts.filter { PolicyFields.hasVersion($0, "STSv1") }
        return candidates.count == 1 ? STSRecord(parsing: candidates[0]) : nil
    }
}
