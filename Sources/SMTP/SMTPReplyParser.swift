/// Puts the octets that a server sends together to replies, however they are cut (RFC 5321, 4.2).
///
/// A line ends with CR LF and with nothing else: a bare CR or LF, a NUL, an unfit code or a reply beyond the limits is a
/// ``Violation``, after which the parser takes nothing more.
public struct SMTPReplyParser: Sendable {
    /// The longest line that is taken, in octets with its CR LF. RFC 5321, 4.5.3.1.5 asks for 512; some servers exceed
    /// it.
    public static let maximumLineLength = 2048
    /// The most lines of one reply.
    public static let maximumLines = 100
    /// The most octets of one reply.
    public static let maximumReplyLength = 65536

    private var line: [UInt8] = []
    private var sawCR = false
    private var code: Int?
    private var lines: [String] = []
    private var length = 0
    private var violation: Violation?

    /// Makes a parser that waits for the first octet of a reply.
    public init() {}

    /// Whether a reply has begun and is not complete.
    public var isInsideReply: Bool { length > 0 }

    /// Takes octets up to the end of the first complete reply.
    ///
    /// - Parameter octets: What was received and not consumed before.
    /// - Returns: How many octets were taken, and what came of it. Octets behind a complete reply stay with the caller.
    public mutating func consume(_ octets: some Sequence<UInt8>) -> (consumed: Int, outcome: Outcome) {
        if let violation { return (0, .violation(violation)) }
        var consumed = 0
        for octet in octets {
            consumed += 1
            do throws(Violation) {
                if let reply = try take(octet) { return (consumed, .reply(reply)) }
            } catch {
                violation = error
                return (consumed, .violation(error))
            }
        }
        return (consumed, .incomplete)
    }

    private mutating func take(_ octet: UInt8) throws(Violation) -> SMTPReply? {
        length += 1
        guard length <= Self.maximumReplyLength else { throw .replyTooLong }
        if sawCR {
            guard octet == 0x0A else { throw .bareCarriageReturn }
            sawCR = false
            return try endLine()
        }
        switch octet {
        case 0x0D:
            sawCR = true
        case 0x0A:
            throw .bareLineFeed
        case 0:
            throw .garbage
        default:
            guard line.count + 2 < Self.maximumLineLength else { throw .lineTooLong }
            line.append(octet)
        }
        // What does not start with three digits is no SMTP: no need to wait for the end of its line.
        if line.count <= 3, !sawCR, !line.allSatisfy(Self.isDigit) { throw .garbage }
        return nil
    }

    private mutating func endLine() throws(Violation) -> SMTPReply? {
        // RFC 5321, 4.2: Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
        guard line.count >= 3, line[..<3].allSatisfy(Self.isDigit) else { throw .garbage }
        let number = line[..<3].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard (200...599).contains(number) else { throw .garbage }
        guard code == nil || code == number else { throw .codeChanged }
        let separator = line.count > 3 ? line[3] : UInt8(ascii: " ")
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else { throw .garbage }
        guard lines.count < Self.maximumLines else { throw .tooManyLines }
        code = number
        lines.append(Self.text(line.dropFirst(4)))
        line.removeAll(keepingCapacity: true)
        guard separator == UInt8(ascii: " ") else { return nil }
        let reply = SMTPReply(code: number, lines: lines)
        code = nil
        lines = []
        length = 0
        return reply
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private static func text(_ octets: ArraySlice<UInt8>) -> String {
        SMTPSafeText.singleLine(String(decoding: octets, as: UTF8.self))
    }
}

extension SMTPReplyParser {
    /// What octets led to.
    public enum Outcome: Sendable, Hashable {
        /// A reply is complete.
        case reply(SMTPReply)
        /// All octets were taken; the reply needs more.
        case incomplete
        /// The server broke the protocol; the connection is of no more use.
        case violation(Violation)
    }

    /// How a server broke the protocol.
    public enum Violation: String, Error, Sendable, Hashable, Codable {
        /// A CR without an LF behind it.
        case bareCarriageReturn
        /// An LF without a CR before it.
        case bareLineFeed
        /// What came is not an SMTP reply.
        case garbage
        /// The lines of one reply have different codes.
        case codeChanged
        /// A line is longer than ``SMTPReplyParser/maximumLineLength``.
        case lineTooLong
        /// A reply has more than ``SMTPReplyParser/maximumLines`` lines.
        case tooManyLines
        /// A reply is longer than ``SMTPReplyParser/maximumReplyLength``.
        case replyTooLong
    }
}
