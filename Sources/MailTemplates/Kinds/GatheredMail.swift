import Foundation
public import Localization

/// To a sender or an administrator: several notifications in one mail, those about the same thing together.
public struct GatheredMail: MailContent {
    /// What happened, in the order of time.
    public var notices: [NoticeInBrief]
    /// Where the reader sees all of it.
    public var link: MailLink

    /// A mail that tells notices, of which there is at least one.
    public init(notices: [NoticeInBrief], link: MailLink) {
        self.notices = notices
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .gathered }

    /// When the first of them happened.
    var since: Date { notices.first?.at ?? .distantPast }

    /// Names how many there are.
    public func subject(_ text: Localizer) -> String { text.plural("mail.gathered.subject", notices.count) }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let intro = text("mail.gathered.body", ["date": told(since, text, branding)])
        return Letter(
            preview: intro, heading: subject(text),
            blocks: [.paragraph(intro)] + groups.map { block($0, text, branding) } + [
                .button(text("mail.gathered.button"), link), .note(text("mail.gathered.why")),
            ], isAutomatic: true)
    }

    /// Notices about the same thing, each in the order of time, by their first.
    private var groups: [[NoticeInBrief]] {
        var groups: [[NoticeInBrief]] = []
        var places: [[String?]: Int] = [:]
        for notice in notices {
            if let place = places[notice.place] {
                groups[place].append(notice)
            } else {
                places[notice.place] = groups.count
                groups.append([notice])
            }
        }
        return groups
    }

    private func block(_ group: [NoticeInBrief], _ text: Localizer, _ branding: MailBranding) -> Letter.Block {
        let labels = Set(group.compactMap(\.label))
        return .happenings(
            title: group[0].about.map { text("mail.gathered.delivery", ["subject": $0.asShownSubject]) },
            group.map { notice in
                .init(
                    title: notice.title,
                    time: text.dateTime(notice.at, timeZone: branding.timeZone, showingZone: false),
                    words: notice.words, facts: notice.facts.map { .init(label: $0.label, value: $0.value) })
            }, label: labels.count == 1 ? labels.first ?? "" : text("mail.gathered.look"), link: group[0].link ?? link)
    }
}
