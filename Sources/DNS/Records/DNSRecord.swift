/// A resource record of class IN (RFC 1035, 3.2).
public struct DNSRecord: Sendable, Hashable {
    /// Whose record it is.
    public var name: DNSName
    /// For how many seconds it may be kept.
    public var ttl: UInt32
    /// What it says.
    public var data: DNSRecordData

    /// A record.
    ///
    /// - Parameters:
    ///   - name: whose record it is.
    ///   - ttl: for how many seconds it may be kept.
    ///   - data: what it says.
    public init(_ name: DNSName, ttl: UInt32, _ data: DNSRecordData) {
        self.name = name
        self.ttl = ttl
        self.data = data
    }

    /// Its type.
    public var type: DNSRecordType { data.type }
}
