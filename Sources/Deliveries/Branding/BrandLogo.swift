import Crypto
import Foundation
public import Images
import Secrets

/// The organisation's logo, without its octets: what the setting `organisation.logo` holds.
public struct BrandLogo: Equatable, Sendable {
    /// The most octets of a logo.
    public static let mostOctets = 512 << 10
    /// How large a logo may be.
    static let limits = StillImage.Limits(octets: mostOctets, mostPixels: 2_000, leastPixels: 16)
    /// The most octets of a logo that goes with each mail.
    public static let mostOctetsInMail = 64 << 10

    /// The SHA-256 of its octets in hexadecimal digits: its name in addresses.
    public let digest: String
    /// How it is stored.
    public let format: StillImage.Format
    /// Pixels from left to right.
    public let width: Int
    /// Pixels from top to bottom.
    public let height: Int
    /// How many octets it has.
    public let size: Int

    /// The logo that a picture is.
    public init(_ image: StillImage) {
        digest = Hex.encode(SHA256.hash(data: Data(image.octets)))
        format = image.format
        width = image.width
        height = image.height
        size = image.octets.count
    }

    /// Reads the value of the setting; nil if it is none.
    public init?(setting: String) {
        let parts = setting.split(separator: " ")
        guard parts.count == 5, parts[0].utf8.count == 64, Hex.decode(String(parts[0])) != nil,
            let format = StillImage.Format(rawValue: String(parts[1])), let width = Int(parts[2]),
            let height = Int(parts[3]), let size = Int(parts[4]), width > 0, height > 0, size > 0
        else { return nil }
        digest = parts[0].lowercased()
        (self.format, self.width, self.height, self.size) = (format, width, height, size)
    }

    /// The value of the setting.
    public var setting: String { "\(digest) \(format.rawValue) \(width) \(height) \(size)" }

    /// Its media type, such as `image/png`.
    public var mediaType: String { format.mediaType }

    /// What people call how it is stored: PNG or JPEG.
    public var kind: String { format.rawValue.uppercased() }

    /// Where pages find it.
    public var path: String { "/brand/logo/\(digest)" }

    /// Whether it goes with mails.
    public var fitsInMail: Bool { size <= Self.mostOctetsInMail }
}

extension Settings {
    /// The organisation's logo; nil while the name stands in its place.
    public var logo: BrandLogo? { BrandLogo(setting: text(.organisationLogo)) }
}
