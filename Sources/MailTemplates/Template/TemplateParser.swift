/// Reads one part of a template. Each paragraph with a mistake gives one mistake; the others are read all the same, so
/// that an author sees them together.
struct TemplateParser {
    /// Nobody mends more at once.
    static let mostMistakes = 20

    let part: TemplateMistake.Part
    let fields: Set<MailField>
    private(set) var mistakes: [TemplateMistake] = []
    private(set) var blocks: [TemplateBlock] = []

    init(_ part: TemplateMistake.Part, fields: [MailField]) {
        self.part = part
        self.fields = Set(fields)
    }

    /// Reads a text, which has one kind of line end.
    mutating func parse(_ text: String) {
        var paragraph: [[Unicode.Scalar]] = []
        var start = 1
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
        for (index, line) in lines.enumerated() {
            if let field = blockField(line) {
                flush(paragraph, start: start)
                paragraph = []
                blocks.append(.field(field))
            } else if line.allSatisfy({ $0 == " " || $0 == "\t" }) {
                flush(paragraph, start: start)
                paragraph = []
            } else {
                if paragraph.isEmpty { start = index + 1 }
                paragraph.append(line)
            }
        }
        flush(paragraph, start: start)
    }

    /// The block field that a line consists of.
    private func blockField(_ line: [Unicode.Scalar]) -> MailField? {
        guard part != .subject else { return nil }
        let trimmed = String(String.UnicodeScalarView(line)).trimmingBlanks
        guard trimmed.hasPrefix("{{"), trimmed.hasSuffix("}}"), trimmed.count > 4 else { return nil }
        let field = MailField(rawValue: String(trimmed.dropFirst(2).dropLast(2)).trimmingBlanks)
        return field.flatMap { $0.isBlock && fields.contains($0) ? $0 : nil }
    }

    private mutating func flush(_ lines: [[Unicode.Scalar]], start: Int) {
        guard !lines.isEmpty, mistakes.count < Self.mostMistakes else { return }
        var reader = ParagraphReader(lines, firstLine: start, part: part, fields: fields)
        do {
            blocks += try reader.read()
        } catch {
            mistakes.append(error)
        }
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmingBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
