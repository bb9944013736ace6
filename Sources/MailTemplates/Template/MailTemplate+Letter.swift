public import Localization
import MailMessage

extension MailContent {
    /// The mail in the words of a template; by its own words without one, or if the template is another kind's.
    ///
    /// Never fails: whatever the data are, the result is safe. Values are put in as text and never read as template.
    public func composed(_ language: Language, _ branding: MailBranding, by template: MailTemplate?) -> ComposedContent
    {
        guard let template, template.kind == kind else { return composed(language, branding) }
        let text = Localizer(language)
        let filling = TemplateFilling(of: self, text.rewording(template.phrases), branding)
        let subject = HeaderText(cleaning: filling.line(template.subject)).truncated(toOctets: 998)
        // Fields may all be empty; a mail without a subject looks like a mistake.
        let title = subject.value.isEmpty ? HeaderText(cleaning: self.subject(text)).truncated(toOctets: 998) : subject
        let letter = filling.letter(template.body)
        let plain = template.text.map { filling.letter($0) } ?? letter
        return ComposedContent(
            kind: kind, language: language, subject: title, plainText: plain.plainText(text, branding),
            html: letter.html(text, branding, title: title.value))
    }
}

/// The values of one mail, put into the places of a template.
struct TemplateFilling {
    private let values: [MailField: String]
    private let link: MailLink?
    private let original: Letter
    private let kind: MailKind

    init(of content: any MailContent, _ text: Localizer, _ branding: MailBranding) {
        kind = content.kind
        original = content.letter(text, branding)
        link =
            original.blocks.lazy.compactMap { block -> MailLink? in
                if case .button(_, let link) = block { link } else { nil }
            }.first
        var values = content.values(text, branding)
        values[.organisation] = branding.organisation
        values[.heading] = original.heading
        values[.standardSubject] = content.subject(text)
        self.values = values.mapValues(\.asShownSubject)
    }

    /// One line, such as a subject.
    func line(_ nodes: [TemplateInline]) -> String { runs(nodes).map(\.text).joined() }

    func letter(_ template: [TemplateBlock]) -> Letter {
        var heading = ""
        var blocks: [Letter.Block] = []
        for block in template {
            switch block {
            case .field(let field): blocks += originals(field)
            case .words(.heading, let nodes): heading = line(nodes).asShownSubject
            case .words(let style, let nodes):
                let runs = runs(nodes)
                if runs.contains(where: { !$0.text.isBlank }) { blocks.append(.words(runs, style)) }
            }
        }
        let first = blocks.lazy.compactMap { block -> String? in
            if case .words(let runs, .paragraph) = block { runs.map(\.text).joined() } else { nil }
        }.first
        return Letter(
            preview: first?.asShownSubject ?? original.preview, heading: heading, blocks: blocks,
            isAutomatic: original.isAutomatic)
    }

    /// What the layout makes for a field on a line of its own.
    private func originals(_ field: MailField) -> [Letter.Block] {
        original.blocks.filter { block in
            switch block {
            case .button: field == .button
            case .link: field == (kind.fields.contains(.links) ? .links : .explanation)
            case .facts: field == .details
            case .list, .happenings: field == .list
            case .code: field == .code
            case .note: field == .hints
            case .message: field == .message
            // A message that the sender withholds is told in our own words at its place.
            case .paragraph: field == (kind == .delivery || kind == .copy ? .message : .explanation)
            case .words: false
            }
        }
    }

    private func runs(_ nodes: [TemplateInline], isBold: Bool = false, isItalic: Bool = false) -> [Letter.Run] {
        nodes.flatMap { node -> [Letter.Run] in
            switch node {
            case .text(let words): [Letter.Run(text: words, isBold: isBold, isItalic: isItalic)]
            case .field(.link):
                link.map { [Letter.Run(text: $0.text, isBold: isBold, isItalic: isItalic, link: $0)] } ?? []
            case .field(let field):
                [Letter.Run(text: values[field] ?? "", isBold: isBold, isItalic: isItalic)]
            case .bold(let inner): runs(inner, isBold: true, isItalic: isItalic)
            case .italic(let inner): runs(inner, isBold: isBold, isItalic: true)
            case .link(let inner):
                [Letter.Run(text: line(inner), isBold: isBold, isItalic: isItalic, link: link)]
            }
        }
    }
}

extension MailContent {
    /// What each field within sentences says in this mail.
    public func examples(_ language: Language, _ branding: MailBranding) -> [MailField: String] {
        let filling = TemplateFilling(of: self, Localizer(language), branding)
        return Dictionary(
            kind.fields.filter { !$0.isBlock }.map { ($0, filling.line([.field($0)])) },
            uniquingKeysWith: { one, _ in one })
    }
}
