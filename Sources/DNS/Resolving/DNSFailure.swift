/// Why a question has no answer. All of these are temporary: nothing is known of the name, least of all that a record
/// is absent.
public struct DNSFailure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No answer in time.
        case timeout
        /// The server cannot be reached.
        case unreachable
        /// The server could not find out (SERVFAIL).
        case serverFailure = "server-failure"
        /// The server does not answer us (REFUSED and other codes).
        case refused
        /// The server's answer cannot be read, or is not one to the question.
        case malformed
        /// The answer does not stand up to DNSSEC: forged, or signed wrongly (RFC 4033, 5).
        case bogus
        /// Aliases lead in a circle, or too many of them follow each other.
        case aliasLoop = "alias-loop"
        /// Too many questions wait already.
        case busy
        /// The one who asked no longer waits.
        case cancelled
    }

    /// The kind of failure.
    public var code: Code
    /// The server that was asked, as an address or host with its port, where one is known.
    public var server: String?
    /// What happened, for the log; English.
    public var detail: String

    /// A failure.
    public init(_ code: Code, server: String? = nil, detail: String = "") {
        self.code = code
        self.server = server
        self.detail = detail
    }

    /// Code, server and detail in a line.
    public var description: String {
        ([code.rawValue] + [server, detail.isEmpty ? nil : detail].compactMap { $0 }).joined(separator: ": ")
    }
}
