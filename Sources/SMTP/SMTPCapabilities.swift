/// What a server said it can do, in its answer to EHLO or HELO (RFC 5321, 4.1.1.1).
public struct SMTPCapabilities: Sendable, Hashable {
    /// The name that the server gave itself, the first word of its answer.
    public let serverName: String
    /// Whether the server answered EHLO; false after HELO, when no extension may be used.
    public let isExtended: Bool
    /// The largest message in octets, 0 for "no fixed limit", nil if SIZE is not offered (RFC 1870).
    public let size: Int?
    /// PIPELINING (RFC 2920): commands may be sent in groups.
    public let pipelining: Bool
    /// 8BITMIME (RFC 6152): bodies may have octets above 127.
    public let eightBitMIME: Bool
    /// DSN (RFC 3461): delivery status notifications may be asked for.
    public let dsn: Bool
    /// SMTPUTF8 (RFC 6531): local parts may have characters outside ASCII.
    public let smtpUTF8: Bool
    /// REQUIRETLS (RFC 8689).
    public let requireTLS: Bool
    /// STARTTLS (RFC 3207).
    public let startTLS: Bool
    /// ENHANCEDSTATUSCODES (RFC 2034).
    public let enhancedStatusCodes: Bool
    /// The SASL mechanisms of AUTH in upper case, in the server's order (RFC 4954).
    public let authenticationMechanisms: [String]

    /// Reads the answer to EHLO: the first line is a greeting, each further one a keyword with parameters.
    ///
    /// - Parameters:
    ///   - reply: The server's 250.
    ///   - isExtended: False if the reply answers HELO; then only the name is read.
    public init(_ reply: SMTPReply, isExtended: Bool = true) {
        serverName = reply.lines[0].split(separator: " ").first.map(String.init) ?? ""
        self.isExtended = isExtended
        var keywords: [String: [String]] = [:]
        for line in isExtended ? reply.lines.dropFirst() : [] {
            // The form "AUTH=LOGIN" is that of old servers; both may stand side by side.
            let words = line.split { $0 == " " || $0 == "=" }.map { $0.uppercased() }
            guard let keyword = words.first else { continue }
            keywords[keyword, default: []] += words.dropFirst()
        }
        size = keywords["SIZE"].map { parameters in
            // RFC 1870, 3: a missing number means the same as 0.
            parameters.first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 0
        }
        pipelining = keywords["PIPELINING"] != nil
        eightBitMIME = keywords["8BITMIME"] != nil
        dsn = keywords["DSN"] != nil
        smtpUTF8 = keywords["SMTPUTF8"] != nil
        requireTLS = keywords["REQUIRETLS"] != nil
        startTLS = keywords["STARTTLS"] != nil
        enhancedStatusCodes = keywords["ENHANCEDSTATUSCODES"] != nil
        var mechanisms: [String] = []
        for mechanism in keywords["AUTH"] ?? [] where !mechanisms.contains(mechanism) { mechanisms.append(mechanism) }
        authenticationMechanisms = mechanisms
    }
}
