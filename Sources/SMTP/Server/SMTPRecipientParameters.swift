/// The parameters of RCPT (RFC 3461, 4.1 and 4.2).
public struct SMTPRecipientParameters: Sendable, Hashable {
    /// NOTIFY: when reports are wanted; empty for NEVER, nil if not given.
    public var notify: Set<Notification>?
    /// ORCPT: the address that the sender gave in the first place.
    public var original: OriginalRecipient?

    /// Makes parameters of which none is given.
    public init() {}

    /// The values of NOTIFY other than NEVER (RFC 3461, 4.1).
    public enum Notification: String, Sendable, Hashable, Codable {
        /// When the mail was delivered.
        case success = "SUCCESS"
        /// When it was not.
        case failure = "FAILURE"
        /// When it is late.
        case delay = "DELAY"
    }

    /// The value of ORCPT (RFC 3461, 4.2).
    public struct OriginalRecipient: Sendable, Hashable, Codable {
        /// The address type in lower case, such as `rfc822`.
        public var type: String
        /// The address, decoded. Unprintable octets of it are spaces. An address of the type `utf-8` keeps its own
        /// encoding (RFC 6533, 3).
        public var address: String

        /// Makes a value.
        public init(type: String, address: String) {
            self.type = type
            self.address = address
        }
    }
}
