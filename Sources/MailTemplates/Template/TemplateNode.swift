/// A piece of a sentence of a template.
indirect enum TemplateInline: Hashable, Sendable {
    case text(String)
    case field(MailField)
    case bold([TemplateInline])
    case italic([TemplateInline])
    /// Words that lead to the button's address.
    case link([TemplateInline])
}

/// A paragraph of a template, or a field on a line of its own.
enum TemplateBlock: Hashable, Sendable {
    enum Style: Hashable, Sendable {
        case heading, subheading, paragraph, note
    }

    case words(Style, [TemplateInline])
    case field(MailField)
}

/// The tags of a template: few, each closed, none with looks of its own.
enum TemplateTag: String {
    case h1, h2, p, small, b, strong, i, em, a, br

    /// What a paragraph in this tag is; nil for a tag within a sentence.
    var style: TemplateBlock.Style? {
        switch self {
        case .h1: .heading
        case .h2: .subheading
        case .p: .paragraph
        case .small: .note
        default: nil
        }
    }
}
