public import Foundation
public import Localization

/// To the operator: somebody asks that mail may leave in the name of a domain.
public struct DomainRequestedMail: MailContent {
    /// The domain as people read it.
    public var domain: String
    /// Who asks.
    public var requester: MailPerson
    /// From which installation, by its address; `nil` for this one.
    public var installation: String?
    /// What the requester wrote; may be empty.
    public var words: String
    /// Where it is answered.
    public var link: MailLink

    /// A request.
    public init(domain: String, requester: MailPerson, installation: String?, words: String, link: MailLink) {
        self.domain = domain
        self.requester = requester
        self.installation = installation
        self.words = words
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .domainRequested }

    /// Names the domain.
    public func subject(_ text: Localizer) -> String { text("mail.domainRequested.subject", ["domain": domain]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        var facts = [
            Letter.Fact(label: text("mail.domainRecord.domain"), value: domain.asShownSubject),
            Letter.Fact(label: text("mail.domainRequested.by"), value: requester.fullForm),
        ]
        if let installation {
            facts.append(.init(label: text("mail.domainRequested.installation"), value: installation.asShownSubject))
        }
        var blocks: [Letter.Block] = [.paragraph(text("mail.domainRequested.body")), .facts(facts)]
        if !words.isBlank { blocks.append(.message(words)) }
        blocks.append(.button(text("mail.domainRequested.button"), link))
        return Letter(
            preview: requester.fullForm, heading: text("mail.domainRequested.heading"), blocks: blocks,
            isAutomatic: true)
    }
}

/// To whoever asked for a domain: it was approved, and these records are to be published.
public struct DomainApprovedMail: MailContent {
    /// The domain as people read it.
    public var domain: String
    /// What is to be published.
    public var records: [MailRecord]
    /// The hand-over link for the person who looks after the domain's records.
    public var link: MailLink
    /// Until when it works.
    public var expiresAt: Date
    /// Where the requester's own installation takes note of the answer; `nil` if that is this one.
    public var answer: MailLink?

    /// An approval.
    public init(domain: String, records: [MailRecord], link: MailLink, expiresAt: Date, answer: MailLink? = nil) {
        self.answer = answer
        self.domain = domain
        self.records = records
        self.link = link
        self.expiresAt = expiresAt
    }

    /// The kind of mail.
    public var kind: MailKind { .domainApproved }

    /// Names the domain.
    public func subject(_ text: Localizer) -> String { text("mail.domainApproved.subject", ["domain": domain]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        var blocks: [Letter.Block] = [
            .paragraph(text("mail.domainApproved.body", ["domain": domain.asShownSubject])),
            .button(text("mail.domainApproved.button"), link), .note(text("mail.domainApproved.link", ["date": until])),
        ]
        if let answer { blocks.append(.link(text("mail.domainApproved.answer"), answer)) }
        blocks += records.prefix(20).map { .facts($0.facts(text)) }
        let heading = text("mail.domainApproved.heading", ["domain": domain.asShownSubject])
        return Letter(preview: heading, heading: heading, blocks: blocks, isAutomatic: true)
    }
}

/// To whoever asked for a domain: it was refused.
public struct DomainRefusedMail: MailContent {
    /// The domain as people read it.
    public var domain: String
    /// Why, in the operator's words.
    public var reason: String
    /// Where the requester's own installation takes note of it; `nil` if that is this one.
    public var link: MailLink?

    /// A refusal.
    public init(domain: String, reason: String, link: MailLink? = nil) {
        self.domain = domain
        self.reason = reason
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .domainRefused }

    /// Names the domain.
    public func subject(_ text: Localizer) -> String { text("mail.domainRefused.subject", ["domain": domain]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let heading = text("mail.domainRefused.heading", ["domain": domain.asShownSubject])
        var blocks: [Letter.Block] = [.paragraph(text("mail.domainRefused.body"))]
        if !reason.isBlank { blocks.append(.message(reason)) }
        if let link { blocks.append(.button(text("mail.domainRefused.button"), link)) }
        blocks.append(.note(text("mail.domainRefused.next")))
        return Letter(preview: heading, heading: heading, blocks: blocks, isAutomatic: true)
    }
}

/// To a domain's postmaster: whoever reads this mail can confirm that the domain may be used.
public struct DomainControlMail: MailContent {
    /// The domain as people read it.
    public var domain: String
    /// Who wants to use it.
    public var requester: MailPerson
    /// Where that is confirmed.
    public var link: MailLink
    /// Until when the link works.
    public var expiresAt: Date

    /// A question to the postmaster.
    public init(domain: String, requester: MailPerson, link: MailLink, expiresAt: Date) {
        self.domain = domain
        self.requester = requester
        self.link = link
        self.expiresAt = expiresAt
    }

    /// The kind of mail.
    public var kind: MailKind { .domainControl }

    /// Names the domain.
    public func subject(_ text: Localizer) -> String { text("mail.domainControl.subject", ["domain": domain]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let values = [
            "domain": domain.asShownSubject, "person": requester.sentenceForm, "organisation": branding.organisation,
        ]
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        let heading = text("mail.domainControl.heading", values)
        return Letter(
            preview: heading, heading: heading,
            blocks: [
                .paragraph(text("mail.domainControl.body", values)),
                .button(text("mail.domainControl.button"), link), .note(text("mail.once", ["date": until])),
                .note(text("mail.domainControl.notYou")),
            ], isAutomatic: true)
    }
}
