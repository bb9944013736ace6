public import Localization

// What the fields say in mails: to owners of accounts.

extension PasswordForgottenMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.date: told(expiresAt, text, branding)]
    }
}

extension InvitationMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        invitedBy.personValues(with: [.account: account, .date: told(expiresAt, text, branding)])
    }
}

extension PasswordChangedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.date: told(at, text, branding), .browser: browser ?? text("page.account.unknownBrowser")]
    }
}

extension NewSignInMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.date: told(at, text, branding), .browser: browser ?? text("page.account.unknownBrowser")]
    }
}

extension QuotaLowMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [:]
    }
}

extension TookOverMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        former.personValues(with: [.count: text.number(count)])
    }
}

extension AccountDisabledMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.account: account, .date: told(at, text, branding)]
    }
}
