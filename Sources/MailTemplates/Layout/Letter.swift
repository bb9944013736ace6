/// A mail before it becomes HTML and plain text: both are made from the same blocks, so that neither lacks anything.
public struct Letter: Sendable, Hashable {
    /// A fact: what it is, and how it is.
    public struct Fact: Sendable, Hashable {
        let label: String
        let value: String
    }

    /// An entry of a list, with a word on the right such as a size.
    struct Item: Sendable, Hashable {
        var text: String
        var detail: String?
    }

    /// One thing that happened.
    struct Happening: Sendable, Hashable {
        var title: String
        var time: String
        var words: String
        var facts: [Fact]
    }

    /// A piece of a sentence with one look.
    struct Run: Sendable, Hashable {
        var text: String
        var isBold = false
        var isItalic = false
        var link: MailLink?
    }

    enum Block: Sendable, Hashable {
        /// Our own words.
        case paragraph(String)
        /// Our own words, less loud.
        case note(String)
        /// A person's words: paragraphs and line ends kept, web addresses become links, everything else is text.
        case message(String)
        /// The one thing to do, with its address in full below.
        case button(String, MailLink)
        /// A further address.
        case link(String, MailLink)
        /// Labelled values, one a line.
        case facts([Fact])
        /// A list under a title.
        case list(title: String, items: [Item])
        /// What happened to one thing, under its name if it has one, and where it is seen.
        case happenings(title: String?, [Happening], label: String, link: MailLink)
        /// The words of a template: a paragraph, a note or a headline within the letter.
        case words([Run], TemplateBlock.Style)
        /// Digits to be typed.
        case code(String)
    }

    /// What mail programs show beside the subject.
    let preview: String
    /// The first line; empty for a letter without a headline.
    let heading: String
    /// What follows.
    let blocks: [Block]
    /// Whether the foot says that a program wrote this.
    let isAutomatic: Bool
}
