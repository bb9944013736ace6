/// The records of a text in the form of a zone file (RFC 1035, 5.1).
///
/// ```
/// $ORIGIN kunde.example.
/// @     600 IN MX  10 mail
/// mail      A   192.0.2.25
/// @         TXT "v=spf1 mx -all"
/// ```
///
/// Time to live and class may be left out and come in either order. The only class is IN. `$INCLUDE` is refused: a
/// text of somebody else's must not open files.
public struct MasterFile: Sendable, Hashable {
    /// The records in the order of the text.
    public var records: [DNSRecord]

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: the entries.
    ///   - origin: what names without a final dot lie beneath, until the text sets another.
    ///   - ttl: the time to live of records without one, seconds, until the text sets another (RFC 2308, 4).
    public init(
        parsing text: String, origin: DNSName = .root, ttl defaultTTL: UInt32 = 600
    ) throws(MasterFileError) {
        records = []
        var origin = origin
        var defaultTTL = defaultTTL
        var owner: DNSName?
        for entry in try MasterFileEntry.entries(of: text) {
            var reader = MasterFileReader(entry: entry, origin: origin)
            if !entry.startsBlank, let directive = entry.words.first?.text, directive.hasPrefix("$") {
                reader.skip()
                switch directive.uppercased() {
                case "$ORIGIN": origin = try reader.name()
                case "$TTL": defaultTTL = try reader.number()
                default: throw reader.failure("\(directive) is not understood")
                }
                try reader.end()
                continue
            }
            if !entry.startsBlank { owner = try reader.name() }
            guard let owner else { throw reader.failure("there is no name before this entry") }
            let (ttl, type) = try reader.ttlAndType()
            let data = try DNSRecordData(type, from: &reader)
            try reader.end()
            records.append(DNSRecord(owner, ttl: ttl ?? defaultTTL, data))
        }
    }
}
