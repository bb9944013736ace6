extension DNSRecordData {
    /// Reads the data of a record; all of the part must belong to it.
    init(_ type: DNSRecordType, from part: DNSWireReader) throws(DNSMessageError) {
        var reader = part
        do throws(DNSMessageError) {
            self = try Self.read(type, from: &reader)
        } catch .tooShort {
            throw .malformedRecord(type)
        }
        guard reader.isAtEnd else { throw .malformedRecord(type) }
    }

    private static func read(
        _ type: DNSRecordType, from reader: inout DNSWireReader
    ) throws(DNSMessageError) -> DNSRecordData {
        switch type {
        case .a: .a(try address(from: try reader.bytes(4), type))
        case .aaaa: .aaaa(try address(from: try reader.bytes(16), type))
        case .mx: .mx(preference: try reader.number(), exchange: try reader.name())
        case .txt: .txt(try strings(from: &reader))
        case .cname: .cname(try reader.name())
        case .ns: .ns(try reader.name())
        case .ptr: .ptr(try reader.name())
        case .soa:
            .soa(
                DNSStartOfAuthority(
                    primary: try reader.name(), mailbox: try reader.name(), serial: try reader.number(),
                    refresh: try reader.number(), retry: try reader.number(), expire: try reader.number(),
                    minimum: try reader.number()))
        case .tlsa:
            .tlsa(
                usage: try reader.byte(), selector: try reader.byte(), matchingType: try reader.byte(),
                data: reader.rest())
        default: .other(type, reader.rest())
        }
    }

    private static func address(from octets: [UInt8], _ type: DNSRecordType) throws(DNSMessageError) -> IPAddress {
        guard let address = IPAddress(octets: octets) else { throw .malformedRecord(type) }
        return address
    }

    /// One string or more (RFC 1035, 3.3.14).
    private static func strings(from reader: inout DNSWireReader) throws(DNSMessageError) -> [[UInt8]] {
        var strings = [try reader.string()]
        while !reader.isAtEnd { strings.append(try reader.string()) }
        return strings
    }

    /// Writes the data. Names are compressed only in the types of RFC 1035 (RFC 3597, 4).
    ///
    /// - Throws: ``DNSMessageError/malformedRecord(_:)`` if it does not fit its type: a string of more than 255
    ///   octets, an address of the other family.
    func write(to writer: inout DNSWireWriter) throws(DNSMessageError) {
        switch self {
        case .a(let address):
            guard address.family == .v4 else { throw .malformedRecord(type) }
            writer.bytes(address.octets)
        case .aaaa(let address):
            guard address.family == .v6 else { throw .malformedRecord(type) }
            writer.bytes(address.octets)
        case .mx(let preference, let exchange):
            writer.number(preference)
            writer.name(exchange)
        case .txt(let strings):
            guard !strings.isEmpty else { throw .malformedRecord(type) }
            for string in strings { try writer.string(string, of: type) }
        case .cname(let name), .ns(let name), .ptr(let name): writer.name(name)
        case .soa(let start):
            writer.name(start.primary)
            writer.name(start.mailbox)
            for number in [start.serial, start.refresh, start.retry, start.expire, start.minimum] {
                writer.number(number)
            }
        case .tlsa(let usage, let selector, let matchingType, let data):
            writer.bytes([usage, selector, matchingType] + data)
        case .other(_, let octets): writer.bytes(octets)
        }
    }
}
