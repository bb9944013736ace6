public import Foundation
public import Localization

/// To the sender: a recipient found the delivery expired and asks for more time.
public struct RenewalAskedMail: MailContent {
    /// Who asks; nil for somebody with a shared link.
    public var recipient: MailPerson?
    /// The delivery's subject; may be empty.
    public var about: String
    /// Where the sender gives more time.
    public var link: MailLink
    /// Until when the files are kept for that.
    public var keptUntil: Date

    /// A request.
    public init(recipient: MailPerson?, about: String, link: MailLink, keptUntil: Date) {
        self.recipient = recipient
        self.about = about
        self.link = link
        self.keptUntil = keptUntil
    }

    /// The kind of mail.
    public var kind: MailKind { .renewalAsked }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.renewalAsked.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(keptUntil, timeZone: branding.timeZone, showingZone: true)
        let who = recipient?.sentenceForm ?? text("mail.downloaded.someone")
        return Letter(
            preview: about.asShownSubject, heading: text("mail.renewalAsked.heading"),
            blocks: [
                .paragraph(text("mail.renewalAsked.body", ["recipient": who])),
                .facts([
                    .init(label: text("mail.fact.subject"), value: about.subjectOrNone(text)),
                    .init(label: text("mail.fact.kept"), value: until),
                ]),
                .button(text("mail.renewalAsked.button"), link),
                .note(text("mail.renewalAsked.next")),
            ], isAutomatic: true)
    }
}

/// To the sender: a mail to a recipient failed for good.
public struct UndeliverableMail: MailContent {
    /// The recipient whom it did not reach.
    public var recipient: MailPerson
    /// The delivery's subject; may be empty.
    public var about: String
    /// Why.
    public var reason: UndeliverableReason
    /// What the other server said, if anything; shown as it is.
    public var answer: String?
    /// The delivery's page, where the address can be corrected.
    public var link: MailLink

    /// A notification.
    public init(
        recipient: MailPerson, about: String, reason: UndeliverableReason, answer: String?, link: MailLink
    ) {
        self.recipient = recipient
        self.about = about
        self.reason = reason
        self.answer = answer
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .undeliverable }

    /// Names the recipient.
    public func subject(_ text: Localizer) -> String {
        text("mail.undeliverable.subject", ["recipient": recipient.address])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        var facts = [
            Letter.Fact(label: text("mail.fact.recipient"), value: recipient.fullForm),
            Letter.Fact(label: text("mail.fact.subject"), value: about.subjectOrNone(text)),
        ]
        if let answer = shownAnswer(answer) { facts.append(.init(label: text("mail.fact.answer"), value: answer)) }
        return Letter(
            preview: text("mail.reason.\(reason.key).what"), heading: text("mail.undeliverable.heading"),
            blocks: [
                .paragraph(text("mail.reason.\(reason.key).what")),
                .paragraph(text("mail.reason.\(reason.key).next")),
                .facts(facts),
                .button(text("mail.button.delivery"), link),
                .note(text("mail.undeliverable.others")),
            ], isAutomatic: true)
    }
}

/// To the sender: a mail to a recipient has been waiting for hours and is still being tried.
public struct DelayedMail: MailContent {
    /// The recipient whom it has not reached.
    public var recipient: MailPerson
    /// The delivery's subject; may be empty.
    public var about: String
    /// What the other server said, if anything; shown as it is.
    public var answer: String?
    /// Until when it is tried.
    public var triedUntil: Date
    /// The delivery's page.
    public var link: MailLink

    /// A notification.
    public init(recipient: MailPerson, about: String, answer: String?, triedUntil: Date, link: MailLink) {
        self.recipient = recipient
        self.about = about
        self.answer = answer
        self.triedUntil = triedUntil
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .delayed }

    /// Names the recipient.
    public func subject(_ text: Localizer) -> String {
        text("mail.delayed.subject", ["recipient": recipient.address])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(triedUntil, timeZone: branding.timeZone, showingZone: true)
        var facts = [
            Letter.Fact(label: text("mail.fact.recipient"), value: recipient.fullForm),
            Letter.Fact(label: text("mail.fact.subject"), value: about.subjectOrNone(text)),
            Letter.Fact(label: text("mail.fact.tried"), value: until),
        ]
        if let answer = shownAnswer(answer) { facts.append(.init(label: text("mail.fact.answer"), value: answer)) }
        return Letter(
            preview: text("mail.delayed.heading"), heading: text("mail.delayed.heading"),
            blocks: [
                .paragraph(text("mail.delayed.body")), .facts(facts), .button(text("mail.button.delivery"), link),
            ], isAutomatic: true)
    }
}

/// To the sender: a copy of what the recipients were told.
public struct CopyMail: MailContent {
    /// What was sent; its link is not shown, because it would be a recipient's.
    public var delivery: DeliveryMail
    /// All recipients, as the sender may see them.
    public var recipients: [MailPerson]
    /// The delivery's page.
    public var link: MailLink

    /// A copy.
    public init(of delivery: DeliveryMail, recipients: [MailPerson], link: MailLink) {
        self.delivery = delivery
        self.recipients = recipients
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .copy }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.copy.subject", ["subject": delivery.about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let limit = 100
        var items = recipients.prefix(limit).map(\.fullForm)
        if recipients.count > limit { items.append(text.plural("mail.copy.more", recipients.count - limit)) }
        let until = text.dateTime(delivery.expiresAt, timeZone: branding.timeZone, showingZone: true)
        var blocks: [Letter.Block] = [
            .list(title: text.plural("mail.copy.recipients", recipients.count), items: items.map { .init(text: $0) }),
            .facts([
                .init(label: text("mail.fact.subject"), value: delivery.about.subjectOrNone(text)),
                .init(label: text("mail.fact.until"), value: until),
            ]),
        ]
        switch delivery.message {
        case .text(let words): if !words.isBlank { blocks.append(.message(words)) }
        case .withheld: blocks.append(.paragraph(text("mail.copy.withheld")))
        }
        blocks += fileBlocks(delivery.files, level: delivery.level, text)
        blocks.append(.button(text("mail.button.delivery"), link))
        return Letter(
            preview: delivery.about.asShownSubject, heading: text("mail.copy.heading"), blocks: blocks,
            isAutomatic: true)
    }
}

/// What a server said, on one line and not longer than people read; nil if it said nothing.
func shownAnswer(_ answer: String?) -> String? {
    guard let answer, !answer.isBlank else { return nil }
    return Markup.normalised(answer).split(separator: "\n").joined(separator: " ").asShownSubject
}
