public import Foundation
public import Localization

/// To the sender: files were fetched; the first time at once, later ones gathered.
public struct DownloadedMail: MailContent {
    /// One recipient who fetched.
    public struct Fetch: Sendable, Hashable {
        /// Who; nil for somebody with a shared link, of whom no more is known.
        public var recipient: MailPerson?
        /// What was fetched completely.
        public var files: [String]
        /// When the last of it was complete.
        public var at: Date

        /// One recipient's fetches.
        public init(recipient: MailPerson?, files: [String], at: Date) {
            self.recipient = recipient
            self.files = files
            self.at = at
        }
    }

    /// The delivery's subject; may be empty.
    public var about: String
    /// Who fetched what.
    public var fetches: [Fetch]
    /// Whether by now every recipient has everything.
    public var isComplete: Bool
    /// The delivery's page.
    public var link: MailLink

    /// A notification.
    public init(about: String, fetches: [Fetch], isComplete: Bool, link: MailLink) {
        self.about = about
        self.fetches = fetches
        self.isComplete = isComplete
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .downloaded }

    /// Names the delivery.
    public func subject(_ text: Localizer) -> String {
        text("mail.downloaded.subject", ["subject": about.subjectOrNone(text)])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let limit = 200
        var blocks: [Letter.Block] = [
            .facts([.init(label: text("mail.fact.subject"), value: about.subjectOrNone(text))])
        ]
        for fetch in fetches.prefix(limit) {
            let at = text.dateTime(fetch.at, timeZone: branding.timeZone, showingZone: true)
            let title = text("mail.downloaded.fetch", ["recipient": who(fetch, text), "date": at])
            var items = fetch.files.prefix(100).map { MailFile(name: $0, size: 0).name }
            if fetch.files.count > 100 { items.append(text.plural("mail.files.more", fetch.files.count - 100)) }
            blocks.append(.list(title: title, items: items.map { .init(text: $0) }))
        }
        if fetches.count > limit {
            blocks.append(.paragraph(text.plural("mail.downloaded.more", fetches.count - limit)))
        }
        if isComplete { blocks.append(.paragraph(text("mail.downloaded.complete"))) }
        blocks.append(.button(text("mail.button.delivery"), link))
        let heading =
            if fetches.count == 1, let fetch = fetches.first {
                text.plural("mail.downloaded.heading", fetch.files.count, ["recipient": who(fetch, text)])
            } else {
                text("mail.downloaded.headingMany")
            }
        return Letter(preview: about.asShownSubject, heading: heading, blocks: blocks, isAutomatic: true)
    }

    private func who(_ fetch: Fetch, _ text: Localizer) -> String {
        fetch.recipient?.shortForm ?? text("mail.downloaded.someone")
    }
}

extension String {
    /// The subject, or words that say that there is none.
    func subjectOrNone(_ text: Localizer) -> String {
        isBlank ? text("mail.fact.noSubject") : asShownSubject
    }
}
