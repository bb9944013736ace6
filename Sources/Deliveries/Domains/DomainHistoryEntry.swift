public import Foundation
public import MailMessage

/// Something that happened to a sender domain, kept for as long as the domain is known and after.
public struct DomainHistoryEntry: Equatable, Sendable {
    /// What people did; what DNS did has the codes of `DomainEvent`.
    public enum Deed: String, Sendable, CaseIterable {
        /// The domain was added.
        case added
        /// A user asked for it; the detail is what was written.
        case requested
        /// The operator approved it.
        case approved
        /// The operator refused it; the detail is the reason.
        case refused
        /// Another policy was chosen; the detail is the policy.
        case policyChanged = "policy-changed"
        /// An administrator let the mail go that waited.
        case mailReleased = "mail-released"
        /// A key was taken over from another system; the detail is its selector.
        case keyImported = "key-imported"
        /// New keys were made; the detail names their selectors.
        case rotated
        /// New keys were made because the old ones may be known to others; the detail names their selectors.
        case rotatedInEmergency = "rotated-in-emergency"
        /// New keys were made by the clock; the detail names their selectors.
        case rotatedByItself = "rotated-by-itself"
        /// Selectors of another operator were taken over; the detail names them.
        case selectorsTold = "selectors-told"
        /// A key was forgotten; the detail is its selector.
        case keyForgotten = "key-forgotten"
        /// A hand-over link was made.
        case handOverMade = "hand-over-made"
        /// A hand-over link was revoked.
        case handOverRevoked = "hand-over-revoked"
        /// A mail to the postmaster was sent.
        case postmasterAsked = "postmaster-asked"
        /// A record was published in the operator's zone; the detail is its name.
        case recordPublished = "record-published"
        /// The operator's zone refused an update; the detail is the reason.
        case updateRefused = "update-refused"
        /// The domain was removed.
        case removed
    }

    /// The number: ascending in the order of commits, 0 before it is stored.
    public let number: Int64
    /// The domain.
    public let domain: MailDomain
    /// When.
    public let at: Date
    /// Who did it; `nil` for the system and for strangers with a link.
    public let actor: AccountID?
    /// What: a ``Deed`` or the code of a `DomainEvent`.
    public let code: String
    /// A short detail that can be shown: a selector, a reason.
    public let detail: String

    /// An entry with all its parts.
    public init(
        number: Int64 = 0, domain: MailDomain, at: Date, actor: AccountID?, code: String, detail: String
    ) {
        self.number = number
        self.domain = domain
        self.at = at
        self.actor = actor
        self.code = code
        self.detail = detail
    }
}
