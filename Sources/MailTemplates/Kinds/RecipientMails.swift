public import Foundation
public import Localization

/// To a recipient who has not fetched everything, before it is too late.
public struct ReminderMail: MailContent {
    /// Who sent the delivery.
    public var sender: MailPerson
    /// The delivery's subject; may be empty.
    public var about: String
    /// The security level, 1 to 4; the file names stand in the mail at level 1 only.
    public var level: Int
    /// The files not fetched yet.
    public var files: [MailFile]
    /// The recipient's own link.
    public var link: MailLink
    /// Until when it can be fetched.
    public var expiresAt: Date

    /// A reminder.
    public init(
        sender: MailPerson, about: String, level: Int, files: [MailFile], link: MailLink, expiresAt: Date
    ) {
        self.sender = sender
        self.about = about
        self.level = level
        self.files = files
        self.link = link
        self.expiresAt = expiresAt
    }

    /// The kind of mail.
    public var kind: MailKind { .reminder }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.reminder.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        var blocks: [Letter.Block] = [
            .paragraph(text("mail.reminder.body", ["sender": sender.shortForm, "date": until])),
            .facts(deliveryFacts(sender: sender, about: about, text)),
        ]
        blocks += fileBlocks(files, level: level, text)
        blocks.append(.button(text("mail.delivery.button"), link))
        return Letter(preview: until, heading: text("mail.reminder.heading"), blocks: blocks, isAutomatic: true)
    }
}

/// To a recipient: the sender gave more time.
public struct RenewedMail: MailContent {
    /// Who sent the delivery.
    public var sender: MailPerson
    /// The delivery's subject; may be empty.
    public var about: String
    /// The recipient's own link.
    public var link: MailLink
    /// Until when it can be fetched now.
    public var expiresAt: Date

    /// A notification.
    public init(sender: MailPerson, about: String, link: MailLink, expiresAt: Date) {
        self.sender = sender
        self.about = about
        self.link = link
        self.expiresAt = expiresAt
    }

    /// The kind of mail.
    public var kind: MailKind { .renewed }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.renewed.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: until, heading: text("mail.renewed.heading"),
            blocks: [
                .paragraph(text("mail.renewed.body", ["sender": sender.shortForm, "date": until])),
                .facts(deliveryFacts(sender: sender, about: about, text)),
                .button(text("mail.delivery.button"), link),
            ], isAutomatic: true)
    }
}

/// To a recipient: the sender took the delivery back.
public struct WithdrawnMail: MailContent {
    /// Who sent the delivery.
    public var sender: MailPerson
    /// The delivery's subject; may be empty.
    public var about: String
    /// When it was withdrawn.
    public var withdrawnAt: Date

    /// A notification.
    public init(sender: MailPerson, about: String, withdrawnAt: Date) {
        self.sender = sender
        self.about = about
        self.withdrawnAt = withdrawnAt
    }

    /// The kind of mail.
    public var kind: MailKind { .withdrawn }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.withdrawn.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let at = text.dateTime(withdrawnAt, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: text("mail.withdrawn.heading"), heading: text("mail.withdrawn.heading"),
            blocks: [
                .paragraph(text("mail.withdrawn.body", ["sender": sender.shortForm, "date": at])),
                .facts(deliveryFacts(sender: sender, about: about, text)),
                .note(text("mail.withdrawn.next", ["address": sender.address])),
            ], isAutomatic: true)
    }
}

/// Who sent it and what it is about.
func deliveryFacts(sender: MailPerson, about: String, _ text: Localizer) -> [Letter.Fact] {
    [
        Letter.Fact(label: text("mail.fact.from"), value: sender.fullForm),
        Letter.Fact(label: text("mail.fact.subject"), value: about.subjectOrNone(text)),
    ]
}
