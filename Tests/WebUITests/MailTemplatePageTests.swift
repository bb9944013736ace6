import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Localization
import MailTemplates
import Testing
import WebServer

@testable import WebUI

@Suite struct MailTemplatePageTests {
    private static let path = "/admin/mail-templates/reminder/de"
    private static let place = MailTemplatePlace(.reminder, .german)

    private func inside(_ body: @Sendable @escaping (PageHouse, PageReader) async throws -> Void) async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: "anna@kunde.example", name: "Anna", isAdministrator: true, password: PageHouse.password)
            let reader = PageReader(client)
            _ = try await reader.submit(
                "/sign-in", ["email": "anna@kunde.example", "password": PageHouse.password])
            try await body(house, reader)
        }
    }

    @Test func theWordsOfAMailAreChangedComparedAndReset() async throws {
        try await inside { house, reader in
            #expect(try await reader.get("/admin/mail-templates").text.contains(Self.path))
            let page = try await reader.get(Self.path)
            #expect(page.text.contains("Noch nicht abgeholt") && page.text.contains("{{button}}"))
            let words = ["subject": "Bitte & gern", "body": "Hallo\n\n{{button}}", "text": "", "version": "0"]
            let saved = try await reader.submit(Self.path, words)
            #expect(saved.location == "\(Self.path)?done=template-saved")
            #expect(try await reader.get(Self.path).text.contains("Bitte &amp; gern"))
            let compared = try await reader.get("\(Self.path)/compare")
            #expect(compared.text.contains("<ins>Hallo</ins>"))
            #expect(compared.text.contains("<del>{{details}}</del>"))
            #expect(
                try await reader.submit("\(Self.path)/reset", [:]).location == "\(Self.path)?done=template-reset")
            let editing = TemplateEditing(house.parts)
            #expect(try await editing.entry(Self.place).state == .original)
            #expect(try await reader.get("\(Self.path)/restore?version=1").text.contains("Bitte &amp; gern"))
            let restored = try await reader.submit("\(Self.path)/restore?version=1", ["number": "1"])
            #expect(restored.location == "\(Self.path)?done=template-restored")
            #expect(try await editing.entry(Self.place).source.subject == "Bitte & gern")
        }
    }

    @Test func whatIsWrongStandsBesideTheFieldAndNothingTypedIsLost() async throws {
        try await inside { house, reader in
            let words = [
                "subject": "{{absender}}", "body": "<script>alert(1)</script>\n\nohne Link", "text": "</textarea><b>",
                "version": "0",
            ]
            let page = try await reader.submit(Self.path, words)
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("Zeile 1, Zeichen 1: Diese E-Mail hat kein Feld „absender“."))
            #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;\n\nohne Link</textarea>"))
            #expect(page.text.contains("&lt;/textarea&gt;&lt;b&gt;</textarea>"))
            #expect(try await TemplateEditing(house.parts).entry(Self.place).state == .original)
        }
    }

    @Test func whoeverSavesOverSomebodyElseIsToldFirst() async throws {
        try await inside { house, reader in
            try await TemplateEditing(house.parts).save(
                TemplateSource(subject: "Neu", body: "{{button}}"), at: Self.place, by: nil, origin: .commandLine)
            let words = ["subject": "Alt", "body": "{{button}}", "text": "", "version": "0"]
            let page = try await reader.submit(Self.path, words)
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("Jemand anders hat diese E-Mail inzwischen geändert."))
            #expect(page.text.contains("value=\"Alt\"") && page.text.contains("name=\"version\" value=\"1\""))
        }
    }

    @Test func theFrameShowsWhatIsTypedAndCanDoNothing() async throws {
        try await inside { house, reader in
            let stored = try await reader.get("\(Self.path)/frame")
            let policy = stored.headers[.contentSecurityPolicy] ?? ""
            #expect(policy.contains("default-src 'none'") && policy.contains("sandbox"))
            #expect(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"))
            #expect(stored.text.contains("@media not all") && stored.text.contains("Noch nicht abgeholt"))
            let words = ["subject": "S", "body": "<b>Hallo</b> {{sender}}\n\n{{button}}", "text": ""]
            let dark = try await reader.submit(Self.path, to: "\(Self.path)/frame?view=dark", words)
            #expect(dark.status == .ok)
            #expect(dark.text.contains("@media all") && dark.text.contains("<b>Hallo</b> Anna Müller"))
            let text = try await reader.submit(Self.path, to: "\(Self.path)/frame?view=text", words)
            #expect(text.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(text.text.hasPrefix("S\n\nHallo Anna Müller\n\n"))
            let wrong = try await reader.submit(
                Self.path, to: "\(Self.path)/frame", ["subject": "S", "body": "<b>Hallo", "text": ""])
            #expect(wrong.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(wrong.text.contains("<b> wird in diesem Absatz nicht mit </b> geschlossen"))
            #expect(try await TemplateEditing(house.parts).entry(Self.place).state == .original)
        }
    }

    @Test func tryingKeepsWhatIsTyped() async throws {
        try await inside { house, reader in
            let words = ["subject": "Nur so", "body": "{{button}}", "text": "", "version": "0", "action": "send"]
            let page = try await reader.submit(Self.path, words)
            #expect(page.status == .ok)
            #expect(page.text.contains("anna@kunde.example") && page.text.contains("value=\"Nur so\""))
            #expect(try await TemplateEditing(house.parts).entry(Self.place).state == .original)
        }
    }

    @Test(arguments: ["nothing/de", "reminder/xx", "reminder/de/restore?version=7", "reminder/de/restore?version=x"])
    func whatIsNotThereIsNotFound(path: String) async throws {
        try await inside { _, reader in
            let page = try await reader.get("/admin/mail-templates/\(path)")
            #expect(page.status == .notFound)
        }
    }
}
