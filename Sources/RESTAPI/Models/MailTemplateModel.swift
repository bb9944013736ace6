import Deliveries
import Foundation
import Localization
import MailTemplates

/// A mail in the list of templates.
struct MailTemplateSummaryModel: Codable, Equatable {
    let kind: String
    let language: String
    let state: String
    let version: Int
    let changedAt: Date?

    init(_ entry: TemplateEditing.Entry) {
        kind = entry.place.kind.rawValue
        language = entry.place.language.rawValue
        state = entry.state.rawValue
        version = entry.version
        changedAt = entry.newest?.changedAt
    }
}

/// The words of a mail with the original ones and the fields.
struct MailTemplateModel: Codable, Equatable {
    struct Words: Codable, Equatable {
        let subject: String
        let body: String
        let text: String?
        /// Those that are worded anew, by their names.
        let phrases: [String: String]

        init(_ source: TemplateSource) {
            subject = source.subject
            body = source.body
            text = source.text
            phrases = source.phrases
        }
    }
    struct PhraseModel: Codable, Equatable {
        let name: String
        /// `button`, `link` or `sentence`.
        let use: String
        let original: String

        init(_ phrase: MailPhrase) {
            name = phrase.key
            use = phrase.use.rawValue
            original = phrase.original
        }
    }
    struct Field: Codable, Equatable {
        let name: String
        let isBlock: Bool
        let isRequired: Bool
    }

    let kind: String
    let language: String
    let state: String
    let version: Int
    let subject: String
    let body: String
    let text: String?
    let phrases: [String: String]
    let original: Words
    /// All that can be worded anew.
    let originalPhrases: [PhraseModel]
    let fields: [Field]
    let requiresLink: Bool

    init(_ entry: TemplateEditing.Entry) {
        let mail = entry.place.kind
        kind = mail.rawValue
        language = entry.place.language.rawValue
        state = entry.state.rawValue
        version = entry.version
        let words = Words(entry.source)
        (subject, body, text, phrases) = (words.subject, words.body, words.text, words.phrases)
        originalPhrases = mail.phrases(entry.place.language).map { PhraseModel($0) }
        original = Words(mail.originalTemplate(entry.place.language))
        let required = mail.requiredFields + mail.requiredInSubject
        fields = mail.fields.map {
            Field(name: $0.rawValue, isBlock: $0.isBlock, isRequired: required.contains($0))
        }
        requiresLink = mail.requiresLink
    }
}

/// A version of the words of a mail; without words it took the original back.
struct MailTemplateVersionModel: Codable, Equatable {
    let version: Int
    let changedAt: Date
    let changedBy: String?
    let words: MailTemplateModel.Words?

    init(_ template: StoredMailTemplate) {
        version = template.version
        changedAt = template.changedAt
        changedBy = template.changedBy?.description
        words = template.source.map { MailTemplateModel.Words($0) }
    }
}
