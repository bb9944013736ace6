public import Localization

// What the fields say in mails: to senders.

extension DownloadedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.subject: about.subjectOrNone(text)]
    }
}

extension AllFetchedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.subject: about.subjectOrNone(text), .count: text.number(Int64(recipients)), .date: told(at, text, branding)]
    }
}

extension RenewalAskedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [
            .recipient: recipient?.sentenceForm ?? text("mail.downloaded.someone"), .subject: about.subjectOrNone(text),
            .date: told(keptUntil, text, branding),
        ]
    }
}

extension UndeliverableMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.recipient: recipient.sentenceForm, .recipientAddress: recipient.address, .subject: about.subjectOrNone(text)]
    }
}

extension DelayedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [
            .recipient: recipient.sentenceForm, .recipientAddress: recipient.address,
            .subject: about.subjectOrNone(text), .date: told(triedUntil, text, branding),
        ]
    }
}

extension CopyMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [
            .subject: delivery.about.subjectOrNone(text), .date: told(delivery.expiresAt, text, branding),
            .count: text.number(Int64(recipients.count)),
        ]
    }
}

extension HeldMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [
            .recipient: recipient.sentenceForm, .recipientAddress: recipient.address, .domain: domain,
        ])
    }
}

extension AddressCorrectedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [
            .recipient: recipient.sentenceForm, .recipientAddress: recipient.address,
            .subject: about.subjectOrNone(text), .former: former,
        ]
    }
}

extension UploadAbandonedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.subject: about.subjectOrNone(text), .date: told(removedAt, text, branding)]
    }
}

extension VirusFoundMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.file: file])
    }
}

extension GatheredMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.count: text.number(notices.count), .date: told(since, text, branding)]
    }
}
