extension WireRecord {
    /// The classes of records in a message (RFC 1035, 3.2.4; RFC 2136, 2.4 and 2.5).
    package enum Class: UInt16 {
        /// A record of the internet.
        case internet = 1
        /// In an update: there must be none, or take this one away.
        case none = 254
        /// In an update: whatever the records are.
        case any = 255
    }

    /// Writes a record of any class; without data its length is zero.
    package static func write(
        _ name: DNSName, _ type: DNSRecordType, class recordClass: Class, ttl: UInt32 = 0, data: DNSRecordData? = nil,
        to writer: inout DNSWireWriter
    ) throws(DNSMessageError) {
        writer.name(name)
        writer.number(type.rawValue)
        writer.number(recordClass.rawValue)
        writer.number(ttl)
        try writer.counted { writer throws(DNSMessageError) in try data?.write(to: &writer) }
    }
}

extension DNSRecordType {
    /// All types at once; only in requests (RFC 1035, 3.2.3).
    package static let any = DNSRecordType(rawValue: 255)
}
