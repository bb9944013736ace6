public import Localization
import MailMessage

/// A record of the domain name system as a mail shows it.
public struct MailRecord: Sendable, Hashable {
    /// The full name.
    public var name: String
    /// `TXT`, `CNAME`, `MX`.
    public var type: String
    /// What must stand there.
    public var value: String
    /// What a check found, by its stable name, such as `missing`; `nil` if that is not the point.
    public var finding: String?

    /// A record with all its parts.
    public init(name: String, type: String, value: String, finding: String? = nil) {
        self.name = name
        self.type = type
        self.value = value
        self.finding = finding
    }

    /// A record that is cut is a wrong record: the longest key's is shorter than this.
    private static func whole(_ text: String) -> String {
        HeaderText(cleaning: text).truncated(toOctets: 4_000).value
    }

    func facts(_ text: Localizer) -> [Letter.Fact] {
        var facts = [
            Letter.Fact(label: text("mail.domainRecord.name"), value: Self.whole(name)),
            Letter.Fact(label: text("mail.domainRecord.type"), value: type.asShownSubject),
            Letter.Fact(label: text("mail.domainRecord.value"), value: Self.whole(value)),
        ]
        if let finding, text.has("domain.finding.\(finding).word") {
            facts.append(
                .init(label: text("mail.domainRecord.found"), value: text("domain.finding.\(finding).word")))
        }
        return facts
    }
}

/// To administrators: something about a sender domain changed.
public struct DomainStateMail: MailContent {
    /// What changed; the raw value is a stable name.
    public enum News: String, Sendable, CaseIterable {
        /// Mail in the domain's name leaves under its own addresses from now on.
        case verified
        /// Something is not as it should be; mail goes on as before.
        case warning
        /// The domain is not in order any more; mail goes by its policy.
        case degraded
        /// It is in order again.
        case healed
        /// An old key's record can be taken away.
        case keySafeToRemove = "key-safe-to-remove"
        /// A key may be known to others; its record must go at once.
        case keyCompromised = "key-compromised"
        /// The key is old; a new one should follow.
        case rotationDue = "rotation-due"
        /// A new key waits for its record.
        case recordToPublish = "record-to-publish"
        /// The operator's zone did not take an update.
        case updateRefused = "update-refused"

        var key: String { String(describing: self) }
    }

    /// The domain as people read it.
    public var domain: String
    /// What changed.
    public var news: News
    /// What becomes of mail in its name while it is not in order: `fallback`, `hold` or `reject`.
    public var policy: String
    /// The records concerned.
    public var records: [MailRecord]
    /// The domain's page.
    public var link: MailLink

    /// A notification.
    public init(domain: String, news: News, policy: String, records: [MailRecord], link: MailLink) {
        self.domain = domain
        self.news = news
        self.policy = policy
        self.records = records
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .domainState }

    /// Names the domain.
    public func subject(_ text: Localizer) -> String {
        text("mail.domainState.\(news.key).subject", ["domain": domain])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let domain = domain.asShownSubject
        var blocks: [Letter.Block] = [.paragraph(text("mail.domainState.\(news.key).body", ["domain": domain]))]
        let policyKey = "mail.domainState.policy.\(policy)"
        if news == .degraded, text.has(policyKey) { blocks.append(.paragraph(text(policyKey))) }
        blocks += records.prefix(10).map { .facts($0.facts(text)) }
        blocks.append(.button(text("mail.domainState.button"), link))
        let heading = text("mail.domainState.\(news.key).heading", ["domain": domain])
        return Letter(preview: heading, heading: heading, blocks: blocks, isAutomatic: true)
    }
}

/// To a sender or an administrator: a mail waits because its sender's domain is not in order.
public struct HeldMail: MailContent {
    /// The sender's domain as people read it.
    public var domain: String
    /// In whose name the mail was written.
    public var sender: MailPerson
    /// Whom it does not reach yet.
    public var recipient: MailPerson
    /// The delivery's subject, or `nil` for an administrator, who does not read along.
    public var about: String?
    /// Where the reader sees how it goes on.
    public var link: MailLink

    /// A notification.
    public init(domain: String, sender: MailPerson, recipient: MailPerson, about: String?, link: MailLink) {
        self.domain = domain
        self.sender = sender
        self.recipient = recipient
        self.about = about
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .held }

    /// Names the domain.
    public func subject(_ text: Localizer) -> String { text("mail.held.subject", ["domain": domain]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let domain = domain.asShownSubject
        var facts = [
            Letter.Fact(label: text("mail.fact.from"), value: sender.fullForm),
            Letter.Fact(label: text("mail.fact.recipient"), value: recipient.fullForm),
        ]
        if let about { facts.append(.init(label: text("mail.fact.subject"), value: about.subjectOrNone(text))) }
        return Letter(
            preview: text("mail.held.body", ["domain": domain]), heading: text("mail.held.heading"),
            blocks: [
                .paragraph(text("mail.held.body", ["domain": domain])), .facts(facts),
                .paragraph(text(about == nil ? "mail.held.administrator" : "mail.held.sender")),
                .button(text(about == nil ? "mail.domainState.button" : "mail.button.delivery"), link),
            ], isAutomatic: true)
    }
}
