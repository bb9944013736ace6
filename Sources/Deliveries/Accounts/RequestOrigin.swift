import MailMessage

/// Where a request comes from, for sessions, throttles and the audit trail.
public struct RequestOrigin: Equatable, Sendable {
    /// The client's address as text; empty for the command line.
    public let clientAddress: String
    /// What the client called itself, cleaned, at most 300 characters.
    public let userAgent: String

    /// An origin.
    public init(clientAddress: String, userAgent: String = "") {
        self.clientAddress = clientAddress
        self.userAgent = String(HeaderText(cleaning: String(userAgent.prefix(300))).value.prefix(300))
    }

    /// The command line of this machine.
    public static let commandLine = RequestOrigin(clientAddress: "")
}
