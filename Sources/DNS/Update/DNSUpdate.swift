/// A change to a zone that its primary server carries out as a whole or not at all (RFC 2136).
///
/// ```swift
/// var update = DNSUpdate(zone: zone)
/// update.require(.absent(name, .txt))
/// update.add(DNSRecord(name, ttl: 600, .txt("v=DKIM1; k=rsa; p=…")))
/// ```
public struct DNSUpdate: Sendable, Hashable {
    /// What must hold before anything is changed (RFC 2136, 2.4).
    public enum Prerequisite: Sendable, Hashable {
        /// There are records of the type.
        case present(DNSName, DNSRecordType)
        /// There are no records of the type.
        case absent(DNSName, DNSRecordType)
        /// This is one of the records of its name and type that must all be named, and there are no others.
        case equal(DNSName, DNSRecordData)
        /// The name has records of any type.
        case nameInUse(DNSName)
        /// The name has no records at all.
        case nameFree(DNSName)
    }

    /// A single change (RFC 2136, 2.5).
    public enum Change: Sendable, Hashable {
        /// Add a record to those of its name and type; nothing happens if it is there already.
        case add(DNSRecord)
        /// Remove all records of a type.
        case remove(DNSName, DNSRecordType)
        /// Remove one record.
        case removeOne(DNSName, DNSRecordData)
        /// Remove all records of a name.
        case removeAll(DNSName)
    }

    /// The zone.
    public let zone: DNSName
    /// What must hold before anything is changed.
    public private(set) var prerequisites: [Prerequisite] = []
    /// The changes, carried out in this order.
    public private(set) var changes: [Change] = []

    /// A change that changes nothing yet.
    public init(zone: DNSName) {
        self.zone = zone
    }

    /// Demands that something holds before anything is changed.
    public mutating func require(_ prerequisite: Prerequisite) { prerequisites.append(prerequisite) }

    /// Adds a record to those of its name and type.
    public mutating func add(_ record: DNSRecord) { changes.append(.add(record)) }

    /// Removes all records of a type at a name.
    public mutating func remove(_ name: DNSName, _ type: DNSRecordType) { changes.append(.remove(name, type)) }

    /// Makes any change.
    public mutating func make(_ change: Change) { changes.append(change) }

    /// The request in octets, not signed.
    ///
    /// - Parameter id: what joins the answer to it.
    /// - Throws: ``DNSMessageError`` if a record's data does not fit its type, or the whole into a message.
    public func encoded(id: UInt16) throws(DNSMessageError) -> [UInt8] {
        guard let demanded = UInt16(exactly: prerequisites.count), let changed = UInt16(exactly: changes.count) else {
            throw .tooLong
        }
        var writer = DNSWireWriter()
        writer.number(id)
        writer.number(UInt16(DNSMessage.Operation.update.code) << 11)
        for count in [1, demanded, changed, 0] as [UInt16] { writer.number(count) }
        writer.name(zone)
        writer.number(DNSRecordType.soa.rawValue)
        writer.number(WireRecord.Class.internet.rawValue)
        for prerequisite in prerequisites { try Self.write(prerequisite, to: &writer) }
        for change in changes { try Self.write(change, to: &writer) }
        guard writer.octets.count <= 0xFFFF else { throw .tooLong }
        return writer.octets
    }

    private static func write(
        _ prerequisite: Prerequisite, to writer: inout DNSWireWriter
    ) throws(DNSMessageError) {
        switch prerequisite {
        case .present(let name, let type): try WireRecord.write(name, type, class: .any, to: &writer)
        case .absent(let name, let type): try WireRecord.write(name, type, class: .none, to: &writer)
        case .equal(let name, let data):
            try WireRecord.write(name, data.type, class: .internet, data: data, to: &writer)
        case .nameInUse(let name): try WireRecord.write(name, .any, class: .any, to: &writer)
        case .nameFree(let name): try WireRecord.write(name, .any, class: .none, to: &writer)
        }
    }

    private static func write(_ change: Change, to writer: inout DNSWireWriter) throws(DNSMessageError) {
        switch change {
        case .add(let record):
            try WireRecord.write(
                record.name, record.type, class: .internet, ttl: record.ttl, data: record.data, to: &writer)
        case .remove(let name, let type): try WireRecord.write(name, type, class: .any, to: &writer)
        case .removeOne(let name, let data):
            try WireRecord.write(name, data.type, class: .none, data: data, to: &writer)
        case .removeAll(let name): try WireRecord.write(name, .any, class: .any, to: &writer)
        }
    }
}
