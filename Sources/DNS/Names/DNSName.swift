/// The name of a node in the domain name system: labels of octets, without regard to the case of ASCII letters
/// (RFC 1035, 2.3.3; RFC 4343).
///
/// Any octet may stand in a label, so that names that no host may have can be asked for: `_dmarc`, `depesche1`, or
/// what a macro of SPF made. Internationalised names come in as A-labels.
public struct DNSName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as on the wire (RFC 1035, 3.1), but without the empty label of the root: each label has its length in
    /// front. One piece of memory for the whole name; a length is at most 63, so it is no letter for those who compare.
    private let wire: [UInt8]

    /// The root of the tree.
    public static let root = DNSName(unchecked: [])

    /// A name from its labels.
    ///
    /// - Returns: `nil` if a label is empty or longer than 63 octets, or the whole is longer than 255 octets on the
    ///   wire (RFC 1035, 2.3.4).
    public init?(labels: [[UInt8]]) {
        guard labels.allSatisfy({ (1...63).contains($0.count) }) else { return nil }
        let length = labels.reduce(0) { $0 + $1.count + 1 }
        guard length < 255 else { return nil }
        var wire: [UInt8] = []
        wire.reserveCapacity(length)
        for label in labels {
            wire.append(UInt8(truncatingIfNeeded: label.count))
            wire += label
        }
        self.wire = wire
    }

    /// A name from octets in which each dot separates two labels: there are no escapes. One dot may stand at the end.
    ///
    /// - Returns: `nil` if there is no label, or an empty or too long one, or the whole is too long.
    public init?(dotted text: [UInt8]) {
        let count = text.last == UInt8(ascii: ".") ? text.count - 1 : text.count
        guard count > 0, count < 254 else { return nil }
        var wire = [UInt8](repeating: 0, count: count + 1)
        var start = 0
        for index in 0...count {
            if index == count || text[index] == UInt8(ascii: ".") {
                guard (1...63).contains(index - start) else { return nil }
                wire[start] = UInt8(truncatingIfNeeded: index - start)
                start = index + 1
            } else {
                wire[index + 1] = text[index]
            }
        }
        self.wire = wire
    }

    /// The labels, the one next to the root last; empty for the root. Each has 1…63 octets, as it was written.
    public var labels: [[UInt8]] {
        var labels: [[UInt8]] = []
        var start = 0
        while start < wire.count {
            let end = start + 1 + Int(wire[start])
            labels.append(Array(wire[(start + 1)..<end]))
            start = end
        }
        return labels
    }

    /// How many labels there are; none for the root.
    public var labelCount: Int {
        var count = 0
        var start = 0
        while start < wire.count {
            start += 1 + Int(wire[start])
            count += 1
        }
        return count
    }

    /// Reads the presentation form with or without a final dot; `\.` and `\065` stand for octets (RFC 1035, 5.1).
    ///
    /// - Returns: `nil` if the text is empty, has an empty or too long label, or is too long.
    public init?(_ text: String) {
        if text == "." {
            self = .root
            return
        }
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "."):
                labels.append(label)
                label = []
            case UInt8(ascii: "\\"):
                guard let (octet, length) = Self.escaped(bytes[index...]) else { return nil }
                label.append(octet)
                index += length
            default:
                label.append(byte)
            }
        }
        // A dot at the end closes the last label; without one the label is still open.
        if !label.isEmpty || bytes.last != UInt8(ascii: ".") { labels.append(label) }
        self.init(labels: labels)
    }

    private init(unchecked wire: [UInt8]) {
        self.wire = wire
    }

    /// The presentation form without the final dot, as it was written; `.` for the root.
    public var description: String {
        wire.isEmpty ? "." : labels.map(Self.presentation).joined(separator: ".")
    }

    /// The presentation form in lower case: equal for equal names.
    public var key: String { lowercased.description }

    /// The name with ASCII letters in lower case (RFC 4034, 6.2).
    public var lowercased: DNSName {
        DNSName(unchecked: wire.map(Self.lowercase))
    }

    /// The name without its first label; `nil` for the root.
    public var parent: DNSName? {
        wire.first.map { DNSName(unchecked: Array(wire[(1 + Int($0))...])) }
    }

    /// The last so many labels: a name at that distance from the root; the name itself if it has no more.
    public func suffix(_ count: Int) -> DNSName { DNSName(unchecked: Array(wire[start(ofLast: count)...])) }

    /// Where the last so many labels begin.
    private func start(ofLast count: Int) -> Int {
        var start = 0
        for _ in 0..<max(0, labelCount - count) { start += 1 + Int(wire[start]) }
        return start
    }

    /// The name with a label or several in front, such as `_dmarc` or `depesche1._domainkey`.
    ///
    /// - Returns: `nil` if the result is no name: too long, or the prefix is none.
    public func prefixed(by prefix: String) -> DNSName? {
        DNSName(prefix).flatMap { DNSName(labels: $0.labels + labels) }
    }

    /// Whether this name is the other or lies beneath it.
    public func isSubdomain(of other: DNSName) -> Bool {
        Self.areEqual(wire[start(ofLast: other.labelCount)...], other.wire[...])
    }

    /// Compares without regard to the case of ASCII letters (RFC 4343, 3).
    public static func == (left: DNSName, right: DNSName) -> Bool { areEqual(left.wire[...], right.wire[...]) }

    private static func areEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for (one, other) in zip(left, right) where one != other {
            guard lowercase(one) == lowercase(other) else { return false }
        }
        return true
    }

    /// Hashes without regard to the case of ASCII letters.
    public func hash(into hasher: inout Hasher) {
        // All octets at once: one by one they would cost many times as much.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: wire.count) { buffer in
            for index in wire.indices { buffer[index] = Self.lowercase(wire[index]) }
            hasher.combine(bytes: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The canonical order: by labels from the root on (RFC 4034, 6.1).
    public static func < (left: DNSName, right: DNSName) -> Bool {
        left.labels.reversed().lexicographicallyPrecedes(right.labels.reversed()) { one, other in
            one.lazy.map(lowercase).lexicographicallyPrecedes(other.lazy.map(lowercase))
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// The name with whatever has a meaning in a master file escaped, without the final dot (RFC 1035, 5.1).
    var masterFileText: String {
        labels.map { Self.presentation($0, escaping: #".\";()@$"#) }.joined(separator: ".")
    }

    private static func presentation(_ label: [UInt8]) -> String { presentation(label, escaping: #".\"#) }

    private static func presentation(_ label: [UInt8], escaping special: String) -> String {
        var text = ""
        for byte in label {
            if special.utf8.contains(byte) { text += "\\" }
            if (0x21...0x7E).contains(byte) {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                text += decimalEscape(byte)
            }
        }
        return text
    }

    /// An octet as a backslash and three digits.
    static func decimalEscape(_ byte: UInt8) -> String { "\\" + String(1_000 + Int(byte)).dropFirst() }

    /// The octet that an escape stands for, and how many octets of text it takes after the backslash.
    static func escaped(_ rest: ArraySlice<UInt8>) -> (octet: UInt8, length: Int)? {
        guard let first = rest.first else { return nil }
        guard (0x30...0x39).contains(first) else { return (first, 1) }
        let digits = rest.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return UInt8(exactly: value).map { ($0, 3) }
    }
}
