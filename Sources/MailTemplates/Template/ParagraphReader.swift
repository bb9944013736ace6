/// Reads the lines of one paragraph of a template. No tag reaches beyond it.
struct ParagraphReader {
    private struct Open {
        let tag: TemplateTag?
        let index: Int
        var nodes: [TemplateInline] = []
    }

    /// Tags within tags: more is no letter any more.
    private static let deepest = 6

    private let text: [Unicode.Scalar]
    private let firstLine: Int
    private let part: TemplateMistake.Part
    private let fields: Set<MailField>
    private var index = 0
    private var open: [Open] = [Open(tag: nil, index: 0)]
    private var words = String.UnicodeScalarView()
    private var blocks: [TemplateBlock] = []

    init(_ lines: [[Unicode.Scalar]], firstLine: Int, part: TemplateMistake.Part, fields: Set<MailField>) {
        text = Array(lines.joined(separator: ["\n"]))
        self.firstLine = firstLine
        self.part = part
        self.fields = fields
    }

    mutating func read() throws(TemplateMistake) -> [TemplateBlock] {
        while index < text.count {
            if at("{{") {
                try field()
            } else if at("}}") {
                throw mistake(.fieldStray)
            } else if part == .body, text[index] == "<", isTagStart {
                try tag()
            } else {
                try character()
            }
        }
        flushWords()
        if let unclosed = open.dropFirst().last, let tag = unclosed.tag {
            throw mistake(.tagUnclosed, at: unclosed.index, name: tag.rawValue)
        }
        endParagraph()
        return blocks
    }

    // MARK: Words and fields

    private mutating func character() throws(TemplateMistake) {
        let scalar = text[index]
        if Self.hides(scalar) { throw mistake(.character) }
        if part == .body, scalar == "&", let name = entity() { throw mistake(.entity, name: name) }
        words.append(scalar)
        index += 1
    }

    private mutating func field() throws(TemplateMistake) {
        let start = index
        var end = index + 2
        while end < text.count, text[end] != "\n", text[end] != "{", text[end] != "}" { end += 1 }
        guard end + 1 < text.count, text[end] == "}", text[end + 1] == "}" else { throw mistake(.fieldUnclosed) }
        let name = string(start + 2..<end).trimmingBlanks
        guard let field = MailField(rawValue: name), fields.contains(field) else {
            throw mistake(.fieldUnknown, name: name)
        }
        if part == .subject, !field.fitsSubject { throw mistake(.fieldMisplaced, name: name) }
        if field.isBlock { throw mistake(.fieldAlone, name: name) }
        flushWords()
        open[open.count - 1].nodes.append(.field(field))
        index = end + 2
    }

    /// The name of an entity such as `&nbsp;` at this place.
    private func entity() -> String? {
        var end = index + 1
        while end < text.count, end - index < 12, text[end] == "#" || text[end].properties.isAlphabetic || isDigit(end)
        {
            end += 1
        }
        guard end < text.count, end > index + 1, text[end] == ";" else { return nil }
        return string(index..<end + 1)
    }

    // MARK: Tags

    private var isTagStart: Bool {
        guard index + 1 < text.count else { return false }
        let next = text[index + 1]
        return next == "/" || next == "!" || next == "?" || (next.isASCII && next.properties.isAlphabetic)
    }

    private mutating func tag() throws(TemplateMistake) {
        let start = index
        var end = index + 1
        while end < text.count, text[end] != ">", text[end] != "<", text[end] != "\n" { end += 1 }
        guard end < text.count, text[end] == ">" else { throw mistake(.tagCut) }
        var inside = string(start + 1..<end).trimmingBlanks
        let closes = inside.hasPrefix("/")
        if closes { inside.removeFirst() }
        let name = String(inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }).lowercased()
        let rest = String(inside.dropFirst(name.count)).trimmingBlanks
        guard let tag = TemplateTag(rawValue: name) else {
            throw mistake(.tagUnknown, name: name.isEmpty ? inside : name)
        }
        flushWords()
        if closes {
            guard rest.isEmpty else { throw mistake(.tagAttribute, name: name) }
            try close(tag, at: start)
        } else {
            try checkAttributes(of: tag, rest)
            try begin(tag, at: start)
        }
        index = end + 1
    }

    /// Nothing but the link's address can be said of a tag: no looks, no scripts, no other places.
    private func checkAttributes(of tag: TemplateTag, _ rest: String) throws(TemplateMistake) {
        switch tag {
        case .a:
            let squeezed = rest.filter { $0 != " " && $0 != "\t" }
            guard fields.contains(.link), squeezed == #"href="{{link}}""# || squeezed == "href='{{link}}'" else {
                throw mistake(.linkTarget, name: "a")
            }
        case .br: guard rest.isEmpty || rest == "/" else { throw mistake(.tagAttribute, name: tag.rawValue) }
        default: guard rest.isEmpty else { throw mistake(.tagAttribute, name: tag.rawValue) }
        }
    }

    private mutating func begin(_ tag: TemplateTag, at start: Int) throws(TemplateMistake) {
        if tag == .br {
            open[open.count - 1].nodes.append(.text("\n"))
            return
        }
        let isInHeading = open.contains { $0.tag == .h1 }
        let isTwice = open.contains { $0.tag == tag }
        if tag.style != nil {
            guard open.count == 1 else { throw mistake(.tagMisplaced, at: start, name: tag.rawValue) }
            endParagraph()
        } else if isInHeading || isTwice || open.count > Self.deepest {
            throw mistake(.tagMisplaced, at: start, name: tag.rawValue)
        }
        open.append(Open(tag: tag, index: start))
    }

    private mutating func close(_ tag: TemplateTag, at start: Int) throws(TemplateMistake) {
        guard let last = open.last, last.tag == tag else { throw mistake(.tagStray, at: start, name: tag.rawValue) }
        open.removeLast()
        if let style = tag.style {
            append(style, last.nodes)
            return
        }
        let node: TemplateInline =
            switch tag {
            case .b, .strong: .bold(last.nodes)
            case .i, .em: .italic(last.nodes)
            default: .link(last.nodes)
            }
        open[open.count - 1].nodes.append(node)
    }

    // MARK: Pieces

    private mutating func flushWords() {
        guard !words.isEmpty else { return }
        open[open.count - 1].nodes.append(.text(String(words)))
        words = String.UnicodeScalarView()
    }

    /// What stands outside of the tags of paragraphs is a paragraph.
    private mutating func endParagraph() {
        append(.paragraph, open[0].nodes)
        open[0].nodes = []
    }

    private mutating func append(_ style: TemplateBlock.Style, _ nodes: [TemplateInline]) {
        var nodes = nodes
        if case .text(let first)? = nodes.first { nodes[0] = .text(String(first.drop(while: \.isWhitespace))) }
        if case .text(let last)? = nodes.last {
            nodes[nodes.count - 1] = .text(String(last.reversed().drop(while: \.isWhitespace).reversed()))
        }
        nodes.removeAll { $0 == .text("") }
        if !nodes.isEmpty { blocks.append(.words(style, nodes)) }
    }

    private func at(_ marks: String) -> Bool {
        let marks = Array(marks.unicodeScalars)
        return index + marks.count <= text.count && Array(text[index..<index + marks.count]) == marks
    }

    private func isDigit(_ place: Int) -> Bool { ("0"..."9").contains(text[place]) }

    private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(text[range])) }

    /// Characters that turn or hide text; the joiner is left, as emoji are made with it.
    static func hides(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            true
        default: false
        }
    }

    private func mistake(
        _ reason: TemplateMistake.Reason, at place: Int? = nil, name: String = ""
    ) -> TemplateMistake {
        let before = text[..<(place ?? index)]
        let lines = before.count { $0 == "\n" }
        let column = before.reversed().prefix { $0 != "\n" }.count
        return TemplateMistake(part, reason, line: firstLine + lines, column: column + 1, name: name)
    }
}
