/// Something that an account may or may not do. What is asked for wherever rights matter; which role brings what stands
/// in ``Role/permits(_:)`` and nowhere else.
public enum Capability: String, Sendable, CaseIterable {
    /// Make, change, send and follow up deliveries.
    case send
    /// Open the administration at all, with its overview.
    case seeAdministration
    /// See who has an account, and what each may do.
    case seeUsers
    /// Invite, change, disable and help users, as far as they may not do more than the one who acts.
    case manageUsers
    /// See everybody's deliveries: who sent what files to whom, and what became of them; never subject, message or content.
    case seeDeliveries
    /// Make, change and remove groups and their policies.
    case manageGroups
    /// See sender domains, their records and reports.
    case seeDomains
    /// Add, check, change and remove sender domains, and answer requests for them.
    case manageDomains
    /// See how mail fares: the built-in mail server, TLS reports, destinations, hours.
    case seeMailHealth
    /// See what is set; secrets are never shown.
    case seeSettings
    /// Change settings, credentials and certificates, and send test mails.
    case changeSettings
    /// See the queue of mail and the addresses that get none, never what stands in a mail.
    case seeOutbox
    /// Retry, hold, release and cancel mail, and stop or allow addresses.
    case steerOutbox
    /// Read the mail that the local mailbox keeps.
    case readLocalMail
    /// Read the audit trail.
    case seeAudit
    /// See how much each user sends.
    case seeReports
}
