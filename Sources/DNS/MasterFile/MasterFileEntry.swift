/// One entry of a master file, cut into its words (RFC 1035, 5.1).
struct MasterFileEntry {
    /// A word, its escapes not yet resolved.
    struct Word {
        var text: String
        /// Whether it stood in quotation marks.
        var isQuoted: Bool
    }

    /// The line on which it starts, counted from 1.
    var line: Int
    /// Whether it starts with white space: then it is of the same name as the entry before.
    var startsBlank: Bool
    var words: [Word]

    /// Cuts a text into entries. Parentheses join lines, a semicolon starts a comment.
    static func entries(of text: String) throws(MasterFileError) -> [MasterFileEntry] {
        var scanner = Scanner()
        for scalar in text.unicodeScalars { try scanner.take(scalar) }
        return try scanner.finish()
    }

    private struct Scanner {
        private var done: [MasterFileEntry] = []
        private var entry: MasterFileEntry?
        private var word: Word?
        private var line = 1
        private var depth = 0
        private var isEscaped = false
        private var isComment = false
        private var isAtLineStart = true

        mutating func take(_ scalar: Unicode.Scalar) throws(MasterFileError) {
            if isEscaped {
                isEscaped = false
                word?.text.unicodeScalars.append(scalar)
                if scalar == "\n" { line += 1 }
                return
            }
            let startsLine = isAtLineStart
            isAtLineStart = scalar == "\n"
            if scalar == "\n" {
                if word?.isQuoted == true {
                    throw MasterFileError(line: line, reason: "a quotation mark is not closed")
                }
                endWord()
                isComment = false
                line += 1
                if depth == 0 { endEntry() }
            } else if isComment {
                return
            } else if word?.isQuoted == true {
                switch scalar {
                case "\"": endWord()
                case "\\": append(scalar, escaping: true)
                default: append(scalar)
                }
            } else {
                try takeUnquoted(scalar, startsLine: startsLine)
            }
        }

        private mutating func takeUnquoted(_ scalar: Unicode.Scalar, startsLine: Bool) throws(MasterFileError) {
            switch scalar {
            case " ", "\t", "\r":
                endWord()
                if startsLine, depth == 0, scalar != "\r" { begin(blank: true) }
            case ";":
                endWord()
                isComment = true
            case "(":
                endWord()
                begin(blank: false)
                depth += 1
            case ")":
                endWord()
                depth -= 1
                if depth < 0 { throw MasterFileError(line: line, reason: "a parenthesis was not opened") }
            case "\"":
                endWord()
                begin(blank: false)
                word = Word(text: "", isQuoted: true)
            default: append(scalar, escaping: scalar == "\\")
            }
        }

        mutating func finish() throws(MasterFileError) -> [MasterFileEntry] {
            if depth > 0 || isEscaped || word?.isQuoted == true {
                throw MasterFileError(line: entry?.line ?? line, reason: "the text ends inside an entry")
            }
            endWord()
            endEntry()
            return done
        }

        private mutating func append(_ scalar: Unicode.Scalar, escaping: Bool = false) {
            begin(blank: false)
            if word == nil { word = Word(text: "", isQuoted: false) }
            word?.text.unicodeScalars.append(scalar)
            isEscaped = escaping
        }

        private mutating func begin(blank: Bool) {
            if entry == nil { entry = MasterFileEntry(line: line, startsBlank: blank, words: []) }
        }

        private mutating func endWord() {
            if let word { entry?.words.append(word) }
            word = nil
        }

        private mutating func endEntry() {
            if let entry, !entry.words.isEmpty { done.append(entry) }
            entry = nil
        }
    }
}
