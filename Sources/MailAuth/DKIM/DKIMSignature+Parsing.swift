import DNS
import Foundation
import MailMessage

extension DKIMSignature {
    /// Reads the value of a DKIM-Signature field, folded or not (RFC 6376, 3.5 and 6.1.1).
    ///
    /// Unknown tags are ignored; an unknown algorithm is not a failure here.
    ///
    /// - Parameter value: what stands behind the colon.
    /// - Throws: ``DKIMFailure``: `malformedSignature`, `missingTag`, `fromNotSigned` or `identityMismatch`.
    public init(parsing value: some Collection<UInt8>) throws(DKIMFailure) {
        let tags: TagList
        do { tags = try TagList(parsing: value) } catch { throw .malformedSignature(tag: nil) }
        for name in ["v", "a", "b", "bh", "d", "h", "s"] where tags.tag(name) == nil { throw .missingTag(name) }
        guard tags["v"] == "1" else { throw .malformedSignature(tag: "v") }
        // RFC 6376, 3.5: the only way to look up keys is the default.
        guard Self.parts(tags["q"] ?? "dns/txt").contains("dns/txt") else { throw .malformedSignature(tag: "q") }
        guard let canonicalization = DKIMCanonicalization(tags["c"] ?? "simple/simple") else {
            throw .malformedSignature(tag: "c")
        }
        guard let domain = Self.domain(tags["d"] ?? "") else { throw .malformedSignature(tag: "d") }
        guard let selector = Self.domain(tags["s"] ?? "") else { throw .malformedSignature(tag: "s") }
        let timestamp = try Self.time(tags, "t")
        let expiration = try Self.time(tags, "x")
        // RFC 6376, 3.5: x= must be greater than t=.
        if let timestamp, let expiration, expiration <= timestamp { throw .malformedSignature(tag: "x") }
        let names = Self.parts(tags["h"] ?? "").map { $0.lowercased() }
        guard !names.isEmpty, names.allSatisfy({ !$0.isEmpty }) else { throw .malformedSignature(tag: "h") }
        guard names.contains("from") else { throw .fromNotSigned }
        let identity = try Self.identity(tags["i"], of: domain)
        self.init(
            algorithmName: (tags["a"] ?? "").lowercased(), domain: domain, selector: selector,
            identityDomain: identity, canonicalization: canonicalization, signedNames: names,
            bodyHash: try Self.octets(tags, "bh"), signature: try Self.octets(tags, "b"),
            bodyLength: try Self.number(tags, "l", digits: 76), timestamp: timestamp, expiration: expiration)
    }

    /// A domain or selector: letters, digits, hyphens and underscores; internationalised names become A-labels
    /// (RFC 8616, 4).
    static func domain(_ text: String) -> DNSName? {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            let isPlain = text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
            guard isPlain, !text.hasSuffix(".") else { return nil }
            return DNSName(text)
        }
        return (try? MailDomain(parsing: text)).flatMap { DNSName($0.ascii) }
    }

    /// The domain of `i=`: what stands behind the last `@` (RFC 6376, 3.5).
    private static func identity(_ value: String?, of domain: DNSName) throws(DKIMFailure) -> DNSName {
        guard let value else { return domain }
        guard let at = value.lastIndex(of: "@"), let identity = Self.domain(String(value[value.index(after: at)...]))
        else { throw .malformedSignature(tag: "i") }
        guard identity.isSubdomain(of: domain) else { throw .identityMismatch }
        return identity
    }

    private static func octets(_ tags: TagList, _ name: String) throws(DKIMFailure) -> [UInt8] {
        guard let value = tags.tag(name)?.value, let octets = DKIMBase64.decode(value), !octets.isEmpty else {
            throw .malformedSignature(tag: name)
        }
        return octets
    }

    /// A time; one beyond what numbers hold means "never" (RFC 6376, 3.5: at most 12 digits need be understood).
    private static func time(_ tags: TagList, _ name: String) throws(DKIMFailure) -> Date? {
        try number(tags, name, digits: 12).map { Date(timeIntervalSince1970: Double($0)) }
    }

    private static func number(_ tags: TagList, _ name: String, digits: Int) throws(DKIMFailure) -> UInt64? {
        guard let value = tags[name] else { return nil }
        guard (1...digits).contains(value.utf8.count), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformedSignature(tag: name)
        }
        return UInt64(value) ?? .max
    }

    /// The parts between colons without blanks and line ends.
    private static func parts(_ value: String) -> [String] {
        value.split(separator: ":", omittingEmptySubsequences: false).map { part in
            String(decoding: part.utf8.filter { $0 > 0x20 }, as: UTF8.self)
        }
    }
}

extension DKIMHeaderField {
    /// The field with the value of `b=` deleted, in the form that is signed, without its last CR LF
    /// (RFC 6376, 3.5 and 3.7).
    func withoutSignature(_ method: DKIMCanonicalization.Method) -> [UInt8]? {
        guard let tag = (try? TagList(parsing: value))?.tag("b") else { return nil }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var range = (tag.range.lowerBound + value.startIndex)..<(tag.range.upperBound + value.startIndex)
        // "Including all surrounding whitespace".
        while isBlank(raw[range.lowerBound - 1]) { range = (range.lowerBound - 1)..<range.upperBound }
        while range.upperBound < raw.count, isBlank(raw[range.upperBound]) {
            range = range.lowerBound..<(range.upperBound + 1)
        }
        guard let field = DKIMHeaderField(raw: Array(raw[..<range.lowerBound] + raw[range.upperBound...])) else {
            return nil
        }
        return field.canonical(method).dropLast(2)
    }
}
