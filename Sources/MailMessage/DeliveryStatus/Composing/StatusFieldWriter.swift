/// One field of a report for programs, safe whatever its value is: ASCII, no control characters, folded.
struct StatusFieldWriter {
    /// What a server says is cut here.
    private static let longestValue = 1_000
    private static let longestWord = 900

    let lines: [String]

    init(_ name: String, _ value: String) {
        var cleaned = ""
        for scalar in HeaderText(cleaning: String(value.prefix(4 * Self.longestValue))).value.unicodeScalars {
            guard cleaned.utf8.count < Self.longestValue else { break }
            cleaned.unicodeScalars.append(scalar.isASCII ? scalar : "?")
        }
        var lines: [String] = []
        var line = "\(name):"
        for word in cleaned.split(separator: " ") {
            let word = word.prefix(Self.longestWord)
            // The first word stays beside the name: a line of blanks only is obsolete syntax (RFC 5322, 4.2).
            if line.utf8.count + 1 + word.utf8.count > 76, line.utf8.count > name.utf8.count + 1 {
                lines.append(line)
                line = ""
            }
            line += " \(word)"
        }
        self.lines = lines + [line]
    }
}
