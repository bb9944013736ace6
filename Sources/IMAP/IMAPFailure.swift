/// Why a mailbox could not be read.
public struct IMAPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it happened.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// While connecting.
        case connect
        /// While waiting for the greeting.
        case greeting
        /// While asking what the server can.
        case capability
        /// At STARTTLS.
        case startTLS = "starttls"
        /// In the TLS handshake.
        case tls
        /// While signing in.
        case authentication
        /// At a command.
        case command
        /// While saying goodbye.
        case logout
    }

    /// What can happen.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The host name could not be resolved.
        case dns
        /// No address of the host took the connection.
        case connect
        /// The server took too long.
        case timeout
        /// The connection was closed.
        case closed
        /// The TLS handshake failed.
        case tls
        /// The server's certificate was not accepted.
        case certificate
        /// TLS is required, and the server does not offer it.
        case tlsNotOffered = "tls-not-offered"
        /// Something was sent in the clear behind the answer to STARTTLS.
        case injection
        /// The server does not speak IMAP as it must.
        case `protocol`
        /// The server refused the sign-in.
        case authentication
        /// The server offers no way to sign in that may be used here.
        case authenticationNotPossible = "authentication-not-possible"
        /// The server refused the command.
        case refused
        /// Our own configuration cannot be used.
        case configuration
        /// Nobody waits any more.
        case cancelled
    }

    /// Where.
    public let phase: Phase
    /// What.
    public let kind: Kind
    /// One line that is safe to show; what the server said, if it said something.
    public let text: String

    /// Makes a failure.
    public init(_ phase: Phase, _ kind: Kind, _ text: String) {
        self.phase = phase
        self.kind = kind
        self.text = text
    }

    /// Phase, kind and text.
    public var description: String { "imap.\(phase.rawValue).\(kind.rawValue): \(text)" }
}
