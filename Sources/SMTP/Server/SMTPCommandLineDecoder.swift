/// Cuts what a client sends into command lines, however it comes (RFC 5321, 2.3.7 and 2.3.8).
///
/// A line ends with CR LF and with nothing else. A line with a CR or LF alone or with a NUL, and a line that is too long,
/// are read to their end and told as ``Outcome/unfit(_:)``, so that each line has one answer; nothing of them is kept.
public struct SMTPCommandLineDecoder: Sendable {
    /// The longest command line in octets with its CR LF. RFC 5321, 4.5.3.1.4 asks for 512, and for more by extensions.
    public static let maximumCommandLength = 2048
    /// The longest line of a sign-in in octets with its CR LF (RFC 4954, 4).
    public static let maximumAuthenticationLength = 12288
    /// The most octets of a line that are read at all.
    public static let maximumSkippedLength = 65536

    private var line: [UInt8] = []
    private var length = 0
    private var sawCR = false
    private var problem: Problem?

    /// Makes a decoder at the start of a line.
    public init() {}

    /// Whether a line has begun and is not complete.
    public var isInsideLine: Bool { length > 0 }

    /// Takes octets up to the end of the first complete line.
    ///
    /// - Parameters:
    ///   - octets: What was received and not consumed before.
    ///   - limit: The longest line that is fit, in octets with its CR LF.
    /// - Returns: How many octets were taken, and what came of it. Octets behind the line stay with the caller.
    public mutating func consume(
        _ octets: ArraySlice<UInt8>, limit: Int = maximumCommandLength
    ) -> (consumed: Int, outcome: Outcome) {
        var consumed = 0
        for octet in octets {
            guard length < Self.maximumSkippedLength else {
                line = []
                return (consumed, .endless)
            }
            consumed += 1
            length += 1
            if octet == 0x0A, sawCR {
                if length > limit { problem = .tooLong }
                let outcome = problem.map { Outcome.unfit($0) } ?? .line(line)
                self = SMTPCommandLineDecoder()
                return (consumed, outcome)
            }
            take(octet, limit)
        }
        return (consumed, .incomplete)
    }

    private mutating func take(_ octet: UInt8, _ limit: Int) {
        // RFC 5321, 2.3.8: CR and LF only together.
        if sawCR { spoil(.bareCarriageReturn) }
        sawCR = octet == 0x0D
        switch octet {
        case 0x0D: break
        case 0x0A: spoil(.bareLineFeed)
        case 0: spoil(.null)
        default:
            guard problem == nil else { return }
            line.append(octet)
            if line.count + 2 > limit { spoil(.tooLong) }
        }
    }

    private mutating func spoil(_ reason: Problem) {
        if problem == nil { problem = reason }
        line = []
    }

    /// What octets led to.
    public enum Outcome: Sendable, Hashable {
        /// A line is complete, here without its CR LF.
        case line([UInt8])
        /// A line is complete and cannot be a command.
        case unfit(Problem)
        /// All octets were taken; the line needs more.
        case incomplete
        /// A line goes on beyond ``SMTPCommandLineDecoder/maximumSkippedLength``; the connection is of no more use.
        case endless
    }

    /// Why a line cannot be a command.
    public enum Problem: String, Error, Sendable, Hashable {
        /// A CR without an LF behind it.
        case bareCarriageReturn
        /// An LF without a CR before it.
        case bareLineFeed
        /// A NUL.
        case null
        /// The line is longer than allowed.
        case tooLong
    }
}
