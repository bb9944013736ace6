public import Foundation
public import Localization

/// To the sender: every recipient has every file.
public struct AllFetchedMail: MailContent {
    /// The delivery's subject; may be empty.
    public var about: String
    /// How many recipients it has.
    public var recipients: Int
    /// When the last file was complete.
    public var at: Date
    /// The delivery's page.
    public var link: MailLink

    /// A notification.
    public init(about: String, recipients: Int, at: Date, link: MailLink) {
        self.about = about
        self.recipients = recipients
        self.at = at
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .allFetched }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.allFetched.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let at = text.dateTime(at, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: about.asShownSubject, heading: text("mail.allFetched.heading"),
            blocks: [
                .paragraph(text.plural("mail.allFetched.body", recipients, ["date": at])),
                .facts([.init(label: text("mail.fact.subject"), value: about.subjectOrNone(text))]),
                .button(text("mail.button.delivery"), link),
            ], isAutomatic: true)
    }
}

/// To the sender, or whom the settings name: a recipient's address was corrected.
public struct AddressCorrectedMail: MailContent {
    /// The delivery's subject; may be empty.
    public var about: String
    /// The address until now.
    public var former: String
    /// The recipient with the new address.
    public var recipient: MailPerson
    /// The delivery's page.
    public var link: MailLink

    /// A notification.
    public init(about: String, former: String, recipient: MailPerson, link: MailLink) {
        self.about = about
        self.former = former
        self.recipient = recipient
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .addressCorrected }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.addressCorrected.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        Letter(
            preview: about.asShownSubject, heading: text("mail.addressCorrected.heading"),
            blocks: [
                .paragraph(text("mail.addressCorrected.body")),
                .facts([
                    .init(label: text("mail.fact.subject"), value: about.subjectOrNone(text)),
                    .init(label: text("mail.addressCorrected.former"), value: former.asShownSubject),
                    .init(label: text("mail.addressCorrected.now"), value: recipient.fullForm),
                ]),
                .button(text("mail.button.delivery"), link),
            ], isAutomatic: true)
    }
}

/// To the sender: a draft with files was not touched for long and will be removed.
public struct UploadAbandonedMail: MailContent {
    /// The draft's subject; may be empty.
    public var about: String
    /// Its files.
    public var files: [MailFile]
    /// When it will be removed.
    public var removedAt: Date
    /// The draft's page.
    public var link: MailLink

    /// A notification.
    public init(about: String, files: [MailFile], removedAt: Date, link: MailLink) {
        self.about = about
        self.files = files
        self.removedAt = removedAt
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .uploadAbandoned }

    /// Names the draft.
    public func subject(_ text: Localizer) -> String {
        text("mail.uploadAbandoned.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let at = text.dateTime(removedAt, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: at, heading: text("mail.uploadAbandoned.heading"),
            blocks: [
                .paragraph(text("mail.uploadAbandoned.body", ["date": at])),
                .facts([.init(label: text("mail.fact.subject"), value: about.subjectOrNone(text))]),
            ] + fileBlocks(files, level: 1, text) + [.button(text("mail.uploadAbandoned.button"), link)],
            isAutomatic: true)
    }
}
