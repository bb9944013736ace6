public import Foundation
public import Localization

/// To administrators: mail does not get out.
public struct OutboxStuckMail: MailContent {
    /// How many mails wait.
    public var waiting: Int
    /// Since when the oldest waits.
    public var since: Date
    /// What the mail server said last, if anything; shown as it is.
    public var answer: String?
    /// The outbox.
    public var link: MailLink

    /// A notification.
    public init(waiting: Int, since: Date, answer: String?, link: MailLink) {
        self.waiting = waiting
        self.since = since
        self.answer = answer
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .outboxStuck }

    /// Names how many wait.
    public func subject(_ text: Localizer) -> String { text.plural("mail.outboxStuck.subject", waiting) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let since = text.dateTime(since, timeZone: branding.timeZone, showingZone: true)
        var facts = [Letter.Fact(label: text("mail.outboxStuck.since"), value: since)]
        if let answer, !answer.isBlank {
            facts.append(.init(label: text("mail.outboxStuck.answer"), value: answer.asShownSubject))
        }
        return Letter(
            preview: since, heading: text.plural("mail.outboxStuck.subject", waiting),
            blocks: [
                .paragraph(text("mail.outboxStuck.body")), .facts(facts),
                .button(text("mail.outboxStuck.button"), link),
            ], isAutomatic: true)
    }
}

/// To administrators: the disk that holds the files is nearly full.
public struct StorageLowMail: MailContent {
    /// How much is left, octets.
    public var available: Int64
    /// How large the disk is, octets.
    public var total: Int64
    /// The administration.
    public var link: MailLink

    /// A notification.
    public init(available: Int64, total: Int64, link: MailLink) {
        self.available = available
        self.total = total
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .storageLow }

    /// What it is about.
    public func subject(_ text: Localizer) -> String { text("mail.storageLow.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        Letter(
            preview: text("mail.storageLow.heading"), heading: text("mail.storageLow.heading"),
            blocks: [
                .paragraph(text("mail.storageLow.body")),
                .facts([
                    .init(label: text("mail.storageLow.available"), value: text.size(available)),
                    .init(label: text("mail.storageLow.total"), value: text.size(total)),
                ]),
                .button(text("mail.storageLow.button"), link),
            ], isAutomatic: true)
    }
}
