public import Localization

/// The words of a mail as an administrator writes them, with fields in double braces.
public struct TemplateSource: Sendable, Hashable {
    /// The most octets of a subject.
    public static let longestSubject = 300
    /// The most octets of a body, and of a plain text.
    public static let longestBody = 20_000

    /// The subject: one line of words and fields.
    public var subject: String
    /// The body with its few tags, from which the HTML is made.
    public var body: String
    /// The plain text, where it says it in other words; nil: the same words as the body.
    public var text: String?
    /// The sentences and labels that are worded anew, by the keys of ``MailPhrase``.
    public private(set) var phrases: [String: String]

    /// A source; line ends are made one kind, an empty plain text is none, and so is an empty phrase.
    public init(subject: String, body: String, text: String? = nil, phrases: [String: String] = [:]) {
        self.subject = Self.trimmed(subject)
        self.body = Self.trimmed(body)
        let text = text.map(Self.trimmed)
        self.text = text?.isEmpty == true ? nil : text
        self.phrases = phrases.mapValues(Self.trimmed).filter { !$0.value.isEmpty }
    }

    /// The same without phrases that say what the original says.
    public func withoutOriginalPhrases(_ kind: MailKind, _ language: Language) -> TemplateSource {
        var source = self
        for phrase in kind.phrases(language) where source.phrases[phrase.key] == phrase.original {
            source.phrases[phrase.key] = nil
        }
        return source
    }

    private static func trimmed(_ text: String) -> String {
        let normalised = Markup.normalised(text)
        var lines = normalised.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.reversed().drop { $0 == " " || $0 == "\t" }.reversed() }
            .map { String($0) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isBlank == true { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }
}

/// What is wrong with a template, and where.
public struct TemplateMistake: Error, Sendable, Hashable {
    /// A part of a template; the raw value is the field's name in forms and in the API.
    public struct Part: RawRepresentable, Sendable, Hashable {
        /// The subject.
        public static let subject = Part(rawValue: "subject")
        /// The body.
        public static let body = Part(rawValue: "body")
        /// The plain text.
        public static let text = Part(rawValue: "text")

        /// A sentence or a label, by its key.
        public static func phrase(_ key: String) -> Part { Part(rawValue: "phrases.\(key)") }

        /// The field's name.
        public let rawValue: String

        /// A part of a form.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What is wrong; the raw values are stable.
    public enum Reason: String, Sendable, CaseIterable {
        /// There is nothing in it.
        case empty
        /// More octets than allowed.
        case tooLong = "too-long"
        /// A subject has one line.
        case lineBreak = "line-break"
        /// A character that hides or turns text.
        case character
        /// Two braces without the two that close them.
        case fieldUnclosed = "field-unclosed"
        /// Two closing braces without the two before.
        case fieldStray = "field-stray"
        /// No field of this kind of mail.
        case fieldUnknown = "field-unknown"
        /// A field that needs a line of its own.
        case fieldAlone = "field-alone"
        /// A field that must not stand in a subject.
        case fieldMisplaced = "field-misplaced"
        /// A field that must be there.
        case fieldMissing = "field-missing"
        /// Neither the button nor the link is there.
        case linkMissing = "link-missing"
        /// A tag without its angle bracket.
        case tagCut = "tag-cut"
        /// No tag that is allowed.
        case tagUnknown = "tag-unknown"
        /// A tag that is never closed in its paragraph.
        case tagUnclosed = "tag-unclosed"
        /// A closing tag without the one before, or in the wrong order.
        case tagStray = "tag-stray"
        /// A tag where it may not stand.
        case tagMisplaced = "tag-misplaced"
        /// A tag with an attribute.
        case tagAttribute = "tag-attribute"
        /// A link that leads elsewhere than to the field.
        case linkTarget = "link-target"
        /// The headline stands elsewhere than first, or twice.
        case headingPlace = "heading-place"
        /// A character written as an entity.
        case entity
    }

    /// Where.
    public let part: Part
    /// What.
    public let reason: Reason
    /// The line, from 1; 0 for the part as a whole.
    public let line: Int
    /// The character in the line, from 1; 0 for the part as a whole.
    public let column: Int
    /// The field or tag that it is about, not longer than people read; may be empty.
    public let name: String

    init(_ part: Part, _ reason: Reason, line: Int = 0, column: Int = 0, name: String = "") {
        self.part = part
        self.reason = reason
        self.line = line
        self.column = column
        self.name = name.asTemplateName
    }
}

/// All that is wrong with a template, in the order of the form.
public struct TemplateMistakes: Error, Sendable, Hashable {
    /// At least one.
    public let all: [TemplateMistake]
}

extension String {
    fileprivate var asTemplateName: String { String(asShownSubject.prefix(40)) }
}
