import Localization
import MailMessage
import Testing

@testable import MailTemplates

@Suite struct MailTemplateTests {
    static let body = "<h1>{{heading}}</h1>\n\nHallo {{sender}}, bis <b>{{date}}</b>.\n\n{{details}}\n\n{{button}}"

    private func mistakes(
        _ body: String, subject: String = "{{subject}}", text: String? = nil, kind: MailKind = .reminder
    ) -> [TemplateMistake] {
        do {
            _ = try MailTemplate(kind, TemplateSource(subject: subject, body: body, text: text))
            return []
        } catch let mistakes as TemplateMistakes {
            return mistakes.all
        } catch {
            Issue.record(error)
            return []
        }
    }

    private func composed(_ source: TemplateSource, _ content: any MailContent) throws -> ComposedContent {
        let template = try MailTemplate(content.kind, source)
        return content.composed(.german, try MailSamples(.german).branding, by: template)
    }

    @Test func aTemplateThatFitsHasNoMistakes() {
        #expect(mistakes(Self.body) == [])
        #expect(mistakes("Siehe <a href=\"{{link}}\">hier</a>") == [])
        #expect(mistakes("Siehe {{ link }}", text: "Siehe {{link}}") == [])
        #expect(mistakes("1 < 2 & 3 > 2; {a} bleibt\n\n{{button}}") == [])
    }

    @Test(arguments: [
        ("{{button}}\n\nHallo {{sender", TemplateMistake.Reason.fieldUnclosed, 3, 7, ""),
        ("{{button}}\n\nHallo\n  sender}} x", .fieldStray, 4, 9, ""),
        ("{{button}}\n\n{{absender}}", .fieldUnknown, 3, 1, "absender"),
        ("{{button}}\n\n{{#sender}}", .fieldUnknown, 3, 1, "#sender"),
        ("{{button}}\n\n{{{sender}}}", .fieldUnclosed, 3, 1, ""),
        ("{{button}}\n\n{{code}}", .fieldUnknown, 3, 1, "code"),
        ("Hier: {{button}}", .fieldAlone, 1, 7, "button"),
        ("{{button}}\n\n<b>Hallo", .tagUnclosed, 3, 1, "b"),
        ("{{button}}\n\n<b><i>Hallo</b></i>", .tagStray, 3, 12, "b"),
        ("{{button}}\n\nHallo</b>", .tagStray, 3, 6, "b"),
        ("{{button}}\n\n<script>x</script>", .tagUnknown, 3, 1, "script"),
        ("{{button}}\n\n<!-- x -->", .tagUnknown, 3, 1, "!-- x --"),
        ("{{button}}\n\n<img src=x onerror=y>", .tagUnknown, 3, 1, "img"),
        ("{{button}}\n\n<b", .tagCut, 3, 1, ""),
        ("{{button}}\n\n<b style=\"x\">x</b>", .tagAttribute, 3, 1, "b"),
        ("{{button}}\n\n<a href=\"https://evil.example\">x</a>", .linkTarget, 3, 1, "a"),
        ("{{button}}\n\n<a href=\"{{link}}\" onclick=\"x\">x</a>", .linkTarget, 3, 1, "a"),
        ("{{button}}\n\n<a href=\"javascript:{{link}}\">x</a>", .linkTarget, 3, 1, "a"),
        ("{{button}}\n\n<a>x</a>", .linkTarget, 3, 1, "a"),
        ("{{button}}\n\n<b>x <b>y</b></b>", .tagMisplaced, 3, 6, "b"),
        ("{{button}}\n\n<b><small>y</small></b>", .tagMisplaced, 3, 4, "small"),
        ("{{button}}\n\n<h1>x</h1>", .headingPlace, 0, 0, "h1"),
        ("<h1><a href=\"{{link}}\">x</a></h1>", .tagMisplaced, 1, 5, "a"),
        ("{{button}}\n\nFisch &amp; Chips", .entity, 3, 7, "&amp;"),
        ("{{button}}\n\nHallo \u{202E}x", .character, 3, 7, ""),
        ("Nur Worte", .linkMissing, 0, 0, "button"),
        ("<a href=\"{{link}}\"> </a>x", .linkMissing, 0, 0, "button"),
        (" \n ", .empty, 0, 0, ""),
        (String(repeating: "ä", count: 10_001) + "{{button}}", .tooLong, 0, 0, "20000"),
    ])
    func eachMistakeIsFoundAtItsPlace(
        body: String, reason: TemplateMistake.Reason, line: Int, column: Int, name: String
    ) {
        #expect(mistakes(body) == [TemplateMistake(.body, reason, line: line, column: column, name: name)])
    }

    @Test func aSubjectIsOneLineWithoutLinkAndLayout() {
        #expect(mistakes(Self.body, subject: "").map(\.reason) == [.empty])
        #expect(mistakes(Self.body, subject: "a\r\nBcc: x@evil.example").map(\.reason) == [.lineBreak])
        #expect(mistakes(Self.body, subject: "a\u{2028}b").map(\.reason) == [.lineBreak])
        #expect(mistakes(Self.body, subject: "{{link}}").map(\.reason) == [.fieldMisplaced])
        #expect(mistakes(Self.body, subject: "{{button}}").map(\.reason) == [.fieldMisplaced])
        #expect(mistakes(Self.body, subject: "<b>{{subject}}</b>") == [])
        #expect(mistakes(Self.body, subject: String(repeating: "a", count: 301)).map(\.reason) == [.tooLong])
        #expect(mistakes("{{code}}", subject: "{{code}}", kind: .code).map(\.reason) == [.fieldMisplaced])
    }

    @Test func whatAKindCannotDoWithoutIsDemanded() {
        #expect(mistakes("Ihr Code", subject: "Code", kind: .code).map(\.name) == ["code"])
        #expect(mistakes("{{button}}", subject: "{{subject}}", kind: .delivery).map(\.name) == ["message"])
        #expect(mistakes("{{button}}", subject: "Test", kind: .test).map(\.name) == ["marker", "links"])
        #expect(mistakes("{{button}}", text: "ohne").map(\.part) == [.text])
        #expect(mistakes("Zurückgezogen", subject: "x", kind: .withdrawn) == [])
    }

    @Test func noTagReachesBeyondItsParagraph() {
        #expect(mistakes("{{button}}\n\n<b>Hallo\n\nDu</b>").map(\.reason) == [.tagUnclosed, .tagStray])
    }

    @Test func allMistakesAreShownTogether() {
        let found = mistakes("{{a}}\n\n{{b}}\n\n<u>c</u>", subject: "{{d}}", text: "{{e}}")
        #expect(found.map(\.name) == ["d", "a", "b", "u", "e"])
        #expect(mistakes(String(repeating: "{{x}}\n\n", count: 200)).count == TemplateParser.mostMistakes)
    }

    @Test func wordsAndValuesStandInBothForms() throws {
        let source = TemplateSource(
            subject: "Bitte abholen: {{subject}}",
            body: """
                <h1>Noch <i>nicht</i> geholt</h1>

                {{details}}
                """.replacing("<i>nicht</i>", with: "nicht")
                    + "\n\nVon <b>{{sender}}</b>,\nbis {{date}}: <a href=\"{{link}}\">hier geht es weiter</a>\n\n"
                    + "<h2>Noch etwas</h2>\n<small>Klein & fein < groß</small>\n\n{{list}}\n\n{{button}}")
        let mail = try composed(source, try MailKind.reminder.sample(language: .german))
        #expect(mail.subject.value == "Bitte abholen: Unterlagen zum Kaufvertrag 4711")
        #expect(mail.plainText.hasPrefix("Noch nicht geholt\n\nVon: Anna Müller <anna.mueller@example.com>"))
        #expect(
            mail.plainText.contains(
                "hier geht es weiter <https://depesche.example.com/d/8Jq2mXr5vT0bW7cK9eYh3A>\n\nNoch etwas\n\n"
                    + "Klein & fein < groß\n\nDateien:\n"))
        #expect(mail.html.contains("Von <b>Anna Müller</b>,<br>\nbis "))
        #expect(mail.html.contains(">hier geht es weiter</a>"))
        #expect(mail.html.contains("Klein &amp; fein &lt; groß"))
        #expect(mail.html.contains("<h2 "))
        #expect(mail.plainText.contains("Impressum: "))
    }

    @Test func aPlainTextOfItsOwnReplacesTheWordsOfTheBody() throws {
        let source = TemplateSource(subject: "x", body: Self.body, text: "Nur <Text>\n\n{{button}}")
        let mail = try composed(source, try MailKind.reminder.sample(language: .german))
        #expect(mail.plainText.hasPrefix("Nur <Text>\n\nDateien abholen:\nhttps://depesche.example.com/d/"))
        #expect(mail.html.contains("Hallo Anna Müller"))
        #expect(!mail.html.contains("Nur "))
    }

    @Test func aMailWithoutHeadlineHasNone() throws {
        let mail = try composed(
            TemplateSource(subject: "x", body: "{{button}}"), try MailKind.reminder.sample(language: .german))
        #expect(!mail.html.contains("<h1"))
    }

    @Test func theTemplateOfAnotherKindIsLeftAside() throws {
        let template = try MailTemplate(.withdrawn, TemplateSource(subject: "x", body: "y"))
        let content = try MailKind.reminder.sample(language: .german)
        let branding = try MailSamples(.german).branding
        #expect(content.composed(.german, branding, by: template) == content.composed(.german, branding))
    }

    @Test func aSubjectOfEmptyFieldsIsTheOriginal() throws {
        let content = try MailKind.domainState.sample(language: .german)
        var empty = try #require(content as? DomainStateMail)
        empty.domain = ""
        let mail = try composed(TemplateSource(subject: "{{domain}}", body: "{{button}}"), empty)
        #expect(!mail.subject.value.isEmpty)
    }
}
