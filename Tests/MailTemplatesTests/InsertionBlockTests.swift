import Foundation
import Localization
import MailMessage
import Testing

@testable import MailTemplates

@Suite struct InsertionBlockTests {
    private static let link = MailLink("https://kunde.example/l/abc")
    private static let files = [MailFile(name: "a<b>.pdf", size: 3_200_000), MailFile(name: "zwei.pdf", size: 10)]

    private static func block(level: Int = 1, hasPassword: Bool = false) throws -> InsertionBlock {
        InsertionBlock(
            files: files, level: level, link: try #require(link), lifetimeDays: 14, hasPassword: hasPassword)
    }

    private static func branding() throws -> MailBranding {
        MailBranding(organisation: "Müller & Söhne", publicURL: try #require(MailLink("https://kunde.example")))
    }

    @Test func `it is one table, with the link twice and nothing from elsewhere`() throws {
        let html = try Self.block().html(Localizer(.german), Self.branding())
        #expect(html.components(separatedBy: "<table").count == 2 && html.hasSuffix("</table>"))
        #expect(html.components(separatedBy: "href=\"https://kunde.example/l/abc\"").count == 3)
        #expect(html.contains("a&lt;b&gt;.pdf") && html.contains("Müller &amp; Söhne"))
        for absent in ["<img", "<style", "class=", "<script", "url("] { #expect(!html.contains(absent)) }
    }

    @Test func `names stand in it at level 1 only`() throws {
        let text = Localizer(.english)
        for level in 1...2 {
            let block = try Self.block(level: level)
            let both = [block.html(text, try Self.branding()), block.plainText(text, try Self.branding())]
            #expect(both.allSatisfy { $0.contains("zwei.pdf") == (level == 1) })
            #expect(both.allSatisfy { $0.contains("a code is mailed") == (level == 2) })
        }
    }

    @Test func `the plain text stands between its rules and says all`() throws {
        let text = try Self.block(hasPassword: true).plainText(Localizer(.german), Self.branding())
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == lines.dropLast().last && lines.first?.count == 40)
        #expect(text.contains("https://kunde.example/l/abc\n") && text.contains("Kennwort") && text.contains("14 Tage"))
        #expect(text.contains("- zwei.pdf (10"))
    }
}
