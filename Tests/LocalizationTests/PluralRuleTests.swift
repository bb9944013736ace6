import Foundation
import Testing

@testable import Localization

@Suite struct PluralRuleTests {
    /// After the samples of the Unicode CLDR.
    @Test(arguments: [
        (PluralRule.english, [0: "other", 1: "one", 2: "other", 11: "other", 21: "other"]),
        (.french, [0: "one", 1: "one", 2: "other", 21: "other"]),
        (.japanese, [0: "other", 1: "other", 2: "other"]),
        (.czech, [0: "other", 1: "one", 2: "few", 4: "few", 5: "other", 22: "other"]),
        (.polish, [0: "many", 1: "one", 2: "few", 5: "many", 12: "many", 21: "many", 22: "few", 112: "many"]),
        (.russian, [0: "many", 1: "one", 2: "few", 5: "many", 11: "many", 13: "many", 21: "one", 24: "few"]),
    ])
    func numbersDemandTheirForms(rule: PluralRule, forms: [Int: String]) {
        for (number, form) in forms {
            #expect(rule.form(number).rawValue == form, "\(number)")
            #expect(rule.form(-number).rawValue == form, "-\(number)")
            #expect(rule.forms.contains(rule.form(number)))
        }
    }

    @Test func aFileOfTextsMakesALanguage() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ plural: String) throws {
            let text = """
                {"language": {"name": "\(name)", "locales": "\(name)", "thousands": " ", "decimal": ",", "plural": "\(plural)"}}
                """
            try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).json"))
        }
        for name in ["de", "en", "fr", "cs"] { try write(name, name == "cs" ? "czech" : "french") }
        try Data("{}".utf8).write(to: folder.appendingPathComponent("README.json"))
        let catalogue = try Catalogue(folder: folder)
        #expect(catalogue.languages.map(\.rawValue) == ["de", "en", "cs", "fr"])
        #expect(catalogue.grammar(Language(subtag: "cs")) == Grammar(thousands: " ", decimal: ",", plural: .czech))
        try write("fr", "klingon")
        #expect {
            try Catalogue(folder: folder)
        } throws: {
            guard case Catalogue.LoadingError.incomplete(_, "language.plural") = $0 else { return false }
            return true
        }
    }

    @Test func whatIsNoLongerThereIsReadAsEnglish() {
        #expect(Language(kept: "de") == .german && Language(kept: "xx") == .english)
        #expect(Language(rawValue: "xx") == nil && Language.german.name == "Deutsch")
    }
}
