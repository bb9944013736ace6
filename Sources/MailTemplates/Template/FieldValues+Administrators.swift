public import Localization

// What the fields say in mails: to administrators and whoever looks after domains.

extension TestMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        requestedBy.personValues(with: [.date: told(requestedAt, text, branding), .marker: marker])
    }
}

extension ReportedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        sender.senderValues(with: [.subject: about.subjectOrNone(text), .date: told(reportedAt, text, branding)])
    }
}

extension DomainStateMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.domain: domain]
    }
}

extension DomainRequestedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        requester.personValues(with: [.domain: domain])
    }
}

extension DomainApprovedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.domain: domain, .date: told(expiresAt, text, branding)]
    }
}

extension DomainRefusedMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.domain: domain]
    }
}

extension DomainControlMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        requester.personValues(with: [.domain: domain, .date: told(expiresAt, text, branding)])
    }
}

extension CertificateMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.domain: name]
    }
}

extension ScannerSilentMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.date: told(since, text, branding)]
    }
}

extension StorageLowMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [:]
    }
}

extension OutboxStuckMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.count: text.number(Int64(waiting)), .date: told(since, text, branding)]
    }
}

extension DailySummaryMail {
    /// What the fields of a template say in this mail.
    public func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String] {
        [.count: text.number(problems.count), .date: told(at, text, branding)]
    }
}
