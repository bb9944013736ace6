/// Puts the pieces of a message into octets.
package struct DNSWireWriter {
    package private(set) var octets: [UInt8] = []
    /// Where names stand that later ones can point to.
    private var places: [DNSName: Int] = [:]

    package init() {}

    package mutating func byte(_ byte: UInt8) { octets.append(byte) }

    package mutating func bytes(_ bytes: [UInt8]) { octets += bytes }

    package mutating func number(_ number: some FixedWidthInteger & UnsignedInteger) {
        withUnsafeBytes(of: number.bigEndian) { octets += $0 }
    }

    package mutating func string(_ string: [UInt8], of type: DNSRecordType) throws(DNSMessageError) {
        guard let count = UInt8(exactly: string.count) else { throw .malformedRecord(type) }
        byte(count)
        bytes(string)
    }

    /// A name that points to where its end stands already (RFC 1035, 4.1.4).
    package mutating func name(_ name: DNSName) {
        var rest = name
        while let parent = rest.parent {
            if let place = places[rest] {
                number(UInt16(0xC000) | UInt16(place))
                return
            }
            if octets.count < 0x4000 { places[rest] = octets.count }
            label(rest.labels[0])
            rest = parent
        }
        byte(0)
    }

    /// A name in full, as digests and newer types demand it (RFC 3597, 4).
    package mutating func fullName(_ name: DNSName) {
        for label in name.labels { self.label(label) }
        byte(0)
    }

    /// Two octets of length, and then what is written meanwhile.
    package mutating func counted(_ write: (inout DNSWireWriter) throws(DNSMessageError) -> Void)
        throws(DNSMessageError)
    {
        let place = octets.count
        number(UInt16(0))
        try write(&self)
        guard let count = UInt16(exactly: octets.count - place - 2) else { throw .tooLong }
        octets[place] = UInt8(count >> 8)
        octets[place + 1] = UInt8(count & 0xFF)
    }

    private mutating func label(_ label: [UInt8]) {
        byte(UInt8(label.count))
        bytes(label)
    }
}
