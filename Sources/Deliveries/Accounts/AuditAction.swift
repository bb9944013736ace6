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
    /// An account was made administrator.
    case administratorGranted = "administrator-granted"
    /// An account is no longer administrator.
    case administratorRevoked = "administrator-revoked"
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
    /// A test mail was sent; the target is its recipient.
    case mailTested = "mail-tested"

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
