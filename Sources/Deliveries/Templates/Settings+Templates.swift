import Localization
import MailTemplates

extension Settings {
    /// The template that mail of a kind is written by; nil for the original. What does not fit any more, such as after an
    /// upgrade, counts as none: a mail in our own words is better than none.
    func template(_ kind: MailKind, _ language: Language) -> MailTemplate? {
        templates[MailTemplatePlace(kind, language)].flatMap { try? MailTemplate(kind, $0) }
    }
}

extension Transaction {
    /// The words of all mails that were changed.
    func changedTemplates() throws -> [MailTemplatePlace: TemplateSource] {
        var result: [MailTemplatePlace: TemplateSource] = [:]
        for template in try mailTemplates.newest() { result[template.place] = template.source }
        return result
    }
}
