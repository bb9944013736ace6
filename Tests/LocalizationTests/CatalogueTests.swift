import Foundation
import Testing

@testable import Localization

@Suite struct CatalogueTests {
    @Test func bothLanguagesHaveTheSameKeys() throws {
        let catalogue = try Catalogue.shared.get()
        let german = Set(catalogue.keys(.german))
        let english = Set(catalogue.keys(.english))
        #expect(german.subtracting(english).sorted() == [], "missing in English")
        #expect(english.subtracting(german).sorted() == [], "missing in German")
        #expect(german.count > 20)
    }

    @Test func bothLanguagesHaveTheSamePlaceholders() throws {
        let catalogue = try Catalogue.shared.get()
        for key in catalogue.keys(.german) {
            let german = Self.placeholders(catalogue.text(key, .german) ?? "")
            let english = Self.placeholders(catalogue.text(key, .english) ?? "")
            // The singular may say "one file" in words.
            if key.hasSuffix(".one") {
                #expect(german.subtracting(["count"]) == english.subtracting(["count"]), "\(key)")
            } else {
                #expect(german == english, "\(key)")
            }
        }
    }

    @Test func everyPluralHasBothForms() throws {
        let catalogue = try Catalogue.shared.get()
        let keys = Set(catalogue.keys(.german))
        for key in keys where key.hasSuffix(".one") {
            #expect(keys.contains(key.dropLast(3) + "other"), "\(key)")
        }
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
