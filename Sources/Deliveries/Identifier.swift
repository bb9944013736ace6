public import Foundation
public import Secrets

/// A 128-bit, time-ordered name of an entity: 48 bits of milliseconds since 1970, then 80 random bits.
///
/// It sorts by creation time, also in its text form (26 lower-case characters of base32hex). It names a thing and
/// never grants access to it: capabilities are `Token`s.
public struct Identifier<Entity>: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The text form: 26 characters of `0-9a-v`, the same in the database, in addresses and in logs.
    public let description: String

    private static var alphabet: [UInt8] { Array("0123456789abcdefghijklmnopqrstuv".utf8) }

    /// A new identifier for something made at `now`.
    public init(now: Date, random: any RandomSource) { self.init(now: now, randomBytes: random.bytes(10)) }

    private init(now: Date, randomBytes: [UInt8]) {
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1000))
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(8 * (5 - $0))) }
        bytes += randomBytes
        description = Self.encode(bytes)
    }

    /// The first identifier of a moment: everything made before it sorts before, everything made then or later behind.
    public static func first(of moment: Date) -> Self {
        Self(now: moment, randomBytes: [UInt8](repeating: 0, count: 10))
    }

    /// Reads the text form; `nil` for anything else.
    public init?(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 26, utf8.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        description = text
    }

    /// When the entity was made, to the millisecond.
    public var date: Date {
        var milliseconds: UInt64 = 0
        // 48 bits are the first ten characters (50 bits) less two.
        for byte in description.utf8.prefix(10) {
            milliseconds = milliseconds << 5 | UInt64(Self.alphabet.firstIndex(of: byte) ?? 0)
        }
        return Date(timeIntervalSince1970: Double(milliseconds >> 2) / 1000)
    }

    /// Bytewise order of the text, which is the order of creation.
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    private static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Self.alphabet
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Identifier: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an id"))
        }
        self = identifier
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
