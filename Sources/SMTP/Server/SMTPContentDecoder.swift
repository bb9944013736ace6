/// Reads the message behind DATA, piece by piece: undoes the doubled dots and finds the end (RFC 5321, 4.5.2).
///
/// The message ends at CR LF . CR LF and nowhere else (RFC 5321, 4.1.1.4). What another server might take for an end, a CR
/// or LF alone, makes the message refused; it is read to its true end all the same, so that nothing of it becomes a
/// command (SMTP smuggling: CVE-2023-51764, CVE-2023-51765, CVE-2023-51766).
public struct SMTPContentDecoder: Sendable {
    /// What is taken.
    public let limits: Limits
    /// Octets of the message so far as RFC 1870, 3 counts them: with all CR LF, without doubled dots and the final dot.
    public private(set) var octets = 0
    /// Why the message is refused, the first reason if there are several.
    public private(set) var problem: Problem?
    /// Octets that were read in vain since the message was refused.
    public private(set) var discarded = 0
    private var position = Position.lineStart
    private var lineLength = 0

    private enum Position: Sendable {
        case lineStart, line, carriageReturn, dot, dotCarriageReturn
    }

    /// Makes a decoder that stands behind the CR LF of DATA, which counts as the first one of CR LF . CR LF (RFC 5321,
    /// 4.1.1.4).
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes octets up to the end of the message.
    ///
    /// - Parameter input: What was received and not consumed before.
    /// - Returns: How many octets were taken, the next piece of the message (empty once it is refused), and whether the
    ///   message is complete. Octets behind its end stay with the caller.
    public mutating func consume(_ input: ArraySlice<UInt8>) -> (consumed: Int, piece: [UInt8], isComplete: Bool) {
        var piece: [UInt8] = []
        piece.reserveCapacity(input.count + 2)
        var rest = input
        while let octet = rest.first {
            // The inside of a line is copied as it is.
            if position == .line || position == .lineStart && octet != UInt8(ascii: ".") {
                let end = rest.firstIndex { $0 == 0x0D || $0 == 0x0A } ?? rest.endIndex
                if end > rest.startIndex {
                    append(rest[..<end], to: &piece)
                    if problem != nil { discarded += end - rest.startIndex }
                    position = .line
                    rest = rest[end...]
                    continue
                }
            }
            rest = rest.dropFirst()
            if take(octet, into: &piece) {
                return (rest.startIndex - input.startIndex, problem == nil ? piece : [], true)
            }
            if problem != nil { discarded += 1 }
        }
        return (input.count, problem == nil ? piece : [], false)
    }

    private mutating func append(_ octets: ArraySlice<UInt8>, to piece: inout [UInt8]) {
        self.octets += octets.count
        lineLength += octets.count
        if lineLength > limits.lineLength { refuse(.lineTooLong) }
        if self.octets > limits.size { refuse(.tooLarge) }
        if problem == nil { piece.append(contentsOf: octets) }
    }

    /// - Returns: Whether this was the last octet of the end.
    private mutating func take(_ octet: UInt8, into piece: inout [UInt8]) -> Bool {
        switch (position, octet) {
        case (.lineStart, UInt8(ascii: ".")):
            position = .dot
        case (.dot, 0x0D):
            position = .dotCarriageReturn
        case (.dotCarriageReturn, 0x0A):
            return true
        case (.carriageReturn, 0x0A):
            endLine(into: &piece)
        case (.carriageReturn, _), (.dotCarriageReturn, _):
            refuse(.bareCarriageReturn)
            position = octet == 0x0D ? .carriageReturn : .line
        case (_, 0x0D):
            position = .carriageReturn
        case (_, 0x0A):
            // RFC 5321, 2.3.8. No line starts behind it, so no dot there ends anything.
            refuse(.bareLineFeed)
            position = .line
        default:
            // RFC 5321, 4.5.2: a dot at the start of a line that goes on was put there by the client.
            position = .line
            append([octet], to: &piece)
        }
        return false
    }

    private mutating func endLine(into piece: inout [UInt8]) {
        position = .lineStart
        lineLength = 0
        octets += 2
        if octets > limits.size { refuse(.tooLarge) }
        if problem == nil {
            piece.append(0x0D)
            piece.append(0x0A)
        }
    }

    /// Refuses the message for a reason that its reader found; the rest is read in vain.
    mutating func refuse(_ reason: Problem) {
        if problem == nil { problem = reason }
    }

    /// What of a message is taken.
    public struct Limits: Sendable, Hashable {
        /// The largest message in octets.
        public var size: Int
        /// The longest line in octets, without its CR LF (RFC 5321, 4.5.3.1.6).
        public var lineLength: Int

        /// Makes limits.
        ///
        /// - Parameters:
        ///   - size: The largest message in octets.
        ///   - lineLength: The longest line in octets, without its CR LF.
        public init(size: Int = .max, lineLength: Int = SMTPContentEncoder.maximumLineLength) {
            self.size = size
            self.lineLength = lineLength
        }
    }

    /// Why a message is refused.
    public enum Problem: String, Error, Sendable, Hashable {
        /// A CR without an LF behind it.
        case bareCarriageReturn
        /// An LF without a CR before it.
        case bareLineFeed
        /// A line is longer than ``Limits/lineLength``.
        case lineTooLong
        /// The message is longer than ``Limits/size``.
        case tooLarge
        /// The message went through too many servers, probably in a circle (RFC 5321, 6.3).
        case tooManyHops
    }
}
