import Foundation
import Localization
import Testing

@testable import AddIns

/// The files of the add-ins as an installation serves them.
@Suite struct AddInFileTests {
    private static let installation = AddInInstallation(
        url: "https://depesche.kunde.example", organisation: "Müller & <Söhne>", assets: "/static/1")

    @Test func `a name keeps as long as the address does`() {
        let other = AddInInstallation(url: "https://andere.example", organisation: "", assets: "")
        #expect(
            Self.installation.id
                == AddInInstallation(
                    url: "https://depesche.kunde.example", organisation: "", assets: ""
                ).id)
        #expect(other.id != Self.installation.id && UUID(uuidString: other.id) != nil)
        #expect(other.organisation == "Depesche")
    }

    @Test func `values fit where they stand, and an unknown place is an error`() throws {
        let filled = try Self.installation.filled(
            "a=\"{{organisation}}\" {{host}} {{language}}", language: .english,
            escape: \.escapedForMarkup)
        #expect(filled == "a=\"Müller &amp; &lt;Söhne&gt;\" depesche.kunde.example en")
        for unknown in ["{{nichts}}", "{{t:nichts}}", "{{t-fr:x}}", "{{ url }}"] {
            #expect(throws: AddInFileError.self) {
                try Self.installation.filled(unknown, language: .german) { $0 }
            }
        }
    }

    @Test func `JSON stays JSON whatever an organisation is called`() throws {
        let files = [
            "m.json": Data(#"{"a": ["{{organisation}}", 1, "{{url}}/x"], "b": {"c": "{{host}}"}, "d": true}"#.utf8)
        ]
        let template = try JSONTemplate("m.json", in: files)
        let named = AddInInstallation(url: "https://a.example", organisation: "\"Ö\\", assets: "")
        let read = try JSONSerialization.jsonObject(with: template.filled(named, language: .german)) as? [String: Any]
        #expect((read?["a"] as? [Any])?.first as? String == "\"Ö\\")
        #expect((read?["b"] as? [String: String])?["c"] == "a.example")
        let generic = AddInInstallation(url: nil, organisation: "", assets: "")
        let bare = try JSONSerialization.jsonObject(with: template.filled(generic, language: .german)) as? [String: Any]
        #expect((bare?["a"] as? [Any])?.count == 2 && (bare?["b"] as? [String: Any])?.isEmpty == true)
        #expect(throws: AddInFileError.self) { try JSONTemplate("fehlt.json", in: files) }
    }

    @Test func `an archive of the same files is the same, and another program can read it`() throws {
        let files = ["b.txt": Data("zwei".utf8), "a.txt": Data("eins".utf8), "leer": Data()]
        let archive = try FileArchive.pack(files)
        #expect(try FileArchive.pack(files) == archive)
        #expect(archive.prefix(4) == Data([0x50, 0x4B, 0x03, 0x04]))
        #expect(throws: AddInFileError.self) { try FileArchive.pack(["../a": Data()]) }
    }

    @Test func `the extension carries its texts and where its installation is`() throws {
        let archive = try ThunderbirdExtension().archive(for: Self.installation)
        for name in ["manifest.json", "installation.json", "texts-de.json", "texts-en.json", "upload.js", "icons.svg"] {
            #expect(archive.range(of: Data(name.utf8)) != nil, "\(name) is missing")
        }
        let updates = try ThunderbirdExtension().updates(for: Self.installation)
        #expect(updates.contains("https://depesche.kunde.example/add-ins/thunderbird/depesche.xpi"))
    }

    @Test func `the script for sending is one script with the texts that it says`() throws {
        let script = try OutlookFiles().launchEventScript(for: Self.installation)
        #expect(script.hasPrefix("var depescheInstallation = {"))
        #expect(!script.contains("\nimport ") && !script.contains("\nexport "))
        #expect(script.contains(#""url":"https://depesche.kunde.example""#))
        for page in OutlookFiles.Page.allCases {
            for language in Language.allCases {
                let html = try OutlookFiles().page(page, language: language, for: Self.installation)
                #expect(!html.contains("{{") && html.contains("lang=\"\(language.rawValue)\""))
            }
        }
    }
}
