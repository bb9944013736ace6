public import Localization

extension MailKind {
    /// The original words as a template, to begin from and to compare with. What depends on the case stands there as a
    /// field.
    public func originalTemplate(_ language: Language) -> TemplateSource {
        // The samples are constants, which a test composes one by one.
        guard let samples = try? MailSamples(language), let content = try? samples.content(self) else {
            return TemplateSource(subject: "{{standard-subject}}", body: "<h1>{{heading}}</h1>")
        }
        let text = Localizer(language)
        let letter = content.letter(text, samples.branding)
        var values = content.values(text, samples.branding)
        values[.organisation] = samples.branding.organisation
        values[.count] = nil
        let words = FieldFinder(values, among: fields)
        let subject =
            hasVaryingSubject ? "{{standard-subject}}" : words.general(content.subject(text))
        var paragraphs = ["<h1>\(hasVaryingHeading ? "{{heading}}" : words.general(letter.heading))</h1>"]
        for block in letter.blocks {
            let paragraph = paragraph(block, words)
            if !paragraph.isEmpty, !paragraphs.contains(paragraph) { paragraphs.append(paragraph) }
        }
        return TemplateSource(subject: subject, body: paragraphs.joined(separator: "\n\n"))
    }

    private func paragraph(_ block: Letter.Block, _ words: FieldFinder) -> String {
        let field: MailField
        switch block {
        case .paragraph(let sentence):
            guard fields.contains(.explanation) else { return words.general(sentence) }
            field = .explanation
        case .note(let sentence):
            guard fields.contains(.hints) else { return "<small>\(words.general(sentence))</small>" }
            field = .hints
        case .message: field = .message
        case .button: field = .button
        case .link: field = fields.contains(.links) ? .links : .explanation
        case .facts: field = .details
        case .list, .happenings: field = .list
        case .code: field = .code
        case .words: return ""
        }
        return "{{\(field.rawValue)}}"
    }

    /// Whether the original subject is put together from what there is to tell.
    private var hasVaryingSubject: Bool {
        [.delivery, .domainState, .outboxStuck, .dailySummary, .gathered].contains(self)
    }

    /// Whether the original headline is put together from what there is to tell.
    private var hasVaryingHeading: Bool { hasVaryingSubject || self == .downloaded }
}

/// Finds in the words of a sample where its data stand.
struct FieldFinder {
    private let values: [(field: MailField, value: [Character])]

    init(_ values: [MailField: String], among fields: [MailField]) {
        self.values = fields.compactMap { field in
            values[field].flatMap { $0.isEmpty ? nil : (field, Array($0)) }
        }.sorted { $0.value.count > $1.value.count }
    }

    /// The words with fields in place of the data; the longest value wins.
    func general(_ words: String) -> String {
        let words = Array(words)
        var result = ""
        var index = 0
        while index < words.count {
            if let found = values.first(where: { stands($0.value, at: index, in: words) }) {
                result += "{{\(found.field.rawValue)}}"
                index += found.value.count
            } else {
                result.append(words[index])
                index += 1
            }
        }
        return result
    }

    private func stands(_ value: [Character], at index: Int, in words: [Character]) -> Bool {
        let end = index + value.count
        guard end <= words.count, words[index..<end].elementsEqual(value) else { return false }
        let isWord: (Character) -> Bool = { $0.isLetter || $0.isNumber }
        let joinsBefore = index > 0 && isWord(words[index - 1]) && value.first.map(isWord) == true
        let joinsAfter = end < words.count && isWord(words[end]) && value.last.map(isWord) == true
        return !joinsBefore && !joinsAfter
    }
}
