extension DNSRecordData: CustomStringConvertible {
    /// Reads the data of a record of a master file. Types without a form of their own come as `\# LENGTH HEX`
    /// (RFC 3597, 5).
    init(_ type: DNSRecordType, from reader: inout MasterFileReader) throws(MasterFileError) {
        switch type {
        case .a: self = .a(try reader.address(.v4))
        case .aaaa: self = .aaaa(try reader.address(.v6))
        case .mx: self = .mx(preference: try reader.number(), exchange: try reader.name())
        case .txt:
            var strings = [try reader.string()]
            while !reader.isAtEnd { strings.append(try reader.string()) }
            self = .txt(strings)
        case .cname: self = .cname(try reader.name())
        case .ns: self = .ns(try reader.name())
        case .ptr: self = .ptr(try reader.name())
        case .soa:
            self = .soa(
                DNSStartOfAuthority(
                    primary: try reader.name(), mailbox: try reader.name(), serial: try reader.number(),
                    refresh: try reader.number(), retry: try reader.number(), expire: try reader.number(),
                    minimum: try reader.number()))
        case .tlsa:
            self = .tlsa(
                usage: try reader.number(), selector: try reader.number(), matchingType: try reader.number(),
                data: try reader.hexadecimal())
        default:
            guard try reader.word() == "\\#" else { throw reader.failure("the data of \(type) must start with \\#") }
            let count: UInt16 = try reader.number()
            let octets = try reader.hexadecimal()
            guard octets.count == Int(count) else { throw reader.failure("these are not \(count) octets") }
            self = .other(type, octets)
        }
    }

    /// The data as a master file has it, with absolute names (RFC 1035, 5.1; RFC 3597, 5).
    public var description: String {
        switch self {
        case .a(let address), .aaaa(let address): address.description
        case .mx(let preference, let exchange): "\(preference) \(Self.absolute(exchange))"
        case .txt(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .cname(let name), .ns(let name), .ptr(let name): Self.absolute(name)
        case .soa(let start):
            "\(Self.absolute(start.primary)) \(Self.absolute(start.mailbox)) \(start.serial) \(start.refresh) "
                + "\(start.retry) \(start.expire) \(start.minimum)"
        case .tlsa(let usage, let selector, let matchingType, let data):
            "\(usage) \(selector) \(matchingType) \(Self.hexadecimal(data))"
        case .other(_, let octets): "\\# \(octets.count)" + (octets.isEmpty ? "" : " ") + Self.hexadecimal(octets)
        }
    }

    private static func absolute(_ name: DNSName) -> String {
        name == .root ? "." : name.masterFileText + "."
    }

    private static func quoted(_ string: [UInt8]) -> String {
        var text = "\""
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += DNSName.decimalEscape(byte)
            }
        }
        return text + "\""
    }

    private static func hexadecimal(_ octets: [UInt8]) -> String {
        octets.map { String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
    }
}
