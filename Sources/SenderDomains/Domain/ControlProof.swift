public import DNS
public import FoundationEssentials
public import MailMessage

/// The proof that whoever added a domain has power over it, so that nobody claims somebody else's.
///
/// There are three ways: a text record with a token, a mail to the domain's postmaster, or a DKIM key whose private
/// half is here and whose record stands in the domain's zone (only whoever controls the zone can have put it there, or
/// handed over the key that was there).
public struct ControlProof: Sendable, Hashable, Codable {
    /// How control was proven.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// A text record at `_depesche-challenge.<domain>`.
        case txt
        /// A link in a mail to `postmaster@<domain>` was followed.
        case postmaster
        /// The record of a key whose private half is here.
        case key
    }

    /// The label in front of the domain at which the token is looked for.
    public static let label = "_depesche-challenge"

    /// The token, 128 random bits as text.
    public let token: String
    /// How control was proven; `nil` while it is not.
    public private(set) var method: Method?
    /// When it was first proven.
    public private(set) var provenAt: Date?

    /// A proof that is still to be given.
    ///
    /// - Parameter token: at least 128 random bits in a form without blanks, quotes and semicolons.
    public init(token: String) {
        self.token = token
    }

    /// Restores a proof from where it was stored.
    public init(token: String, method: Method?, provenAt: Date?) {
        self.token = token
        self.method = method
        self.provenAt = provenAt
    }

    /// Whether control is proven.
    public var isProven: Bool { provenAt != nil }

    /// What the text record says.
    public var recordText: String { "depesche-verification=\(token)" }

    /// The name of the text record; `nil` if the domain is so long that there is no such name.
    public static func recordName(_ domain: MailDomain) -> DNSName? {
        DNSName(domain.ascii)?.prefixed(by: label)
    }

    /// Notes that control is proven; the first proof stays.
    mutating func prove(by method: Method, now: Date) -> Bool {
        guard provenAt == nil else { return false }
        self.method = method
        provenAt = now
        return true
    }
}
