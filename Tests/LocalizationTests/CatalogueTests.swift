import Foundation
import Testing

@testable import Localization

@Suite struct CatalogueTests {
    @Test(arguments: Language.allCases) func everyLanguageHasTheSameKeys(language: Language) throws {
        let catalogue = try Catalogue.shared.get()
        let expected = Self.keys(.english, with: catalogue.grammar(language).plural)
        let keys = Set(catalogue.keys(language))
        #expect(expected.subtracting(keys).sorted() == [], "missing in \(language)")
        #expect(keys.subtracting(expected).sorted() == [], "in \(language) only")
        #expect(keys.count > 20)
    }

    @Test(arguments: Language.allCases) func everyLanguageHasTheSamePlaceholders(language: Language) throws {
        let catalogue = try Catalogue.shared.get()
        for key in catalogue.keys(language) {
            let own = Self.placeholders(catalogue.text(key, language) ?? "")
            let plural = Self.pluralForms.first { key.hasSuffix(".\($0)") }
            let sample = plural.map { key.dropLast($0.count) + "other" } ?? key
            let english = Self.placeholders(catalogue.text(sample, .english) ?? "")
            // The singular may say "one file" in words, and then names nobody else.
            let isRight = plural == "one" ? own.isSubset(of: english) : own == english
            #expect(isRight, "\(key) in \(language): \(own.symmetricDifference(english))")
        }
    }

    private static let pluralForms = ["one", "few", "many", "other"]

    /// The keys of a language, with the forms that another rule demands.
    private static func keys(_ language: Language, with rule: PluralRule) -> Set<String> {
        let keys = (try? Catalogue.shared.get())?.keys(language) ?? []
        let plurals = Set(keys.filter { $0.hasSuffix(".one") }.map { String($0.dropLast(4)) })
        let single = keys.filter { key in !plurals.contains { key == $0 + ".one" || key == $0 + ".other" } }
        return Set(single + plurals.flatMap { key in rule.forms.map { "\(key).\($0.rawValue)" } })
    }

    @Test func textsAreSpokenCalmly() throws {
        let catalogue = try Catalogue.shared.get()
        for language in Language.allCases {
            for key in catalogue.keys(language) {
                let text = catalogue.text(key, language) ?? ""
                #expect(!text.contains("!"), "\(key) in \(language): no exclamation marks")
                #expect(!text.isEmpty, "\(key) in \(language) is empty")
                #expect(!text.contains("ungültige Eingabe"), "\(key)")
            }
        }
    }

    /// A decoder keeps one of two equal keys in silence; people who add to the files at once make such pairs.
    @Test func noKeyStandsTwiceInAFile() throws {
        for language in Language.allCases {
            let file = SourceTree.root.appendingPathComponent(
                "Sources/Localization/Resources/\(language.rawValue).json")
            let duplicates = Self.duplicateKeys(in: try Data(contentsOf: file))
            #expect(duplicates == [], "\(language.rawValue).json")
        }
    }

    @Test func everyKeyUsedInTheSourcesExists() throws {
        let catalogue = try Catalogue.shared.get()
        let keys = Set(catalogue.keys(.german))
        let missing = try SourceTree.usedKeys().filter { use in
            switch use.kind {
            case .text: !keys.contains(use.key)
            case .plural: !keys.contains(use.key + ".one") || !keys.contains(use.key + ".other")
            case .prefix: !keys.contains { $0.hasPrefix(use.key) }
            }
        }
        #expect(missing.map { "\($0.key) in \($0.file)" } == [])
    }

    @Test func everyKeyIsUsedSomewhere() throws {
        let mentions = try SourceTree.mentions()
        let unused = try Catalogue.shared.get().keys(.english).filter { !mentions.contain($0) }
        #expect(unused == [], "no source mentions them")
    }

    @Test func mentionsAreFoundWhole() {
        let source = #"""
            // "page.comment.only" is said in a comment
            say("page.a.title"); let area = "time.ago"; text("\(area).minutes"); text("page.\(name).intro")
            """#
        let mentions = SourceTree.Mentions(source, in: "swift") + SourceTree.Mentions("say(`save.${x}`)", in: "js")
        for key in ["page.a.title", "time.ago.minutes.other", "page.limits.intro", "page.script.save.now"] {
            #expect(mentions.contain(key), "\(key)")
        }
        for key in ["page.comment.only", "page.a.text", "time.ahead.days", "page.limits.outro", "page.script.open"] {
            #expect(!mentions.contain(key), "\(key)")
        }
    }

    @Test func scannerFindsKeysInSwiftAndTemplates() {
        let swift = #"""
            let a = text("mail.a.b") + localizer.plural("mail.files", 3) + t("page.x.\(status)")
            settings.get("mail.route"); Phrase("error.x"); Phrase(plural: "error.y", count: 2)
            """#
        #expect(
            SourceTree.keys(inSwift: swift, file: "f").map(\.key)
                == ["mail.a.b", "mail.files", "page.x.", "error.x", "error.y"])
        #expect(
            SourceTree.keys(inTemplate: "<p>{{#t}}page.a{{/t}} {{# t }} page.b {{/ t }}", file: "f").map(\.key)
                == ["page.a", "page.b"])
    }

    static func placeholders(_ text: String) -> Set<String> {
        var result: Set<String> = []
        for piece in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            if let close = piece.firstIndex(of: "}") { result.insert(String(piece[..<close])) }
        }
        return result
    }

    /// Keys that stand twice in one object, by a walk over the tokens.
    static func duplicateKeys(in data: Data) -> [String] {
        var stack: [Set<String>] = []
        var duplicates: [String] = []
        var last: String?
        var bytes = Array(data)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "{"): stack.append([])
            case UInt8(ascii: "}"): stack.removeLast()
            case UInt8(ascii: "\""):
                var string: [UInt8] = []
                while let next = bytes.popFirst(), next != UInt8(ascii: "\"") {
                    string.append(next)
                    if next == UInt8(ascii: "\\"), let escaped = bytes.popFirst() { string.append(escaped) }
                }
                last = String(decoding: string, as: UTF8.self)
            case UInt8(ascii: ":"):
                if let key = last, !stack.isEmpty, !stack[stack.count - 1].insert(key).inserted {
                    duplicates.append(key)
                }
                last = nil
            default: break
            }
        }
        return duplicates
    }
}
