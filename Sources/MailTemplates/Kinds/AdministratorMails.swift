public import Foundation
public import Localization

/// To wherever the administrator wants: shows that mail works, and whether links arrive as they were sent.
public struct TestMail: MailContent {
    /// What finds this mail again: letters and digits.
    public let marker: String
    /// Where answers about this installation lead; links of the test are made below it.
    public let publicURL: MailLink
    /// Who asked for the test.
    public let requestedBy: MailPerson
    /// When.
    public let requestedAt: Date

    /// A test mail; nil unless the marker is 8 to 64 letters, digits and hyphens.
    public init?(marker: String, publicURL: MailLink, requestedBy: MailPerson, requestedAt: Date) {
        guard (8...64).contains(marker.utf8.count),
            marker.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
            })
        else { return nil }
        self.marker = marker
        self.publicURL = publicURL
        self.requestedBy = requestedBy
        self.requestedAt = requestedAt
    }

    /// The links that stand in the mail and must come back unchanged: one plain, one with characters that rewriting
    /// gateways like to spoil.
    public var links: [MailLink] {
        let base = publicURL.text.hasSuffix("/") ? String(publicURL.text.dropLast()) : publicURL.text
        return ["/mail-test/\(marker)", "/mail-test/\(marker)?a=1&b=%C3%A4#c"].compactMap { MailLink(base + $0) }
    }

    /// The kind of mail.
    public var kind: MailKind { .test }

    /// Holds the marker, by which the mail is found.
    public func subject(_ text: Localizer) -> String { text("mail.test.subject", ["marker": marker]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let at = text.dateTime(requestedAt, timeZone: branding.timeZone, showingZone: true)
        var blocks: [Letter.Block] = [
            .paragraph(text("mail.test.body", ["person": requestedBy.sentenceForm, "date": at])),
            .facts([.init(label: text("mail.test.marker"), value: marker)]),
        ]
        for (index, link) in links.enumerated() {
            blocks.append(
                index == 0 ? .button(text("mail.test.button"), link) : .link(text("mail.test.link"), link))
        }
        blocks.append(.note(text("mail.test.next")))
        return Letter(
            preview: text("mail.test.heading"), heading: text("mail.test.heading"), blocks: blocks, isAutomatic: true)
    }
}

/// To administrators: a recipient reported a mail.
public struct ReportedMail: MailContent {
    /// The recipient who reported; nil for somebody with a shared link.
    public var reporter: MailPerson?
    /// Who sent the delivery.
    public var sender: MailPerson
    /// The delivery's subject; may be empty.
    public var about: String
    /// What the recipient wrote; may be empty.
    public var words: String
    /// When.
    public var reportedAt: Date
    /// The page in the administration.
    public var link: MailLink

    /// A report.
    public init(
        reporter: MailPerson?, sender: MailPerson, about: String, words: String, reportedAt: Date, link: MailLink
    ) {
        self.reporter = reporter
        self.sender = sender
        self.about = about
        self.words = words
        self.reportedAt = reportedAt
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .reported }

    /// Names the sender's address.
    public func subject(_ text: Localizer) -> String { text("mail.reported.subject", ["sender": sender.address]) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let at = text.dateTime(reportedAt, timeZone: branding.timeZone, showingZone: true)
        let who = reporter?.fullForm ?? text("mail.downloaded.someone")
        var blocks: [Letter.Block] = [
            .paragraph(text("mail.reported.body")),
            .facts(
                [
                    .init(label: text("mail.fact.reporter"), value: who),
                    .init(label: text("mail.fact.reportedAt"), value: at),
                ] + deliveryFacts(sender: sender, about: about, text)),
        ]
        if !words.isBlank { blocks.append(.message(words)) }
        blocks.append(.button(text("mail.reported.button"), link))
        return Letter(
            preview: sender.fullForm, heading: text("mail.reported.heading"), blocks: blocks, isAutomatic: true)
    }
}
