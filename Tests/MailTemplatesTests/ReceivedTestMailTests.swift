import Foundation
import Localization
import MailMessage
import Testing

@testable import MailTemplates

@Suite struct ReceivedTestMailTests {
    private func sent() throws -> (mail: TestMail, message: MIMEMessage, html: String, plain: String) {
        let samples = try MailSamples(.german)
        let mail = try #require(try samples.content(.test) as? TestMail)
        let content = mail.composed(.german, samples.branding)
        return (
            mail, content.message(try samples.headers(.test), boundary: samples.boundary), content.html,
            content.plainText
        )
    }

    private func changed(_ change: (String) -> String) throws -> ReceivedTestMail {
        let (mail, message, html, plain) = try sent()
        var altered = message
        altered.body = .multipart(
            .alternative, [.plainText(change(plain)), .html(change(html))], boundary: try MailSamples(.german).boundary)
        return ReceivedTestMail(source: altered.serialized, marker: mail.marker, sent: mail.links)
    }

    @Test func anUntouchedMailIsIntact() throws {
        let (mail, message, _, _) = try sent()
        let trace = "Authentication-Results: mx.example; dkim=pass header.d=example.com\r\n"
        let source = Array(trace.utf8) + message.serialized
        let received = ReceivedTestMail(source: source, marker: mail.marker, sent: mail.links)
        #expect(received.areLinksIntact)
        #expect(received.rewritingHosts == [])
        #expect(received.authenticationResults == ["mx.example; dkim=pass header.d=example.com"])
        // Pasted text often has bare line feeds.
        let pasted = source.filter { $0 != 0x0D }
        #expect(ReceivedTestMail(source: pasted, marker: mail.marker, sent: mail.links).areLinksIntact)
    }

    @Test func aRewritingRelayIsNamed() throws {
        let received = try changed {
            $0.replacingOccurrences(
                of: "https://depesche.example.com/mail-test",
                with: "https://safelinks.Relay.example/?url=https%3A%2F%2Fdepesche.example.com%2Fmail-test")
        }
        #expect(!received.areLinksIntact)
        #expect(received.isTheTestMail)
        #expect(received.rewritingHosts == ["safelinks.relay.example"])
    }

    @Test func anOpaqueRewriterIsNamedToo() throws {
        let (mail, _, html, _) = try sent()
        var altered = html
        for link in mail.links {
            altered = altered.replacingOccurrences(
                of: Markup.escape(link.text), with: "https://click.relay.example/xyz")
        }
        let received = try changed { $0.hasPrefix("<!DOCTYPE") ? altered : $0 }
        #expect(!received.areLinksIntact)
        #expect(received.rewritingHosts == ["click.relay.example"])
        #expect(received.links.allSatisfy { $0.inPlainText == .intact })
    }

    @Test func aSpoiltFragmentIsSeen() throws {
        let received = try changed { $0.replacingOccurrences(of: "#c", with: "%23c") }
        #expect(received.links.map(\.isIntact) == [true, false])
        #expect(received.rewritingHosts == ["depesche.example.com"])
    }

    @Test func aForeignMailIsNotTakenForTheTest() throws {
        let (mail, _, _, _) = try sent()
        let other = ReceivedTestMail(
            source: Array("Subject: x\n\nhello".utf8), marker: mail.marker, sent: mail.links)
        #expect(!other.isTheTestMail && !other.areLinksIntact)
        #expect(other.links.allSatisfy { $0.inPlainText == .missing })
    }

    @Test(arguments: [
        (#"<a href="https://a.example/?x=1&amp;y=2">"#, ["https://a.example/?x=1&y=2"]),
        (#"<A class=x HREF='https://a.example/&#39;&#x41;'>"#, ["https://a.example/'A"]),
        ("<a href=https://a.example/b>x</a>", ["https://a.example/b"]), ("<a", []), ("<a href", []), ("<a href=", []),
        (#"<a href="x"#, ["x"]), (#"<abbr href="x">"#, []), ("<a ==/=>", []), (#"<a href="&bad;&">"#, ["&bad;&"]),
    ])
    func linksAreFound(html: String, expected: [String]) {
        #expect(HTMLLinks.find(in: html) == expected)
    }

    @Test func brokenHTMLIsReadInLinearTime() {
        for piece in ["<a ", "<a href=\"", "&", "<", "<a =", "<a x y "] {
            let time = processorTime { _ = HTMLLinks.find(in: String(repeating: piece, count: 50_000)) }
            #expect(time < .seconds(5), "\(piece) took \(time)")
        }
    }
}
