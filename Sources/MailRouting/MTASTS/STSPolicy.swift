public import DNS

/// A domain's MTA-STS policy (RFC 8461, 3.2).
public struct STSPolicy: Sendable, Hashable, Codable {
    /// What follows from a host that does not fit (RFC 8461, 5).
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing is sent to it.
        case enforce
        /// It is reported, and used.
        case testing
        /// There is no policy any more.
        case none
    }

    /// Why a text is no policy.
    public enum Problem: Error, Sendable, Hashable {
        /// More than ``STSPolicy/sizeLimit`` octets.
        case tooLarge
        /// Not UTF-8.
        case notText
        /// A line that is no field, or one whose value cannot be read.
        case line(Int)
        /// A field is missing.
        case missing(String)
        /// More patterns than any honest policy has.
        case tooManyPatterns
    }

    /// The largest policy that is read (RFC 8461, 3.3 suggests 64 KiB).
    public static let sizeLimit = 65_536
    /// The longest time for which a policy is kept: about a year (RFC 8461, 3.2). Longer ones are cut.
    public static let maximumAge = 31_557_600
    /// The most patterns.
    public static let patternLimit = 500

    /// What follows from a host that does not fit.
    public let mode: Mode
    /// For how many seconds the policy is kept.
    public let maxAge: Int
    /// Which hosts may take the domain's mail.
    public let mx: [STSMXPattern]

    /// A policy.
    public init(mode: Mode, maxAge: Int, mx: [STSMXPattern] = []) {
        self.mode = mode
        self.maxAge = min(max(0, maxAge), Self.maximumAge)
        self.mx = mx
    }

    /// Reads the text of a policy: lines of `key: value` that end in CRLF or LF, in any order. Of a field that comes
    /// twice the first counts, `mx` aside; unknown fields are passed over (RFC 8461, 3.2).
    ///
    /// - Throws: ``Problem``.
    public init(parsing octets: [UInt8]) throws(Problem) {
        guard octets.count <= Self.sizeLimit else { throw .tooLarge }
        guard String(validating: octets, as: UTF8.self) != nil else { throw .notText }
        var version: String?
        var mode: Mode?
        var maxAge: Int?
        var patterns: [STSMXPattern] = []
        var number = 0
        for line in octets.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == 0x0D ? line.dropLast() : line
            // Only at the end in the standard; harmless elsewhere.
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            guard let (key, value) = Self.field(line) else { throw .line(number) }
            switch key {
            case "version": version = version ?? value
            case "mode":
                guard mode == nil else { continue }
                guard let read = Mode(rawValue: value) else { throw .line(number) }
                mode = read
            case "max_age":
                guard maxAge == nil else { continue }
                guard (1...10).contains(value.utf8.count), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let seconds = Int(value)
                else { throw .line(number) }
                maxAge = seconds
            case "mx":
                guard let pattern = STSMXPattern(value) else { throw .line(number) }
                guard patterns.count < Self.patternLimit else { throw .tooManyPatterns }
                patterns.append(pattern)
            default: continue
            }
        }
        guard version == "STSv1" else { throw .missing("version") }
        guard let mode else { throw .missing("mode") }
        guard let maxAge else { throw .missing("max_age") }
        // Only where hosts are meant at all (RFC 8461, 3.2).
        guard mode == .none || !patterns.isEmpty else { throw .missing("mx") }
        self.init(mode: mode, maxAge: maxAge, mx: patterns)
    }

    /// Whether a host may take the domain's mail.
    public func permits(_ host: DNSName) -> Bool { mx.contains { $0.matches(host) } }

    /// The lines of the policy, as reports name them (RFC 8460, 4.4).
    public var lines: [String] {
        ["version: STSv1", "mode: \(mode.rawValue)"] + mx.map { "mx: \($0)" } + ["max_age: \(maxAge)"]
    }

    /// Key and value without blanks around them; `nil` if there is no colon or no proper key.
    private static func field(_ line: ArraySlice<UInt8>) -> (key: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let key = line[..<colon]
        guard let first = key.first, first.isLetterOrDigit, key.count <= 32,
            key.allSatisfy({ $0.isLetterOrDigit || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E })
        else { return nil }
        var value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard !value.isEmpty else { return nil }
        return (String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
}
