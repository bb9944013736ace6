import Foundation

/// Reads this package's sources to find which texts they use.
enum SourceTree {
    struct Use {
        enum Kind { case text, plural, prefix }
        var key: String
        var kind: Kind
        var file: String
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func usedKeys() throws -> [Use] {
        let sources = root.appendingPathComponent("Sources")
        var uses: [Use] = []
        guard let walk = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) else { return [] }
        for case let file as URL in walk {
            let name = file.path.dropFirst(root.path.count + 1)
            if file.pathExtension == "swift" {
                uses += keys(inSwift: try String(contentsOf: file, encoding: .utf8), file: String(name))
            } else if name.contains("Resources/templates/"), !file.hasDirectoryPath, file.pathExtension != "" {
                uses += keys(inTemplate: try String(contentsOf: file, encoding: .utf8), file: String(name))
            }
        }
        return uses
    }

    /// The literals that follow `text(`, `t(`, `plural(`, `localizer(`, `say(` and `Phrase(`.
    static func keys(inSwift source: String, file: String) -> [Use] {
        var uses: [Use] = []
        let code = source.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        let bytes = Array(code.joined(separator: "\n").utf8)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\"") {
            var before = index
            while before > 0, bytes[before - 1] == 0x20 || bytes[before - 1] == 0x0A { before -= 1 }
            let labelled = Array("plural:".utf8)
            let hasLabel = before >= labelled.count && Array(bytes[(before - labelled.count)..<before]) == labelled
            if hasLabel { before -= labelled.count }
            guard before > 0, bytes[before - 1] == UInt8(ascii: "(") else { continue }
            var start = before - 1
            while start > 0, isIdentifier(bytes[start - 1]) { start -= 1 }
            let callee = String(decoding: bytes[start..<(before - 1)], as: UTF8.self)
            let speaks =
                ["t", "text", "plural", "localizer", "say", "Phrase"].contains(callee) || callee.hasSuffix("Localizer")
            guard speaks, !hasLabel || callee == "Phrase" else { continue }
            var key: [UInt8] = []
            var isPrefix = false
            for byte in bytes[(index + 1)...] {
                if byte == UInt8(ascii: "\"") { break }
                if byte == UInt8(ascii: "\\") {
                    isPrefix = true
                    break
                }
                key.append(byte)
            }
            let name = String(decoding: key, as: UTF8.self)
            guard name.contains("."), name.utf8.allSatisfy({ isIdentifier($0) || $0 == 0x2E || $0 == 0x2D }) else {
                continue
            }
            let kind: Use.Kind = isPrefix ? .prefix : (callee == "plural" || hasLabel ? .plural : .text)
            uses.append(Use(key: name, kind: kind, file: file))
        }
        return uses
    }

    /// The insides of `{{#t}}…{{/t}}`.
    static func keys(inTemplate source: String, file: String) -> [Use] {
        var uses: [Use] = []
        var rest = source[...]
        while let open = rest.range(of: "{{#") {
            rest = rest[open.upperBound...]
            guard let close = rest.range(of: "}}") else { break }
            guard rest[..<close.lowerBound].trimmingCharacters(in: .whitespaces) == "t" else { continue }
            rest = rest[close.upperBound...]
            guard let end = rest.range(of: "{{") else { break }
            let key = rest[..<end.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
            // A key with a variable in it is checked where the variable's values are known.
            let isWhole = rest[end.lowerBound...].hasPrefix("{{/")
            uses.append(Use(key: key, kind: isWhole ? .text : .prefix, file: file))
        }
        return uses
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
