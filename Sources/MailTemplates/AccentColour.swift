import Foundation

/// An organisation's colour for buttons and links.
public struct AccentColour: Sendable, Hashable, Codable {
    /// Six hexadecimal digits behind a number sign, in lower case.
    public let hex: String

    /// Blue ink, where an organisation has set nothing.
    public static let standard = AccentColour(known: "#1f4b99")

    /// Reads `#1f4b99`; nil if it is no colour of that form.
    public init?(hex: String) {
        let lowered = hex.lowercased()
        guard lowered.utf8.count == 7, lowered.hasPrefix("#"), UInt32(lowered.dropFirst(), radix: 16) != nil,
            !lowered.dropFirst().hasPrefix("+"), !lowered.dropFirst().hasPrefix("-")
        else { return nil }
        self.hex = lowered
    }

    init(known hex: String) { self.hex = hex }

    /// White or ink, whichever can be read better on this colour.
    public var textColour: String {
        (contrast(with: Self.white) >= contrast(with: Self.ink) ? Self.white : Self.ink).hex
    }

    /// The colour for links on a white page: this one if its contrast is at least 4.5 (WCAG 2.2, 1.4.3), else ink.
    public var linkColour: String { contrast(with: Self.white) >= Self.leastContrast ? hex : Self.ink.hex }

    private static let white = AccentColour(known: "#ffffff")
    private static let ink = AccentColour(known: "#1b1f24")

    /// Reads a single string, refusing what ``init(hex:)`` refuses.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let colour = AccentColour(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a colour")
        }
        self = colour
    }

    /// Writes a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
