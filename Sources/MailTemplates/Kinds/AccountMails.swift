public import Foundation
public import Localization

/// To an account's owner who has forgotten the password.
public struct PasswordForgottenMail: MailContent {
    /// Where a new password is chosen; works once.
    public var link: MailLink
    /// Until when it works.
    public var expiresAt: Date

    /// A mail with a link to be used once.
    public init(link: MailLink, expiresAt: Date) {
        self.link = link
        self.expiresAt = expiresAt
    }

    /// The kind of mail.
    public var kind: MailKind { .passwordForgotten }

    /// What it is about.
    public func subject(_ text: Localizer) -> String { text("mail.passwordForgotten.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: text("mail.passwordForgotten.preview"), heading: text("mail.passwordForgotten.heading"),
            blocks: [
                .paragraph(text("mail.passwordForgotten.body", ["organisation": branding.organisation])),
                .button(text("mail.passwordForgotten.button"), link),
                .note(text("mail.once", ["date": until])),
                .note(text("mail.passwordForgotten.notYou")),
            ], isAutomatic: true)
    }
}

/// To somebody for whom an account was made.
public struct InvitationMail: MailContent {
    /// Who made the account.
    public var invitedBy: MailPerson
    /// The new account's address, as it is used to sign in.
    public var account: String
    /// Where the password is chosen; works once.
    public var link: MailLink
    /// Until when it works.
    public var expiresAt: Date

    /// An invitation.
    public init(invitedBy: MailPerson, account: String, link: MailLink, expiresAt: Date) {
        self.invitedBy = invitedBy
        self.account = account
        self.link = link
        self.expiresAt = expiresAt
    }

    /// The kind of mail.
    public var kind: MailKind { .invitation }

    /// Names the organisation's service.
    public func subject(_ text: Localizer) -> String {
        text("mail.invitation.subject", ["person": invitedBy.shortForm])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: text("mail.invitation.preview"), heading: text("mail.invitation.heading"),
            blocks: [
                .paragraph(
                    text(
                        "mail.invitation.body",
                        ["person": invitedBy.sentenceForm, "organisation": branding.organisation])),
                .facts([.init(label: text("mail.fact.account"), value: account.asShownSubject)]),
                .button(text("mail.invitation.button"), link),
                .note(text("mail.once", ["date": until])),
            ], isAutomatic: true)
    }
}

/// To a recipient: the digits that prove the address.
public struct CodeMail: MailContent {
    /// The digits.
    public var code: String
    /// How long they are valid, in minutes.
    public var minutes: Int
    /// Who sent the delivery.
    public var sender: MailPerson

    /// A code.
    public init(code: String, minutes: Int = 30, sender: MailPerson) {
        self.code = code
        self.minutes = minutes
        self.sender = sender
    }

    /// The kind of mail.
    public var kind: MailKind { .code }

    /// Never holds the code: subjects stand in logs and on locked screens.
    public func subject(_ text: Localizer) -> String { text("mail.code.subject", ["sender": sender.shortForm]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        Letter(
            preview: text.plural("mail.code.validity", minutes), heading: text("mail.code.heading"),
            blocks: [
                .paragraph(text("mail.code.body", ["sender": sender.sentenceForm])),
                .code(String(code.filter { $0.isASCII && ($0.isNumber || $0.isLetter) })),
                .paragraph(text.plural("mail.code.validity", minutes) + " " + text("mail.code.window")),
                .note(text("mail.code.notYou")),
            ], isAutomatic: true)
    }
}
