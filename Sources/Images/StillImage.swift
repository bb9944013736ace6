/// A picture that does not move, read strictly and rid of everything that is not needed to show it.
///
/// Only PNG and baseline or progressive JPEG are taken. Nothing is drawn: the frame of the file is walked to its very end,
/// so that what is kept is one picture and nothing beside or behind it. Descriptions, places, thumbnails, colour profiles
/// and other metadata are left out. SVG is a program rather than a picture and refused, not cleaned.
public struct StillImage: Sendable, Hashable {
    /// How the picture is stored.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// Portable Network Graphics, third edition.
        case png
        /// JPEG (ITU-T T.81) in its usual forms.
        case jpeg

        /// The media type, such as `image/png`.
        public var mediaType: String { "image/\(rawValue)" }
    }

    /// How large a picture may be.
    public struct Limits: Sendable, Hashable {
        /// The most octets of the file.
        public var octets: Int
        /// The most pixels of each side.
        public var mostPixels: Int
        /// The fewest pixels of each side.
        public var leastPixels: Int

        /// Limits.
        public init(octets: Int, mostPixels: Int, leastPixels: Int) {
            self.octets = octets
            self.mostPixels = mostPixels
            self.leastPixels = leastPixels
        }
    }

    /// Why a file is not taken; the raw value is a stable code.
    public enum Mistake: String, Error, Sendable, Hashable, CaseIterable {
        /// There is nothing in it.
        case empty = "image-empty"
        /// The file is larger than the limits let it be.
        case tooLarge = "image-too-large"
        /// It is SVG, which can hold scripts and load things from elsewhere.
        case vector = "image-vector"
        /// It is neither PNG nor JPEG.
        case otherFormat = "image-other-format"
        /// It ends too early, or its frame or a check sum is wrong.
        case malformed = "image-malformed"
        /// Something stands behind the end of the picture.
        case trailingData = "image-trailing-data"
        /// It moves.
        case animated = "image-animated"
        /// A side has more pixels than the limits allow.
        case tooManyPixels = "image-too-many-pixels"
        /// A side has fewer pixels than the limits demand.
        case tooFewPixels = "image-too-few-pixels"
        /// Its colours are those of print.
        case printColours = "image-print-colours"
        /// A kind of PNG or JPEG that browsers do not show.
        case uncommon = "image-uncommon"
        /// There is more or less packed in it than its pixels need.
        case wrongAmount = "image-wrong-amount"
    }

    /// How it is stored.
    public let format: Format
    /// Pixels from left to right.
    public let width: Int
    /// Pixels from top to bottom.
    public let height: Int
    /// The file without what is not needed.
    public let octets: [UInt8]

    init(format: Format, width: Int, height: Int, octets: [UInt8]) {
        self.format = format
        self.width = width
        self.height = height
        self.octets = octets
    }

    /// Reads a file; what it is called and what it is said to be does not matter.
    ///
    /// - Throws: ``Mistake``, the first that is found.
    public init(reading octets: [UInt8], limits: Limits) throws(Mistake) {
        guard !octets.isEmpty else { throw .empty }
        guard octets.count <= limits.octets else { throw .tooLarge }
        if octets.starts(with: PNGReader.signature) {
            var reader = PNGReader(octets, limits)
            self = try reader.image()
        } else if octets.starts(with: [0xFF, 0xD8]) {
            var reader = JPEGReader(octets, limits)
            self = try reader.image()
        } else {
            throw Self.isVector(octets) ? .vector : .otherFormat
        }
    }

    /// Markup at the beginning, in ASCII or UTF-16.
    private static func isVector(_ octets: [UInt8]) -> Bool {
        let head = octets.prefix(4_096).filter { $0 != 0 }.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let text = String(decoding: head, as: UTF8.self)
        return text.contains("<svg") || text.contains("<!doctype svg") || text.contains("<?xml")
    }
}

extension StillImage.Limits {
    /// Throws unless a picture of that size is within the limits.
    func check(width: Int, height: Int) throws(StillImage.Mistake) {
        guard max(width, height) <= mostPixels else { throw .tooManyPixels }
        guard min(width, height) >= leastPixels else { throw .tooFewPixels }
    }
}
