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

    private init(known hex: String) { self.hex = hex }

    /// White or ink, whichever can be read better on this colour.
    public var textColour: String { contrast(with: 1) >= contrast(with: Self.inkLuminance) ? "#ffffff" : "#1b1f24" }

    /// The colour for links on a white page: this one if its contrast is at least 4.5 (WCAG 2.2, 1.4.3), else ink.
    public var linkColour: String { contrast(with: 1) >= 4.5 ? hex : "#1b1f24" }

    private static let inkLuminance = AccentColour(known: "#1b1f24").luminance

    private func contrast(with other: Double) -> Double {
        let own = luminance
        return (max(own, other) + 0.05) / (min(own, other) + 0.05)
    }

    /// Relative luminance as WCAG 2.2 defines it.
    private var luminance: Double {
        let value = UInt32(hex.dropFirst(), radix: 16) ?? 0
        let channels = [value >> 16 & 255, value >> 8 & 255, value & 255].map { channel -> Double in
            let share = Double(channel) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

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
