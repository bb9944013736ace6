/// An enhanced mail system status code, such as 5.7.1 (RFC 3463).
public struct EnhancedStatusCode: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 2 for success, 4 for a temporary failure, 5 for a permanent one (RFC 3463, 2).
    public let severity: Int
    /// What the code is about, 0 to 999: 1 addressing, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content,
    /// 7 security (RFC 3463, 3).
    public let subject: Int
    /// The detail within the subject, 0 to 999.
    public let detail: Int

    /// Makes a code from its numbers.
    ///
    /// - Returns: nil if the severity is not 2, 4 or 5, or if a number is outside 0 to 999.
    public init?(_ severity: Int, _ subject: Int, _ detail: Int) {
        guard severity == 2 || severity == 4 || severity == 5 else { return nil }
        guard (0...999).contains(subject), (0...999).contains(detail) else { return nil }
        self.severity = severity
        self.subject = subject
        self.detail = detail
    }

    /// Reads a text that is nothing but a code, such as `4.2.2`.
    public init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...3).contains(part.count) else { return nil }
            var number = 0
            for octet in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) else { return nil }
                number = number * 10 + Int(octet - UInt8(ascii: "0"))
            }
            numbers.append(number)
        }
        self.init(numbers[0], numbers[1], numbers[2])
    }

    /// The code as it is written in a reply.
    public var description: String { "\(severity).\(subject).\(detail)" }
}
