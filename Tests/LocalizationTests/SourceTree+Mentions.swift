import Foundation

extension SourceTree {
    /// What the sources mention that may be a key: whole ones, areas, and ones with a part that is filled in later.
    struct Mentions {
        /// What hands its texts to scripts under the rest of their keys.
        private static let handedToScripts = ["page.script.", "addin.script.", "addin."]

        private var whole: Set<String> = []
        /// The pieces around what is filled in, such as `page.` and `.intro`.
        private var patterns: Set<[String]> = []

        init() {}

        init(_ source: String, in kind: String) {
            switch kind {
            case "swift":
                let lines = source.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                take(lines.joined(separator: "\n"), quotes: "\"", hole: "\\(", nesting: ("(", ")"))
            case "js": for quote in ["\"", "'", "`"] { take(source, quotes: quote, hole: "${", nesting: ("{", "}")) }
            default: break
            }
            take(source, between: "{{", and: "}}")
            take(source, between: "{{#t}}", and: "{{/t}}")
        }

        static func + (left: Self, right: Self) -> Self {
            var sum = left
            sum.whole.formUnion(right.whole)
            sum.patterns.formUnion(right.patterns)
            return sum
        }

        func contain(_ key: String) -> Bool {
            let candidates = [key] + Self.handedToScripts.filter(key.hasPrefix).map { String(key.dropFirst($0.count)) }
            return candidates.contains { candidate in
                let areas = candidate.indices.filter { candidate[$0] == "." }.map { String(candidate[..<$0]) }
                // A whole area of two names or more, such as "time.ago"; a single name may mean anything.
                return whole.contains(candidate) || areas.contains { $0.contains(".") && whole.contains($0) }
                    || areas.last.map(whole.contains) ?? false
                    || patterns.contains { Self.fits(candidate, $0) }
            }
        }

        private static func fits(_ key: String, _ pieces: [String]) -> Bool {
            guard let first = pieces.first, let last = pieces.last, key.hasPrefix(first) else { return false }
            var rest = key.dropFirst(first.count)
            for piece in pieces.dropFirst() where !piece.isEmpty {
                guard let found = rest.range(of: piece) else { return false }
                rest = rest[found.upperBound...]
            }
            // A plural's form may follow.
            return last.isEmpty || rest.isEmpty || [".one", ".other"].contains(rest)
        }

        private mutating func take(
            _ source: String, quotes: String, hole: String, nesting: (open: Character, close: Character)
        ) {
            for part in source.components(separatedBy: quotes) where part.contains(".") && part.utf8.count < 200 {
                let pieces = part.components(separatedBy: hole)
                note([pieces[0]] + pieces.dropFirst().map { Self.rest(of: $0, nesting.open, nesting.close) })
            }
        }

        /// What stands behind a hole that begins with the text.
        private static func rest(of text: String, _ open: Character, _ close: Character) -> String {
            var depth = 1
            for index in text.indices {
                if text[index] == open { depth += 1 }
                if text[index] == close { depth -= 1 }
                if depth == 0 { return String(text[text.index(after: index)...]) }
            }
            return ""
        }

        private mutating func take(_ source: String, between open: String, and close: String) {
            for part in source.components(separatedBy: open).dropFirst() {
                let inside = part.components(separatedBy: close)[0].trimmingCharacters(in: .whitespacesAndNewlines)
                // In an add-in's file `{{t-de:outlook.name}}`, in a template also `page.x.{{kind}}`.
                let key = inside.split(separator: ":").last.map(String.init) ?? ""
                let pieces = key.components(separatedBy: "{{")
                note(
                    pieces.enumerated().map { index, piece in
                        index == 0 ? piece : piece.range(of: "}}").map { String(piece[$0.upperBound...]) } ?? ""
                    })
            }
        }

        private mutating func note(_ pieces: [String]) {
            let isKey = pieces.allSatisfy { piece in
                piece.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                        || (0x61...0x7A).contains($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F
                }
            }
            guard isKey, pieces.contains(where: { $0.contains(".") }) else { return }
            if pieces.count == 1 {
                whole.insert(pieces[0])
            } else if pieces[0].contains(".") {
                patterns.insert(pieces)
            }
        }
    }

    /// What all sources mention: of the server, its templates and the add-ins.
    static func mentions() throws -> Mentions {
        var mentions = Mentions()
        for folder in ["Sources", "AddIns"] {
            let files = FileManager.default.enumerator(
                at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard ["swift", "mustache", "js", "html", "xml", "json"].contains(file.pathExtension),
                    !file.path.contains("Localization/Resources/")
                else { continue }
                mentions = mentions + Mentions(try String(contentsOf: file, encoding: .utf8), in: file.pathExtension)
            }
        }
        return mentions
    }
}
