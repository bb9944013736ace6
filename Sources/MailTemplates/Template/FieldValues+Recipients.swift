public import Localization

// What the fields say in mails: to recipients.

extension DeliveryMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.subject: about.subjectOrNone(text), .date: told(expiresAt, text, branding)])
    }
}

extension ReminderMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.subject: about.subjectOrNone(text), .date: told(expiresAt, text, branding)])
    }
}

extension RenewedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.subject: about.subjectOrNone(text), .date: told(expiresAt, text, branding)])
    }
}

extension WithdrawnMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.subject: about.subjectOrNone(text), .date: told(withdrawnAt, text, branding)])
    }
}

extension CodeMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.minutes: text.number(Int64(minutes))])
    }
}
