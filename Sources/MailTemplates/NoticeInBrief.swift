public import Foundation
public import Localization

/// What a notification says, kept in its own words until it is told together with others.
public struct NoticeInBrief: Sendable, Hashable, Codable {
    /// A fact: what it is, and how it is.
    struct Fact: Sendable, Hashable, Codable {
        let label: String
        let value: String
    }

    /// The headline.
    let title: String
    /// The first paragraph; may be empty.
    let words: String
    /// The first facts, without the subject.
    let facts: [Fact]
    /// The subject of the delivery that it is about.
    let about: String?
    /// What the link is called.
    let label: String?
    /// Where it is seen.
    let link: MailLink?
    /// When it happened.
    let at: Date

    /// What names the thing that it is about, among others of one mail.
    var place: [String?] { [about, link?.text] }
}

extension MailContent {
    /// The mail in brief: its headline, its first paragraph, its first facts and its link.
    ///
    /// - Parameter at: when it happened.
    public func brief(_ language: Language, _ branding: MailBranding, at: Date) -> NoticeInBrief {
        let text = Localizer(language)
        let letter = letter(text, branding)
        var words: String?
        var facts: [Letter.Fact]?
        var button: (label: String, link: MailLink)?
        for block in letter.blocks {
            switch block {
            case .paragraph(let sentence): words = words ?? sentence
            case .facts(let some): facts = facts ?? some
            case .button(let label, let link): button = button ?? (label, link)
            default: break
            }
        }
        let subject = text("mail.fact.subject")
        return NoticeInBrief(
            title: letter.heading, words: words ?? "",
            facts: (facts ?? []).filter { $0.label != subject }.map { .init(label: $0.label, value: $0.value) },
            about: facts?.first { $0.label == subject }?.value, label: button?.label, link: button?.link, at: at)
    }
}
