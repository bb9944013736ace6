import MailMessage
public import Secrets

/// Where a request comes from, for sessions, throttles and the audit trail.
public struct RequestOrigin: Equatable, Sendable {
    /// The client's address as text; empty for the command line.
    public let clientAddress: String
    /// What the client called itself, cleaned, at most 300 characters.
    public let userAgent: String

    /// The cookie by which the browser is known, if it has one.
    public let device: Token?

    /// An origin.
    public init(clientAddress: String, userAgent: String = "", device: Token? = nil) {
        self.clientAddress = clientAddress
        self.device = device
        self.userAgent = String(HeaderText(cleaning: String(userAgent.prefix(300))).value.prefix(300))
    }

    /// The command line of this machine.
    public static let commandLine = RequestOrigin(clientAddress: "")
}
