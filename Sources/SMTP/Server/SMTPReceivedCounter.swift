/// Counts the Received fields in the header of a message that comes in pieces, to find mail that goes round in a circle
/// (RFC 5321, 6.3).
public struct SMTPReceivedCounter: Sendable, Hashable {
    /// How many there were so far.
    public private(set) var count = 0
    private var isInHeader = true
    /// How much of the line is like the name; nil once it is not.
    private var matched: Int? = 0
    private var lineLength = 0
    private static let name = Array("received".utf8)

    /// Makes a counter at the start of a message.
    public init() {}

    /// Takes the next piece.
    public mutating func take(_ piece: some Sequence<UInt8>) {
        guard isInHeader else { return }
        for octet in piece {
            switch octet {
            case 0x0D: continue
            case 0x0A:
                // RFC 5322, 2.1: the first empty line ends the header.
                if lineLength == 0 {
                    isInHeader = false
                    return
                }
                matched = 0
                lineLength = 0
            default:
                lineLength += 1
                matched = matched.flatMap { match(octet, $0) }
            }
        }
    }

    private mutating func match(_ octet: UInt8, _ position: Int) -> Int? {
        if position < Self.name.count {
            return octet | 0x20 == Self.name[position] ? position + 1 : nil
        }
        // RFC 5322, 4.5.3: old headers have white space before the colon.
        if octet == 0x20 || octet == 0x09 { return position }
        if octet == UInt8(ascii: ":") { count += 1 }
        return nil
    }
}
