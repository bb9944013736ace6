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
        for octet in piece {
            octets += 1
            if sawCR {
                guard octet == 0x0A else { throw .bareCarriageReturn }
                sawCR = false
                lineLength = 0
                result.append(octet)
                continue
            }
            switch octet {
            case 0x0D:
                sawCR = true
            case 0x0A:
                throw .bareLineFeed
            default:
                if lineLength == 0, octet == UInt8(ascii: ".") { result.append(octet) }
                lineLength += 1
                guard lineLength <= Self.maximumLineLength else { throw .lineTooLong }
            }
            result.append(octet)
        }
        return result
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
