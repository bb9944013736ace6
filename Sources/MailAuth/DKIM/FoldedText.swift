/// A header field that is written word by word and folded before lines get too long (RFC 5322, 2.2.3).
struct FoldedText {
    /// What was written.
    private(set) var text: String
    private var column: Int
    private static let width = 76

    init(_ start: String) {
        text = start
        column = start.utf8.count
    }

    /// Folds here.
    mutating func startLine() {
        text += "\r\n\t"
        // A tab is shown as eight columns.
        column = 8
    }

    /// Words with a blank before each, or a fold.
    mutating func append(_ words: [String]) {
        for word in words { append(word, after: column == 8 ? "" : " ") }
    }

    /// Words without a blank between them, but folds.
    mutating func append(joining words: [String]) {
        for word in words { append(word, after: "") }
    }

    /// A text that may be cut anywhere.
    mutating func append(cutting word: String) {
        var rest = Array(word.utf8)[...]
        while !rest.isEmpty {
            if column >= Self.width { startLine() }
            let part = rest.prefix(Self.width - column)
            rest = rest.dropFirst(part.count)
            text += String(decoding: part, as: UTF8.self)
            column += part.count
        }
    }

    private mutating func append(_ word: String, after blank: String) {
        let count = word.utf8.count
        if column + blank.utf8.count + count > Self.width, column > 8 {
            startLine()
            text += word
        } else {
            text += blank + word
            column += blank.utf8.count
        }
        column += count
    }
}
