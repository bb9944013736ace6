import Foundation
import Localization
import MailMessage
import Testing

@testable import MailTemplates

@Suite struct MailLogoTests {
    static let logo = MailLogo([1, 2, 3, 250], mediaType: "image/png", width: 480, height: 120)

    func message(_ logo: MailLogo?, organisation: String = "Kanzlei <b>\"Müller\"</b>") throws -> MIMEMessage {
        let samples = try MailSamples(.german)
        let branding = MailBranding(organisation: organisation, publicURL: samples.branding.publicURL)
        let address = try EmailAddress(parsing: "bea@elsewhere.example")
        let headers = MailHeaders(
            from: Mailbox(address: address), to: Mailbox(address: address), date: Date(timeIntervalSince1970: 0),
            messageID: try #require(MessageID(parsing: "<01j.x+y%z@depesche.example>")))
        return try samples.content(.delivery).composed(.german, branding)
            .message(headers, boundary: try #require(MIMEBoundary(unique: "01j")), logo: logo)
    }

    @Test func theLogoIsAPartOfTheMailAndStandsForTheName() throws {
        let bytes = try message(Self.logo).serialized
        let parsed = MessageParser().parse(bytes)
        guard case .parts(let forms) = parsed.root.content, case .parts(let page) = forms[1].content else {
            Issue.record("no parts")
            return
        }
        #expect(forms.map(\.contentType.mediaType) == ["text/plain", "multipart/related"])
        #expect(forms[1].contentType.parameters["type"] == "text/html")
        #expect(page.map(\.contentType.mediaType) == ["text/html", "image/png"])
        let source = String(decoding: bytes, as: UTF8.self)
        #expect(source.contains("Content-ID: <logo.01j.x+y%z@depesche.example>"))
        #expect(source.contains("Content-Disposition: inline; filename=logo.png"))
        let html = try #require(parsed.html)
        #expect(html.contains(#"src="cid:logo.01j.x+y%25z@depesche.example""#))
        #expect(html.contains(#"alt="Kanzlei &lt;b&gt;&quot;Müller&quot;&lt;/b&gt;""#))
        #expect(html.contains(#"width="192" height="48""#))
        #expect(!html.contains("<!--logo") && !html.contains("logo-->"))
        #expect(html.components(separatedBy: "<img").count == 2)
        #expect(parsed.plainText == MessageParser().parse(try message(nil).serialized).plainText)
    }

    @Test func withoutALogoTheNameStandsThere() throws {
        let parsed = MessageParser().parse(try message(nil).serialized)
        let html = try #require(parsed.html)
        #expect(html.contains("Kanzlei &lt;b&gt;&quot;Müller&quot;&lt;/b&gt;</td>"))
        #expect(!html.contains("<img") && !html.contains("logo-->"))
        guard case .parts(let forms) = parsed.root.content else {
            Issue.record("no parts")
            return
        }
        #expect(forms.map(\.contentType.mediaType) == ["text/plain", "text/html"])
    }

    @Test func nobodysWordsMakeAMark() throws {
        let named = "<!--logo-->x<!--/logo-->"
        let html = try #require(MessageParser().parse(try message(Self.logo, organisation: named).serialized).html)
        #expect(html.contains(#"alt="&lt;!--logo--&gt;x&lt;!--/logo--&gt;""#))
        #expect(html.components(separatedBy: "<img").count == 2)
    }

    @Test func aMailOfFormerTimesLeavesAsItWasComposed() throws {
        let address = try EmailAddress(parsing: "bea@elsewhere.example")
        let headers = MailHeaders(
            from: Mailbox(address: address), to: Mailbox(address: address), date: Date(timeIntervalSince1970: 0),
            messageID: try #require(MessageID(parsing: "<1@depesche.example>")))
        let content = ComposedContent(
            kind: .delivery, language: .german, subject: HeaderText(cleaning: "x"), plainText: "x", html: "<p>x</p>")
        let boundary = try #require(MIMEBoundary(unique: "1"))
        #expect(
            content.message(headers, boundary: boundary, logo: Self.logo).serialized
                == content.message(headers, boundary: boundary).serialized)
    }

    @Test func itIsShownNoLargerThanItIs() {
        func shown(_ width: Int, _ height: Int) -> [Int] {
            let logo = MailLogo([], mediaType: "image/png", width: width, height: height)
            return [logo.shownWidth, logo.shownHeight]
        }
        #expect(shown(100, 40) == [100, 40])
        #expect(shown(2_000, 2_000) == [48, 48])
        #expect(shown(2_000, 16) == [240, 2])
        #expect(shown(16, 2_000) == [1, 48])
    }

    @Test func aBrowserSeesItInThePage() {
        let page = "<td><!--logo-->Kanzlei<!--/logo--></td>"
        #expect(Self.logo.embedded(in: page).contains(#"src="data:image/png;base64,AQID+g==""#))
        #expect(MailLogo.named(page) == "<td>Kanzlei</td>")
        #expect(Self.logo.embedded(in: "<td>Kanzlei</td>") == "<td>Kanzlei</td>", "a mail of former times")
    }
}
