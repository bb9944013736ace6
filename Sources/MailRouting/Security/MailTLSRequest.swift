/// What the sender of a mail asks of its way (RFC 8689).
public enum MailTLSRequest: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing in particular.
    case none
    /// Only over authenticated TLS, and only to servers that keep it so (REQUIRETLS; RFC 8689, 4.2.1).
    case required
    /// Rather in the clear than not at all (`TLS-Required: No`; RFC 8689, 3 and 4.2.2): policies of the recipient's
    /// domain are passed over, an administrator's are not.
    case optional
}
