/// Makes a message transparent for DATA, piece by piece: dots at line starts are doubled and the end is marked
/// (RFC 5321, 4.5.2).
///
/// The message is not changed otherwise, so that signatures stay valid. What another server might read as an end of the
/// message or could not transport is refused: a CR or LF alone, and lines beyond 998 octets (RFC 5321, 2.3.8 and
/// 4.5.3.1.6).
public struct SMTPContentEncoder: Sendable {
    /// The longest line in octets, without its CR LF (RFC 5322, 2.1.1).
    public static let maximumLineLength = 998

    /// How many octets of the message were taken.
    public private(set) var octets = 0
    private var lineLength = 0
    private var sawCR = false

    /// Makes an encoder at the start of a message.
    public init() {}

    /// Encodes the next piece.
    ///
    /// - Throws: ``Problem``; the connection must then be closed without the final dot.
    public mutating func encode(_ piece: some Collection<UInt8>) throws(Problem) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(piece.count + piece.count / 64 + 2)
        let problem = piece.withContiguousStorageIfAvailable { append($0[...], to: &result) }
        if let problem = problem ?? Array(piece).withUnsafeBufferPointer({ append($0[...], to: &result) }) {
            throw problem
        }
        return result
    }

    /// Line by line, since what lies between two line ends is copied as it is.
    private mutating func append(_ piece: Slice<UnsafeBufferPointer<UInt8>>, to result: inout [UInt8]) -> Problem? {
        var rest = piece
        octets += piece.count
        while let first = rest.first {
            if sawCR {
                guard first == 0x0A else { return .bareCarriageReturn }
                sawCR = false
                lineLength = 0
                result.append(first)
                rest = rest.dropFirst()
                continue
            }
            let end = rest.firstIndex { $0 == 0x0D || $0 == 0x0A } ?? rest.endIndex
            if end > rest.startIndex {
                if lineLength == 0, first == UInt8(ascii: ".") { result.append(first) }
                lineLength += end - rest.startIndex
                guard lineLength <= Self.maximumLineLength else { return .lineTooLong }
                result.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<end]))
            }
            guard end < rest.endIndex else { return nil }
            guard rest[end] == 0x0D else { return .bareLineFeed }
            sawCR = true
            result.append(0x0D)
            rest = rest[(end + 1)...]
        }
        return nil
    }

    /// The octets that end the message: a CR LF if the last line has none, and the final dot with its CR LF.
    ///
    /// - Throws: ``Problem/bareCarriageReturn`` if the message ends in the middle of a CR LF.
    public func end() throws(Problem) -> [UInt8] {
        guard !sawCR else { throw .bareCarriageReturn }
        return lineLength == 0 ? Array(".\r\n".utf8) : Array("\r\n.\r\n".utf8)
    }

    /// Why a message cannot be sent.
    public enum Problem: String, Error, Sendable, Hashable {
        /// A CR without an LF behind it.
        case bareCarriageReturn
        /// An LF without a CR before it.
        case bareLineFeed
        /// A line is longer than ``SMTPContentEncoder/maximumLineLength``.
        case lineTooLong
    }
}
