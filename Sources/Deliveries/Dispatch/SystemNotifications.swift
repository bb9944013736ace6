public import Foundation
public import Localization
public import MailMessage
public import MailTemplates
import Secrets

/// The dispatch path `system`: mail that an event causes, in the name of the system sender.
public struct SystemNotifications: Sendable {
    private let composer: MailComposer

    /// Notifications by a composer.
    public init(_ composer: MailComposer) {
        self.composer = composer
    }

    /// Any notification.
    ///
    /// - Parameters:
    ///   - content: what it says.
    ///   - to: whom it goes to.
    ///   - language: in which language.
    ///   - thread: the delivery that it is about.
    ///   - settings: the settings in force.
    ///   - now: the time.
    /// - Returns: the row for the outbox.
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be composed.
    public func entry(
        _ content: any MailContent, to: Mailbox, language: Language, thread: MailComposer.Thread? = nil,
        settings: Settings, now: Date
    ) throws -> OutboxEntry {
        try composer.entry(
            content, to: to, author: .system, language: language, thread: thread, settings: settings, now: now)
    }

    /// The link for a new password.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be composed.
    func passwordForgotten(
        to account: Account, token: Token, language: Language, settings: Settings, now: Date
    ) throws -> OutboxEntry {
        let content = PasswordForgottenMail(
            link: try MailComposer.link(settings.addresses.passwordReset(token)),
            expiresAt: now.addingTimeInterval(PasswordReset.linkLifetime))
        return try entry(content, to: account.mailbox, language: language, settings: settings, now: now)
    }

    /// The password was changed; no row if that is not told.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be composed.
    func passwordChanged(of account: Account, origin: RequestOrigin, settings: Settings, now: Date) throws
        -> [OutboxEntry]
    {
        guard settings.sends(.passwordChanged) else { return [] }
        let content = PasswordChangedMail(
            at: now, browser: BrowserName(origin.userAgent).words,
            link: try MailComposer.link(settings.addresses.passwordForgotten))
        return [
            try entry(content, to: account.mailbox, language: account.language, settings: settings, now: now)
        ]
    }

    /// The link of an invitation; without an inviter the system itself invites.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be composed.
    func invitation(
        to account: Account, by inviter: Account?, token: Token, language: Language, settings: Settings, now: Date
    ) throws -> OutboxEntry {
        guard let person = inviter?.mailbox ?? settings.systemSenderOrStandIn else {
            throw DeliveriesError(.trouble, detail: "nobody to invite in the name of")
        }
        let content = InvitationMail(
            invitedBy: MailPerson(person), account: account.email.displayForm,
            link: try MailComposer.link(settings.addresses.invitation(token)),
            expiresAt: now.addingTimeInterval(Invitations.linkLifetime))
        return try entry(content, to: account.mailbox, language: language, settings: settings, now: now)
    }
}
