/// Takes octets of a message one piece after the other. All lengths are checked; nothing in here can trap on hostile
/// input, and no name can make it read more than 255 octets of labels.
package struct DNSWireReader {
    /// The whole message: names point into it (RFC 1035, 4.1.4).
    package let octets: [UInt8]
    package private(set) var position = 0
    /// Where reading ends: of the message, or of one record's data.
    private var end: Int

    package init(_ octets: [UInt8]) {
        self.octets = octets
        end = octets.count
    }

    package var isAtEnd: Bool { position == end }

    /// The reader of the next so many octets, which are skipped.
    package mutating func part(_ count: Int) throws(DNSMessageError) -> DNSWireReader {
        guard end - position >= count else { throw .tooShort }
        var part = self
        part.end = position + count
        position += count
        return part
    }

    package mutating func bytes(_ count: Int) throws(DNSMessageError) -> [UInt8] {
        guard end - position >= count else { throw .tooShort }
        defer { position += count }
        return Array(octets[position..<position + count])
    }

    /// All octets that are left.
    package mutating func rest() -> [UInt8] {
        defer { position = end }
        return Array(octets[position..<end])
    }

    package mutating func byte() throws(DNSMessageError) -> UInt8 {
        guard position < end else { throw .tooShort }
        defer { position += 1 }
        return octets[position]
    }

    package mutating func number<Number: FixedWidthInteger & UnsignedInteger>() throws(DNSMessageError) -> Number {
        var number: Number = 0
        for _ in 0..<MemoryLayout<Number>.size { number = number << 8 | Number(try byte()) }
        return number
    }

    /// A character string (RFC 1035, 3.3).
    package mutating func string() throws(DNSMessageError) -> [UInt8] { try bytes(Int(try byte())) }

    /// A name, compressed or not (RFC 1035, 4.1.4).
    ///
    /// - Parameter isCompressible: whether a pointer may stand in it (RFC 3597, 4).
    package mutating func name(isCompressible: Bool = true) throws(DNSMessageError) -> DNSName {
        var labels: [[UInt8]] = []
        var length = 1
        var cursor = position
        // Where the octets end in which the name may lie: of this part, then of the whole message.
        var limit = end
        // A pointer must lead back to before the piece that it ends, so that a circle is impossible.
        var start = position
        var hasJumped = false
        while true {
            guard cursor < limit else { throw hasJumped ? .malformedName : .tooShort }
            let first = octets[cursor]
            switch first >> 6 {
            case 0:
                let count = Int(first)
                guard limit - cursor > count else { throw hasJumped ? .malformedName : .tooShort }
                if !hasJumped { position = cursor + 1 + count }
                if count == 0 {
                    guard let name = DNSName(labels: labels) else { throw .malformedName }
                    return name
                }
                length += count + 1
                guard length <= 255 else { throw .malformedName }
                labels.append(Array(octets[cursor + 1...cursor + count]))
                cursor += 1 + count
            case 3:
                guard isCompressible else { throw .malformedName }
                guard limit - cursor > 1 else { throw hasJumped ? .malformedName : .tooShort }
                if !hasJumped { position = cursor + 2 }
                let target = Int(first & 0x3F) << 8 | Int(octets[cursor + 1])
                guard target < start else { throw .malformedName }
                cursor = target
                limit = start
                start = target
                hasJumped = true
            default: throw .malformedName
            }
        }
    }
}
