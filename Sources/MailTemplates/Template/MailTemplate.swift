import Localization

/// A template that fits its kind of mail: every field is known, every tag closed, and the link is there.
public struct MailTemplate: Sendable, Hashable {
    /// What it is for.
    public let kind: MailKind
    /// As it was written.
    public let source: TemplateSource
    let subject: [TemplateInline]
    let body: [TemplateBlock]
    let text: [TemplateBlock]?
    /// New words for phrases, in the catalogue's form.
    let phrases: [String: String]

    /// A template of a kind.
    ///
    /// - Throws: ``TemplateMistakes`` with all that is wrong.
    public init(_ kind: MailKind, _ source: TemplateSource) throws {
        var mistakes: [TemplateMistake] = []
        let subject = Self.subject(source.subject, kind, &mistakes)
        let body = Self.blocks(source.body, .body, kind, &mistakes)
        let text = source.text.map { Self.blocks($0, .text, kind, &mistakes) }
        let phrases = Self.phrases(source.phrases, kind, &mistakes)
        guard mistakes.isEmpty else { throw TemplateMistakes(all: mistakes) }
        self.kind = kind
        self.source = source
        self.subject = subject
        self.body = body
        self.text = text
        self.phrases = phrases
    }

    private static func phrases(
        _ words: [String: String], _ kind: MailKind, _ mistakes: inout [TemplateMistake]
    ) -> [String: String] {
        guard !words.isEmpty else { return [:] }
        // Languages differ in plural forms, and may differ in the fields that a sentence needs.
        let known = Dictionary(
            Language.allCases.flatMap { kind.phrases($0) }.map { ($0.key, [$0]) }, uniquingKeysWith: +)
        var result: [String: String] = [:]
        for (key, words) in words.sorted(by: { $0.key < $1.key }) {
            var mistake: TemplateMistake? = TemplateMistake(.phrase(key), .fieldUnknown, name: key)
            for phrase in known[key] ?? [] where result[key] == nil {
                do throws(TemplateMistake) {
                    result[key] = try phrase.catalogueText(of: words)
                    mistake = nil
                } catch {
                    mistake = error
                }
            }
            if let mistake { mistakes.append(mistake) }
        }
        return result
    }

    private static func subject(
        _ source: String, _ kind: MailKind, _ mistakes: inout [TemplateMistake]
    ) -> [TemplateInline] {
        if source.isBlank { return refuse(.subject, .empty, &mistakes) }
        if source.utf8.count > TemplateSource.longestSubject { return refuse(.subject, .tooLong, &mistakes) }
        if source.utf8.contains(0x0A) { return refuse(.subject, .lineBreak, &mistakes) }
        var parser = TemplateParser(.subject, fields: kind.fields)
        parser.parse(source)
        guard parser.mistakes.isEmpty else {
            mistakes += parser.mistakes
            return []
        }
        let nodes = parser.blocks.flatMap { block in
            if case .words(_, let nodes) = block { nodes } else { [TemplateInline]() }
        }
        for field in kind.requiredInSubject where !nodes.contains(.field(field)) {
            mistakes.append(TemplateMistake(.subject, .fieldMissing, name: field.rawValue))
        }
        return nodes
    }

    private static func blocks(
        _ source: String, _ part: TemplateMistake.Part, _ kind: MailKind, _ mistakes: inout [TemplateMistake]
    ) -> [TemplateBlock] {
        if source.isBlank { return refuse(part, .empty, &mistakes) }
        if source.utf8.count > TemplateSource.longestBody { return refuse(part, .tooLong, &mistakes) }
        var parser = TemplateParser(part, fields: kind.fields)
        parser.parse(source)
        mistakes += parser.mistakes
        guard parser.mistakes.isEmpty else { return [] }
        let headings = parser.blocks.indices.filter {
            if case .words(.heading, _) = parser.blocks[$0] { true } else { false }
        }
        if headings.contains(where: { $0 > 0 }) {
            mistakes.append(TemplateMistake(part, .headingPlace, name: "h1"))
        }
        if kind.requiresLink, !parser.blocks.contains(where: \.leadsOn) {
            mistakes.append(TemplateMistake(part, .linkMissing, name: MailField.button.rawValue))
        }
        for field in kind.requiredFields where !parser.blocks.contains(.field(field)) {
            mistakes.append(TemplateMistake(part, .fieldMissing, name: field.rawValue))
        }
        return parser.blocks
    }

    private static func refuse<Node>(
        _ part: TemplateMistake.Part, _ reason: TemplateMistake.Reason, _ mistakes: inout [TemplateMistake]
    ) -> [Node] {
        let most = part == .subject ? TemplateSource.longestSubject : TemplateSource.longestBody
        mistakes.append(TemplateMistake(part, reason, name: reason == .tooLong ? String(most) : ""))
        return []
    }
}

extension TemplateBlock {
    /// Whether the reader gets to the button's address by it. A headline is no link.
    fileprivate var leadsOn: Bool {
        switch self {
        case .field(let field): field == .button
        case .words(let style, let nodes): style != .heading && nodes.contains(where: \.leadsOn)
        }
    }
}

extension TemplateInline {
    fileprivate var leadsOn: Bool {
        switch self {
        case .text: false
        case .field(let field): field == .link
        // Words that nobody sees cannot be clicked.
        case .link(let nodes): nodes.contains { $0.isVisible }
        case .bold(let nodes), .italic(let nodes): nodes.contains(where: \.leadsOn)
        }
    }

    private var isVisible: Bool {
        switch self {
        case .text(let words): !words.isBlank
        case .field(let field): field == .organisation || field == .heading || field == .link
        case .bold(let nodes), .italic(let nodes), .link(let nodes): nodes.contains(where: \.isVisible)
        }
    }
}
