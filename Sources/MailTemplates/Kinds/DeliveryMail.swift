public import Foundation
public import Localization

/// To a recipient: something is there to be fetched.
///
/// Never names other recipients. File names stand in it at level 1 only.
public struct DeliveryMail: MailContent {
    /// What of the sender's words goes into mails.
    public enum Message: Sendable, Hashable {
        /// The words themselves; empty if the sender wrote none.
        case text(String)
        /// The sender wants them to be read on the page only.
        case withheld
    }

    /// Who sends.
    public var sender: MailPerson
    /// What the sender wrote as subject; may be empty.
    public var about: String
    /// What the sender wrote.
    public var message: Message
    /// The security level, 1 to 4; the file names stand in the mail at level 1 only.
    public var level: Int
    /// The files.
    public var files: [MailFile]
    /// The recipient's own link.
    public var link: MailLink
    /// Until when it can be fetched.
    public var expiresAt: Date
    /// Whether a password is asked for, which the sender tells by another way.
    public var hasPassword: Bool

    /// A delivery.
    public init(
        sender: MailPerson, about: String, message: Message, level: Int, files: [MailFile], link: MailLink,
        expiresAt: Date, hasPassword: Bool = false
    ) {
        self.sender = sender
        self.about = about
        self.message = message
        self.level = level
        self.files = files
        self.link = link
        self.expiresAt = expiresAt
        self.hasPassword = hasPassword
    }

    /// The kind of mail.
    public var kind: MailKind { .delivery }

    /// The sender's subject, or one of ours where there is none.
    public func subject(_ text: Localizer) -> String {
        about.isBlank ? heading(text) : about
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        var facts = [Letter.Fact(label: text("mail.fact.from"), value: sender.fullForm)]
        if !about.isBlank { facts.append(Letter.Fact(label: text("mail.fact.subject"), value: about.asShownSubject)) }
        let until = text.dateTime(expiresAt, timeZone: branding.timeZone, showingZone: true)
        facts.append(Letter.Fact(label: text("mail.fact.until"), value: until))
        var blocks: [Letter.Block] = [.facts(facts)]
        switch message {
        case .text(let words): if !words.isBlank { blocks.append(.message(words)) }
        case .withheld: blocks.append(.paragraph(text("mail.delivery.withheld")))
        }
        blocks += fileBlocks(files, level: level, text)
        let label = files.isEmpty ? text("mail.delivery.buttonMessage") : text("mail.delivery.button")
        blocks.append(.button(label, link))
        if level >= 2 { blocks.append(.note(text("mail.delivery.proof"))) }
        if hasPassword {
            blocks.append(.note(text("mail.delivery.password", ["sender": sender.shortForm])))
        }
        blocks.append(.note(text("mail.delivery.personal")))
        return Letter(preview: until, heading: heading(text), blocks: blocks, isAutomatic: false)
    }

    private func heading(_ text: Localizer) -> String {
        if files.isEmpty { return text("mail.delivery.headingMessage", ["sender": sender.shortForm]) }
        return text.plural("mail.delivery.heading", files.count, ["sender": sender.shortForm])
    }
}

/// The file names at level 1, their number at the others.
func fileBlocks(_ files: [MailFile], level: Int, _ text: Localizer) -> [Letter.Block] {
    guard !files.isEmpty, level <= 1 else { return [] }
    let limit = 100
    var items = files.prefix(limit).map { Letter.Item(text: $0.name, detail: text.size($0.size)) }
    if files.count > limit { items.append(.init(text: text.plural("mail.files.more", files.count - limit))) }
    return [.list(title: text("mail.fact.files"), items: items)]
}

extension String {
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
