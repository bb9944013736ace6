/// Which envelope sender mail has: the setting `mail.return-path`.
public enum ReturnPathMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The visible From address: reports go to that mailbox, and SPF of its domain counts.
    case account
    /// A keyed address at our own domain: SPF does not align with the sender's domain, so DKIM must.
    case own
    /// A keyed address at `bounce.<sender domain>`: SPF there aligns unless DMARC asks for the very same domain
    /// (RFC 9989, 4.4.2).
    case subdomain

    /// The label in front of a sender domain in the mode `subdomain`.
    public static let bounceLabel = "bounce"
}
