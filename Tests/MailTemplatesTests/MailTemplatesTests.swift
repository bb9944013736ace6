import Foundation
import Localization
import MailMessage
import Testing

@testable import MailTemplates

/// Each kind in each language.
struct Case: Sendable, CustomTestStringConvertible {
    var kind: MailKind
    var language: Language
    var testDescription: String { "\(kind.rawValue) \(language.rawValue)" }

    static let all = MailKind.allCases.flatMap { kind in Language.allCases.map { Case(kind: kind, language: $0) } }
}

@Suite struct MailTemplatesTests {
    @Test(arguments: Case.all)
    func everyMailIsWholeAndReadsAsWritten(_ item: Case) throws {
        let message = try item.kind.sampleMessage(language: item.language)
        let bytes = message.serialized
        let parsed = MessageParser().parse(bytes)
        let plain = try #require(parsed.plainText)
        let html = try #require(parsed.html)
        #expect(parsed.root.contentType.mediaType == "multipart/alternative")
        guard case .parts(let parts) = parsed.root.content else {
            Issue.record("no parts")
            return
        }
        // Plain text first (RFC 2046, 5.1.4).
        #expect(parts.map(\.contentType.mediaType) == ["text/plain", "text/html"])
        #expect(parsed.subject == message.subject.value)
        #expect(!message.subject.value.isEmpty)
        for text in [message.subject.value, plain, Self.withoutStyle(html)] {
            #expect(!text.contains("{") && !text.contains("}"), "unfilled placeholder")
            for area in ["mail.\(item.kind)", "mail.fact", "mail.foot", "mail.button", "mail.files", "mail.reason"] {
                #expect(!text.contains(area), "a key in place of words: \(Self.around(area, in: text))")
            }
            #expect(!text.contains("\u{FFFD}"))
            #expect(!text.contains("Optional("))
        }
        Self.expectCleanLines(bytes)
    }

    @Test(arguments: Case.all)
    func plainTextHasEveryLinkOfTheHTML(_ item: Case) throws {
        let samples = try MailSamples(item.language)
        let content = try samples.content(item.kind).composed(item.language, samples.branding)
        let links = Self.attributes("href", in: content.html)
        #expect(!links.isEmpty)
        for link in links { #expect(content.plainText.contains(link), "\(link)") }
        for link in links { #expect(MailLink(link) != nil, "\(link)") }
    }

    @Test(arguments: Case.all)
    func nothingIsLoadedFromOutside(_ item: Case) throws {
        let samples = try MailSamples(item.language)
        let html = try samples.content(item.kind).composed(item.language, samples.branding).html
        for forbidden in ["<img", "<script", "src=", "url(", "@import", "<link", "<iframe", "<form"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains(#"<meta name="color-scheme" content="light dark">"#))
        #expect(html.contains(#"<html lang="\#(item.language.rawValue)">"#))
        Self.expectBalanced(html)
    }

    @Test(arguments: Case.all)
    func programsSayThatTheyArePrograms(_ item: Case) throws {
        let parsed = MessageParser().parse(try item.kind.sampleMessage(language: item.language).serialized)
        #expect(parsed.header(.autoSubmitted) == (item.kind == .delivery ? nil : "auto-generated"))
        #expect(parsed.header(.autoResponseSuppress) == (item.kind == .delivery ? nil : "All"))
        #expect(parsed.headers.allSatisfy { $0.name.lowercased() != "precedence" })
        #expect(parsed.header(.contentLanguage) == item.language.rawValue)
    }

    @Test func notificationsAreInTheThreadOfTheDelivery() throws {
        let delivery = try MailKind.delivery.sampleMessage(language: .german)
        for kind in [MailKind.downloaded, .reminder, .code, .undeliverable, .copy] {
            let message = try kind.sampleMessage(language: .german)
            #expect(message.inReplyTo == [delivery.messageID])
            #expect(message.references == [delivery.messageID])
            #expect(message.messageID != delivery.messageID)
        }
    }

    @Test(arguments: Language.allCases)
    func theDeliverySaysWhatItMaySay(language: Language) throws {
        let samples = try MailSamples(language)
        guard var mail = try samples.content(.delivery) as? DeliveryMail else {
            Issue.record("no delivery")
            return
        }
        let name = try #require(mail.files.first?.name)
        let open = mail.composed(language, samples.branding)
        #expect(open.plainText.contains(name) && open.html.contains(name))
        #expect(open.subject.value == mail.about)
        #expect(open.html.contains("https://example.com/"))
        #expect(open.plainText.contains("4711"))

        mail.level = 2
        mail.message = .withheld
        let closed = mail.composed(language, samples.branding)
        for text in [closed.plainText, closed.html] {
            #expect(!text.contains(name), "file names stand at level 1 only")
            #expect(!text.contains("example.com/vertrag") && !text.contains("example.com/contract"))
        }
        #expect(closed.plainText.contains(Localizer(language)("mail.delivery.withheld")))
        #expect(closed.plainText.contains(Localizer(language)("mail.delivery.proof")))

        mail.about = "  "
        mail.files = []
        let bare = mail.composed(language, samples.branding)
        #expect(bare.subject.value == Localizer(language)("mail.delivery.headingMessage", ["sender": "Anna Müller"]))
        #expect(bare.plainText.contains(Localizer(language)("mail.delivery.buttonMessage")))
    }

    @Test(arguments: Language.allCases)
    func theCopyShowsNoRecipientsLink(language: Language) throws {
        let samples = try MailSamples(language)
        let copy = try samples.content(.copy).composed(language, samples.branding)
        #expect(!copy.plainText.contains("/d/"))
        #expect(!copy.html.contains("/d/"))
        #expect(copy.plainText.contains("info@müller.example"))
    }

    @Test(arguments: Language.allCases)
    func theCodeStandsInTheMailButNotInTheSubject(language: Language) throws {
        let samples = try MailSamples(language)
        let mail = try samples.content(.code).composed(language, samples.branding)
        #expect(mail.plainText.contains("482913") && mail.html.contains("482913"))
        #expect(!mail.subject.value.contains("482913"))
        #expect(mail.plainText.contains("30"))
    }

    @Test(arguments: Language.allCases)
    func everyReasonHasWords(language: Language) throws {
        let text = Localizer(language)
        for reason in UndeliverableReason.allCases {
            #expect(text.has("mail.reason.\(reason.key).what"), "\(reason)")
            #expect(text.has("mail.reason.\(reason.key).next"), "\(reason)")
        }
        #expect(UndeliverableReason(className: "no-such-user") == .noSuchUser)
        #expect(UndeliverableReason(className: "complaint") == .unknown)
    }

    @Test func addressMistakesHaveWords() {
        for language in Language.allCases {
            for mistake in AddressError.allCases {
                #expect(Localizer(language).has("error.address.\(mistake.rawValue)"), "\(mistake)")
            }
        }
    }

    @Test func theTestMailCarriesItsLinks() throws {
        let samples = try MailSamples(.german)
        let mail = try #require(try samples.content(.test) as? TestMail)
        let content = mail.composed(.german, samples.branding)
        #expect(mail.links.count == 2)
        for link in mail.links { #expect(content.plainText.contains(link.text)) }
        #expect(content.subject.value.contains(mail.marker))
        let person = MailPerson(Mailbox(address: try EmailAddress(parsing: "a@b.example")))
        for bad in ["", "kurz", "abc def ghi", "abcdefg\r\nh", String(repeating: "a", count: 65)] {
            #expect(
                TestMail(
                    marker: bad, publicURL: samples.branding.publicURL, requestedBy: person, requestedAt: .distantPast)
                    == nil)
        }
    }

    @Test func oneClickUnsubscribeNeedsBothHeaders() throws {
        let samples = try MailSamples(.german)
        var headers = try samples.headers(.reminder)
        headers.unsubscribe = MailLink("https://depesche.example.com/u/abc")
        let content = try samples.content(.reminder).composed(.german, samples.branding)
        let parsed = MessageParser().parse(content.message(headers, boundary: samples.boundary).serialized)
        #expect(parsed.header(.listUnsubscribe) == "<https://depesche.example.com/u/abc>")
        #expect(parsed.header(.listUnsubscribePost) == "List-Unsubscribe=One-Click")
    }

    // MARK: Reading the result

    static func withoutStyle(_ html: String) -> String {
        guard let start = html.range(of: "<style>"), let end = html.range(of: "</style>") else { return html }
        return html.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
    }

    static func around(_ needle: String, in text: String) -> String {
        guard let range = text.range(of: needle) else { return "" }
        return String(text[range.lowerBound...].prefix(60))
    }

    /// The values of an attribute, with the escapes undone.
    static func attributes(_ name: String, in html: String) -> [String] {
        html.components(separatedBy: "\(name)=\"").dropFirst().map {
            String($0.prefix { $0 != "\"" }).replacingOccurrences(of: "&#39;", with: "'")
                .replacingOccurrences(of: "&amp;", with: "&")
        }
    }

    /// Every element that must be closed is, in the right order.
    static func expectBalanced(_ html: String, sourceLocation: SourceLocation = #_sourceLocation) {
        var stack: [String] = []
        for piece in html.components(separatedBy: "<").dropFirst() {
            let tag = piece.prefix { $0 != ">" }
            if tag.hasPrefix("!") { continue }
            let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
            if ["meta", "br"].contains(name) { continue }
            if tag.hasPrefix("/") {
                let open = stack.popLast()
                #expect(open == name, "</\(name)> closes <\(open ?? "nothing")>", sourceLocation: sourceLocation)
            } else {
                stack.append(name)
            }
        }
        #expect(stack == [], sourceLocation: sourceLocation)
    }

    static func expectCleanLines(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        // RFC 5322, 2.1.1: 78 should do, 998 must; an address in angle brackets cannot be folded.
        #expect(
            lines.allSatisfy { $0.utf8.count <= 78 || $0.hasPrefix("List-Unsubscribe: <") && $0.utf8.count <= 998 },
            sourceLocation: sourceLocation)
        #expect(
            lines.allSatisfy { line in line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }, "bare CR or LF, or 8 bit",
            sourceLocation: sourceLocation)
    }
}
