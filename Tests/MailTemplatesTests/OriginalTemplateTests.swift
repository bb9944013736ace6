import Localization
import MailMessage
import Testing

@testable import MailTemplates

/// Originals as templates, and templates of strangers' data, over all kinds.
@Suite struct OriginalTemplateTests {
    /// Kinds whose original words depend on the case, so that their template gathers them in one place.
    private static let varying: Set<MailKind> = [
        .delivery, .downloaded, .undeliverable, .domainState, .held, .certificate, .virusFound, .scannerSilent,
        .allFetched, .copy,
    ]

    @Test(arguments: Language.allCases)
    func theOriginalAsATemplateMakesTheOriginalMail(language: Language) throws {
        let branding = try MailSamples(language).branding
        for kind in MailKind.allCases {
            let content = try kind.sample(language: language)
            let template = try MailTemplate(kind, kind.originalTemplate(language))
            let mail = content.composed(language, branding, by: template)
            let original = content.composed(language, branding)
            #expect(mail.subject == original.subject, "\(kind)")
            guard !Self.varying.contains(kind) else { continue }
            #expect(mail.plainText == original.plainText, "\(kind)")
        }
    }

    @Test(arguments: Language.allCases)
    func noDataOfTheSampleIsLeftInAnOriginal(language: Language) {
        for kind in MailKind.allCases {
            let source = kind.originalTemplate(language)
            for data in ["Anna", "Schmidt", "4711", "example", "müller", "Muster", "Sample", "2026", "DPS-", "482"] {
                #expect(!(source.subject + source.body).contains(data), "\(kind): \(data)")
            }
        }
    }

    @Test func eachFieldThatIsOfferedSaysSomething() throws {
        let branding = try MailSamples(.german).branding
        for kind in MailKind.allCases {
            let content = try kind.sample(language: .german)
            let examples = content.examples(.german, branding)
            #expect(Set(examples.keys) == Set(kind.fields.filter { !$0.isBlock }), "\(kind)")
            #expect(examples.filter { $0.value.isEmpty && $0.key != .link }.isEmpty, "\(kind)")
            let given = Set(content.values(Localizer(.german), branding).keys)
            #expect(given.isSubset(of: kind.fields), "\(kind): \(given.subtracting(kind.fields))")
        }
    }

    /// A template that uses every field of its kind.
    static func everything(_ kind: MailKind) -> TemplateSource {
        let words = kind.fields.filter { !$0.isBlock }.map { "{{\($0.rawValue)}}" }.joined(separator: " ")
        let blocks = kind.fields.filter(\.isBlock).map { "{{\($0.rawValue)}}" }.joined(separator: "\n\n")
        let subject = kind.fields.filter(\.fitsSubject).map { "{{\($0.rawValue)}}" }.joined(separator: " ")
        let link = kind.requiresLink ? "\n\n<a href=\"{{link}}\">{{organisation}} {{heading}}</a>" : ""
        return TemplateSource(
            subject: subject,
            body: "<h1>\(words)</h1>\n\n<b><i>\(words)</i></b>\n\n<small>\(words)</small>\n\n"
                + blocks + link, text: words + "\n\n" + blocks)
    }

    @Test(arguments: Language.allCases)
    func hostileDataStayTextInEveryField(language: Language) throws {
        let samples = try MailSamples(language)
        let branding = MailBranding(
            organisation: HostileDataTests.attack, publicURL: samples.branding.publicURL,
            imprint: samples.branding.imprint)
        for content in try HostileDataTests.contents(HostileDataTests.attack + "{{button}} {{organisation}}") {
            let template = try MailTemplate(content.kind, Self.everything(content.kind))
            let mail = content.composed(language, branding, by: template)
            #expect(!mail.subject.value.contains { $0.isNewline })
            #expect(!mail.html.contains("<script"))
            #expect(!mail.html.contains("<img"))
            #expect(!mail.html.contains("<!-- <"))
            #expect(!mail.html.contains("href=\"javascript"))
            // A person's letter stays as it was written; all else is shown in one direction.
            #expect(!mail.html.contains("\u{202E}") || content.kind.fields.contains(.message))
            // Values are never read as a template again.
            if ![.storageLow, .quotaLow, .dailySummary, .passwordForgotten].contains(content.kind) {
                #expect(mail.plainText.contains("{{x}}"), "\(content.kind)")
            }
            let message = mail.message(try samples.headers(content.kind), boundary: samples.boundary)
            let text = String(decoding: message.serialized, as: UTF8.self)
            let header = try #require(text.ranges(of: "\r\n\r\n").first).lowerBound
            let lines = text[..<header].split(separator: "\r\n")
            #expect(!lines.contains { $0.lowercased().hasPrefix("bcc") }, "\(content.kind)")
        }
    }

    /// Any text at all is either refused with a place, or gives a mail with balanced tags.
    @Test func noTextBreaksTheParser() throws {
        let pieces = [
            "{{", "}}", "{", "}", "<", ">", "</", "/>", "<b>", "</b>", "<i>", "</i>", "<a href=\"{{link}}\">", "</a>",
            "<h1>", "</h1>", "<h2>", "</h2>", "<small>", "</small>", "<p>", "</p>", "<br>", "{{button}}", "{{sender}}",
            "{{link}}", "\n", "\n\n", " ", "\t", "Wort", "ä", "👩‍👩‍👧", "&", "&amp;", "\"", "'", "\u{301}", "\r", "\0",
            "\u{202E}",
        ]
        var random = SystemRandomNumberGenerator()
        let content = try MailKind.reminder.sample(language: .english)
        let branding = try MailSamples(.english).branding
        var fitting = 0
        for _ in 0..<4_000 {
            let body = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let source = TemplateSource(
                subject: "{{subject}}", body: body + "\n\n{{button}}", text: body + "\n\n{{link}}")
            do {
                let mail = content.composed(.english, branding, by: try MailTemplate(.reminder, source))
                fitting += 1
                // Browsers read scalar by scalar: an accent behind a tag is no part of it.
                let html = String(String.UnicodeScalarView(mail.html.unicodeScalars.filter { $0 != "\u{301}" }))
                for tag in ["b", "i", "a", "h1", "h2", "p"] {
                    let opened = html.ranges(of: "<\(tag)>").count + html.ranges(of: "<\(tag) ").count
                    #expect(opened == html.ranges(of: "</\(tag)>").count, "\(tag) in \(body)")
                }
                #expect(mail.html.contains("/d/8Jq2mXr5vT0bW7cK9eYh3A"))
            } catch let mistakes as TemplateMistakes {
                #expect(mistakes.all.allSatisfy { !$0.name.contains("\n") && $0.name.count <= 40 }, "\(body)")
            }
        }
        #expect(fitting > 100)
    }
}
