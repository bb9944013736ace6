import Foundation

/// How well a colour can be read, as WCAG 2.2 measures it (1.4.3, 1.4.11).
extension AccentColour {
    /// What a colour is shown on.
    public enum Ground: Sendable, CaseIterable {
        /// Our light paper and what lies on it.
        case light
        /// Our dark paper and what lies on it.
        case dark

        /// The grounds themselves: paper, surface, and a surface that sank.
        fileprivate var colours: [AccentColour] { self == .light ? Self.lightColours : Self.darkColours }

        private static let lightColours = ["#fbfaf7", "#ffffff", "#f4f2ec"].map(AccentColour.init(known:))
        private static let darkColours = ["#14161a", "#1c1f25", "#181b20"].map(AccentColour.init(known:))

        /// What a colour is mixed with until it can be read there.
        fileprivate var opposite: AccentColour { AccentColour(known: self == .light ? "#000000" : "#ffffff") }
    }

    /// The blue ink on dark paper, where an organisation has set nothing.
    public static let standardOnDark = AccentColour(known: "#8fb4ff")

    /// What is demanded of text (WCAG 2.2, 1.4.3).
    static let leastContrast = 4.5
    /// How much of the colour itself its ground bears where we tint one.
    private static let tint = 0.12

    /// Whether text in this colour can be read on each such ground, also where the ground is tinted with it.
    public func isReadable(on ground: Ground) -> Bool {
        ground.colours.allSatisfy { paper in
            contrast(with: paper) >= Self.leastContrast
                && contrast(with: paper.mixed(with: self, share: Self.tint)) >= Self.leastContrast
        }
    }

    /// The nearest colour of the same hue that can be read there: this one, or this one mixed with black or white.
    public func readable(on ground: Ground) -> AccentColour {
        let steps = stride(from: 0.0, through: 1.0, by: 0.02)
        let shades = steps.lazy.map { mixed(with: ground.opposite, share: $0) }
        return shades.first { $0.isReadable(on: ground) } ?? ground.opposite
    }

    /// The same, a step further from the ground: for what the pointer lies on.
    public func stronger(on ground: Ground) -> AccentColour {
        mixed(with: ground.opposite, share: ground == .light ? 0.22 : 0.32)
    }

    /// The contrast of two colours, from 1 to 21.
    func contrast(with other: AccentColour) -> Double {
        let (own, foreign) = (luminance, other.luminance)
        return (max(own, foreign) + 0.05) / (min(own, foreign) + 0.05)
    }

    /// This colour with a share of another, from 0 to 1, in sRGB as browsers mix.
    private func mixed(with other: AccentColour, share: Double) -> AccentColour {
        let digits = zip(channels, other.channels).map { own, foreign in
            let value = Int((Double(own) * (1 - share) + Double(foreign) * share).rounded())
            return (value < 16 ? "0" : "") + String(value, radix: 16)
        }
        return AccentColour(known: "#" + digits.joined())
    }

    private var channels: [UInt32] {
        let value = UInt32(hex.dropFirst(), radix: 16) ?? 0
        return [value >> 16 & 255, value >> 8 & 255, value & 255]
    }

    /// Relative luminance as WCAG 2.2 defines it.
    private var luminance: Double {
        let shares = channels.map { channel -> Double in
            let share = Double(channel) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]
    }
}
