public import MailMessage

/// One complete reply of an SMTP server (RFC 5321, 4.2).
public struct SMTPReply: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The three digits, 200 to 599.
    public let code: Int
    /// The enhanced status code at the start of the text, if its class fits the reply code (RFC 2034, 4).
    public let enhancedStatus: EnhancedStatusCode?
    /// The texts of the lines behind code and separator; control characters are replaced by spaces. At least one.
    public let lines: [String]

    /// Makes a reply.
    ///
    /// - Parameters:
    ///   - code: The three digits, 200 to 599.
    ///   - lines: The texts of the lines; none counts as one empty line.
    public init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines.isEmpty ? [""] : lines
        enhancedStatus = Self.enhancedStatus(code: code, text: self.lines[0])
    }

    /// Whether the command succeeded (2yz).
    public var isSuccess: Bool { (200...299).contains(code) }

    /// Whether the server waits for more (3yz).
    public var isIntermediate: Bool { (300...399).contains(code) }

    /// Whether the server refuses for now (4yz; RFC 5321, 4.2.1).
    public var isTransient: Bool { (400...499).contains(code) }

    /// Whether the server refuses for good (5yz; RFC 5321, 4.2.1).
    public var isPermanent: Bool { (500...599).contains(code) }

    /// The texts of all lines, joined by spaces.
    public var text: String { lines.joined(separator: " ") }

    /// Code and text in one line.
    public var description: String { text.isEmpty ? "\(code)" : "\(code) \(text)" }

    /// The lines as the server sent them, code and separator included.
    public var wireLines: [String] {
        lines.enumerated().map { index, line in
            let isLast = index == lines.count - 1
            return isLast && line.isEmpty ? "\(code)" : "\(code)\(isLast ? " " : "-")\(line)"
        }
    }

    private static func enhancedStatus(code: Int, text: String) -> EnhancedStatusCode? {
        let word = text.prefix { $0 != " " }
        guard let status = EnhancedStatusCode(word), status.severity == code / 100 else { return nil }
        return status
    }
}
