public import Foundation

/// What can stand in the audit trail; the raw values are stable.
public enum AuditAction: String, Sendable, CaseIterable {
    /// A one-time link for the first administrator was made.
    case setupLinkMade = "setup-link-made"
    /// The first administrator was made and the organisation named.
    case setupCompleted = "setup-completed"
    /// Somebody signed in; the target is the account.
    case signedIn = "signed-in"
    /// A sign-in was refused: wrong password, or an account that may not sign in.
    case signInRefused = "sign-in-refused"
    /// A second factor was refused.
    case secondFactorRefused = "second-factor-refused"
    /// Somebody signed out.
    case signedOut = "signed-out"
    /// A session was ended from the list; the target is the session.
    case sessionEnded = "session-ended"
    /// All sessions of an account but the present one were ended.
    case sessionsEnded = "sessions-ended"
    /// A link for a new password was asked for and mailed.
    case passwordResetAsked = "password-reset-asked"
    /// A link for a new password was made by an administrator or on the command line.
    case passwordResetLinkMade = "password-reset-link-made"
    /// A new password was chosen by a link.
    case passwordReset = "password-reset"
    /// A password was changed by its owner.
    case passwordChanged = "password-changed"
    /// An invitation was mailed.
    case invitationSent = "invitation-sent"
    /// An invitation was accepted.
    case invitationAccepted = "invitation-accepted"
    /// A second factor was set up.
    case secondFactorSetUp = "second-factor-set-up"
    /// A second factor was taken away by its owner.
    case secondFactorDisabled = "second-factor-disabled"
    /// A second factor was taken away by an administrator or on the command line.
    case secondFactorRemoved = "second-factor-removed"
    /// New recovery codes were made.
    case recoveryCodesMade = "recovery-codes-made"
    /// A recovery code was used in place of the second factor.
    case recoveryCodeUsed = "recovery-code-used"
    /// An account was made.
    case userCreated = "user-created"
    /// An account's name or language was changed.
    case userChanged = "user-changed"
    /// An account was disabled.
    case userDisabled = "user-disabled"
    /// An account was enabled again.
    case userEnabled = "user-enabled"
    /// An account was deleted.
    case userDeleted = "user-deleted"
    /// An account took over the deliveries of a deleted one; the target is the account that has them now.
    case userTookOver = "user-took-over"
    /// An account was made administrator.
    case administratorGranted = "administrator-granted"
    /// An account is no longer administrator.
    case administratorRevoked = "administrator-revoked"
    /// An account may send.
    case senderGranted = "sender-granted"
    /// An account may no longer send.
    case senderRevoked = "sender-revoked"
    /// An account was made auditor.
    case auditorGranted = "auditor-granted"
    /// An account is no longer auditor.
    case auditorRevoked = "auditor-revoked"
    /// An account was made user manager.
    case userManagerGranted = "user-manager-granted"
    /// An account is no longer user manager.
    case userManagerRevoked = "user-manager-revoked"
    /// An account was made domain manager.
    case domainManagerGranted = "domain-manager-granted"
    /// An account is no longer domain manager.
    case domainManagerRevoked = "domain-manager-revoked"
    /// An API token was made; the target is its id.
    case apiTokenCreated = "api-token-created"
    /// An API token was revoked; the target is its id.
    case apiTokenRevoked = "api-token-revoked"
    /// A setting was changed; the target is its key, never its value.
    case settingChanged = "setting-changed"
    /// A mail of the local mailbox was looked at; the target is the outbox row.
    case localMailViewed = "local-mail-viewed"
    /// What waits in the local mailbox was sent after a mail server was connected.
    case localMailReleased = "local-mail-released"
    /// What waits in the local mailbox was discarded.
    case localMailDiscarded = "local-mail-discarded"
    /// A mail was tried again at once; the target is the outbox row.
    case outboxRetried = "outbox-retried"
    /// A mail was cancelled; the target is the outbox row.
    case outboxCancelled = "outbox-cancelled"
    /// A mail was held; the target is the outbox row.
    case outboxHeld = "outbox-held"
    /// A mail that an administrator held was released; the target is the outbox row.
    case outboxReleased = "outbox-released"
    /// All mail that waits for a destination was held; the target is the domain.
    case destinationHeld = "destination-held"
    /// All mail to a destination that administrators held was released; the target is the domain.
    case destinationReleased = "destination-released"
    /// All mail that waits for a destination was tried again at once; the target is the domain.
    case destinationRetried = "destination-retried"
    /// All mail that waits for a destination was cancelled; the target is the domain.
    case destinationCancelled = "destination-cancelled"
    /// A test mail was sent; the target is its recipient.
    case mailTested = "mail-tested"
    /// A credential for submission was made; the target is its id.
    case submissionCredentialCreated = "submission-credential-created"
    /// A credential for submission was revoked; the target is its id.
    case submissionCredentialRevoked = "submission-credential-revoked"
    /// A certificate of the mail server was ordered at once; the target is its name.
    case certificateOrdered = "certificate-ordered"
    /// An address gets no further mail; the target is the address.
    case addressSuppressed = "address-suppressed"
    /// Mail goes to a suppressed address again; the target is the address.
    case suppressionLifted = "suppression-lifted"
    /// A suppressed address proved alive, so that mail goes there again; the target is the address.
    case suppressionHealed = "suppression-healed"
    /// An address gets no reminders; the target is the address.
    case remindersRefused = "reminders-refused"
    /// Reminders go to an address again; the target is the address.
    case remindersAllowed = "reminders-allowed"
    /// A sender domain was added; the target is the domain.
    case domainAdded = "domain-added"
    /// A sender domain was removed; the target is the domain.
    case domainRemoved = "domain-removed"
    /// The policy of a sender domain was changed; the target is the domain.
    case domainPolicyChanged = "domain-policy-changed"
    /// All mail that waited for a sender domain was released; the target is the domain.
    case domainMailReleased = "domain-mail-released"
    /// New keys were made for a sender domain; the target is the domain.
    case domainKeysRotated = "domain-keys-rotated"
    /// A key of another system was taken over; the target is domain and selector.
    case domainKeyImported = "domain-key-imported"
    /// A key was forgotten; the target is domain and selector.
    case domainKeyForgotten = "domain-key-forgotten"
    /// A hand-over link was made; the target is the domain.
    case domainHandOverMade = "domain-hand-over-made"
    /// The hand-over links of a domain were revoked; the target is the domain.
    case domainHandOverRevoked = "domain-hand-over-revoked"
    /// Somebody asked for a sender domain; the target is the domain.
    case domainRequested = "domain-requested"
    /// A request for a sender domain was approved; the target is the domain.
    case domainApproved = "domain-approved"
    /// A request for a sender domain was refused; the target is the domain.
    case domainRefused = "domain-refused"
    /// A postmaster confirmed a sender domain; the target is the domain.
    case domainControlProven = "domain-control-proven"
    /// A delivery was sent; the target is the delivery.
    case deliverySent = "delivery-sent"
    /// Somebody's delivery was looked at by another who may see them all; the target is the delivery.
    case deliveryViewed = "delivery-viewed"
    /// A delivery was withdrawn; the target is the delivery.
    case deliveryWithdrawn = "delivery-withdrawn"
    /// A delivery went to another account because its sender's was deleted; the target is the delivery.
    case deliveryHandedOver = "delivery-handed-over"
    /// A delivery got more time; the target is the delivery.
    case deliveryExtended = "delivery-extended"
    /// A draft was discarded; the target is the delivery.
    case deliveryDiscarded = "delivery-discarded"
    /// Recipients were reminded by hand; the target is the delivery.
    case deliveryReminded = "delivery-reminded"
    /// The mail about a delivery was sent again; the target is the recipient's id.
    case deliveryResent = "delivery-resent"
    /// A recipient's address was corrected; the target is the recipient's id.
    case recipientCorrected = "recipient-corrected"
    /// A backup was begun; the target tells whether the key goes with it.
    case backupMade = "backup-made"
    /// Entries of an older version, which the target names, were tied together.
    case auditChained = "audit-chained"
    /// The audit trail was exported; the target is the form.
    case auditExported = "audit-exported"
    /// A report of what users sent was exported; the target names months and form.
    case reportExported = "report-exported"
    /// Personal fields of the entries that the target names were replaced.
    case auditPseudonymised = "audit-pseudonymised"
    /// The entries that the target names were removed because their time was over.
    case auditRemoved = "audit-removed"
    /// A file in which the virus scanner found something was let go all the same; the target is the file.
    case fileReleased = "file-released"
    /// A file in which the virus scanner found something was taken away; the target is the file.
    case fileRemoved = "file-removed"

    /// A group was made; the target is the group.
    case groupCreated = "group-created"
    /// A group got another name; the target is the group.
    case groupRenamed = "group-renamed"
    /// The rules of a group were changed; the target is the group.
    case groupPolicyChanged = "group-policy-changed"
    /// A group got a mailbox, another address or name for it, or lost it; the target is the group.
    case groupMailboxChanged = "group-mailbox-changed"
    /// Another mailbox took over the deliveries of one; the target is the former group and the other.
    case groupMailboxHandedOver = "group-mailbox-handed-over"
    /// A group was removed; the target is the group.
    case groupRemoved = "group-removed"
    /// An account was put into a group; the target is the account and the group.
    case groupMemberAdded = "group-member-added"
    /// An account was taken out of a group; the target is the account and the group.
    case groupMemberRemoved = "group-member-removed"

    /// The words of a mail were changed; the target is its kind and language.
    case mailTemplateChanged = "mail-template-changed"
    /// The original words of a mail were taken back; the target is its kind and language.
    case mailTemplateReset = "mail-template-reset"
    /// A mail with sample data was sent to try its words; the target is its kind and language.
    case mailTemplateSent = "mail-template-sent"

    /// An account got that role.
    static func granted(_ role: Role) -> AuditAction {
        switch role {
        case .sender: .senderGranted
        case .auditor: .auditorGranted
        case .userManager: .userManagerGranted
        case .domainManager: .domainManagerGranted
        case .administrator: .administratorGranted
        }
    }

    /// An account lost that role.
    static func revoked(_ role: Role) -> AuditAction {
        switch role {
        case .sender: .senderRevoked
        case .auditor: .auditorRevoked
        case .userManager: .userManagerRevoked
        case .domainManager: .domainManagerRevoked
        case .administrator: .administratorRevoked
        }
    }

    /// The entry of this action.
    ///
    /// - Parameters:
    ///   - actor: who did it; `nil` for the system, the command line or a stranger.
    ///   - target: to what: an id, a key, an address. Never content, never a secret.
    ///   - origin: from where.
    ///   - at: when.
    public func record(by actor: AccountID?, target: String, origin: RequestOrigin, at: Date) -> AuditRecord {
        AuditRecord(
            at: at, actor: actor, action: rawValue, target: target, clientAddress: origin.clientAddress)
    }
}
