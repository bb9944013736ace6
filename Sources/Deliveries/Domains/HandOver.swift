public import Foundation
public import MailMessage

/// The identifier of a hand-over link.
public typealias HandOverID = Identifier<HandOver>

/// A link that somebody else opens without signing in: to see a domain's records turn green, or to prove control.
public struct HandOver: Equatable, Sendable {
    /// What the link is for.
    public enum Purpose: String, Sendable, CaseIterable {
        /// The person who looks after DNS sees the records and how they stand.
        case records
        /// The domain's postmaster confirms that the domain may be used.
        case control
    }

    /// How long a link works, seconds.
    public static let lifetime: TimeInterval = 14 * 86_400

    /// Its name.
    public let id: HandOverID
    /// The domain.
    public let domain: MailDomain
    /// What it is for.
    public let purpose: Purpose
    /// The SHA-256 hash of its token, hexadecimal.
    public let tokenHash: String
    /// The token, sealed (table `hand_over`, column `sealed_token`), so that the link can be shown again.
    public let sealedToken: Data
    /// Who made it; `nil` for the system.
    public let madeBy: AccountID?
    /// When.
    public let createdAt: Date
    /// When it ends.
    public let expiresAt: Date
    /// When it was revoked or, for a proof of control, used.
    public var revokedAt: Date?

    /// A link with all its parts.
    public init(
        id: HandOverID, domain: MailDomain, purpose: Purpose, tokenHash: String, sealedToken: Data, madeBy: AccountID?,
        createdAt: Date, expiresAt: Date, revokedAt: Date? = nil
    ) {
        self.id = id
        self.domain = domain
        self.purpose = purpose
        self.tokenHash = tokenHash
        self.sealedToken = sealedToken
        self.madeBy = madeBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// Whether it works at a time.
    public func isOpen(at now: Date) -> Bool { revokedAt == nil && now < expiresAt }
}
