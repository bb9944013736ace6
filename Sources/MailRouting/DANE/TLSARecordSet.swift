public import DNS

/// The usable TLSA records of a host, and how many could not be used.
public struct TLSARecordSet: Sendable, Hashable {
    /// The records that are matched.
    public let records: [TLSARecord]
    /// Why others could not be used; one entry a record.
    public let problems: [TLSARecord.Problem]

    /// So many records are read; the rest is passed over.
    public static let limit = 64

    /// Sorts records out. Of records that differ only in their digest's algorithm and data the strongest algorithm
    /// alone counts; full data always does (RFC 7671, 9).
    ///
    /// - Parameter data: what the records of the answer say; those of other types are passed over.
    public init(_ data: some Sequence<DNSRecordData>) {
        var usable: [TLSARecord] = []
        var problems: [TLSARecord.Problem] = []
        var count = 0
        for case .tlsa(let usage, let selector, let matchingType, let octets) in data {
            guard count < Self.limit else { break }
            count += 1
            do {
                let record = try TLSARecord(
                    usage: usage, selector: selector, matchingType: matchingType, data: octets)
                if !usable.contains(record) { usable.append(record) }
            } catch {
                problems.append(error)
            }
        }
        records = usable.filter { record in
            record.matchingType != .sha256
                || !usable.contains {
                    $0.matchingType == .sha512 && $0.usage == record.usage && $0.selector == record.selector
                }
        }
        self.problems = problems
    }

    /// Whether there are records and none of them can be used: then TLS is required, and authenticates nobody
    /// (RFC 7672, 2.2).
    public var isUnusable: Bool { records.isEmpty && !problems.isEmpty }
}
