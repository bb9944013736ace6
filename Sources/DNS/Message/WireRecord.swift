/// A record of any class as it stands in a message (RFC 1035, 4.1.3).
package struct WireRecord {
    /// Where in the message it begins.
    package var start: Int
    package var name: DNSName
    package var type: DNSRecordType
    package var recordClass: UInt16
    package var ttl: UInt32
    /// Reads its data.
    package var data: DNSWireReader

    package init(from reader: inout DNSWireReader) throws(DNSMessageError) {
        start = reader.position
        name = try reader.name()
        type = DNSRecordType(rawValue: try reader.number())
        recordClass = try reader.number()
        ttl = try reader.number()
        data = try reader.part(Int(try reader.number() as UInt16))
    }

    /// The record if it is one of class IN that carries data of a name; `nil` for other classes and for OPT.
    func internetRecord() throws(DNSMessageError) -> DNSRecord? {
        guard recordClass == Class.internet.rawValue, type != .opt else { return nil }
        // A time to live with its highest bit set counts as zero (RFC 2181, 8).
        return DNSRecord(name, ttl: ttl > UInt32(Int32.max) ? 0 : ttl, try DNSRecordData(type, from: data))
    }
}

extension DNSRecordType {
    /// The pseudo-record of the extension mechanism (RFC 6891).
    package static let opt = DNSRecordType(rawValue: 41)
    /// The signature of a transaction (RFC 8945).
    package static let tsig = DNSRecordType(rawValue: 250)
}
