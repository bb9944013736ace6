import Foundation
import Localization
import MailMessage
import Testing

@testable import MailTemplates

/// Sentences and labels that depend on the case, in other words.
@Suite struct MailPhraseTests {
    private func mistakes(_ kind: MailKind, _ phrases: [String: String]) -> [TemplateMistake] {
        let original = kind.originalTemplate(.german)
        do {
            _ = try MailTemplate(
                kind, TemplateSource(subject: original.subject, body: original.body, phrases: phrases))
            return []
        } catch {
            return (error as? TemplateMistakes)?.all ?? []
        }
    }

    /// Mails in every case that a phrase depends on.
    private static func cases() throws -> [any MailContent] {
        var contents = try MailKind.allCases.map { try $0.sample(language: .german) }
        contents += try HostileDataTests.contents("x")
        let sample = try #require(try MailKind.delivery.sample(language: .german) as? DeliveryMail)
        for (level, message) in [(1, DeliveryMail.Message.withheld), (2, .text("a")), (2, .withheld)] {
            var mail = sample
            (mail.level, mail.message, mail.hasPassword) = (level, message, true)
            contents.append(mail)
            contents.append(CopyMail(of: mail, recipients: [mail.sender], link: mail.link))
            mail.files = []
            contents.append(mail)
        }
        let link = sample.link
        let person = sample.sender
        contents += UndeliverableReason.allCases.map {
            UndeliverableMail(recipient: person, about: "a", reason: $0, answer: "550", link: link)
        }
        for news in DomainStateMail.News.allCases {
            contents += ["fallback", "hold", "reject"].map {
                DomainStateMail(domain: "a.example", news: news, policy: $0, records: [], link: link)
            }
        }
        let fetch = DownloadedMail.Fetch(recipient: person, files: ["a"], at: sample.expiresAt)
        contents += [1, 201, 202].map {
            DownloadedMail(
                about: "a", fetches: Array(repeating: fetch, count: $0), isComplete: true, link: link)
        }
        let domain = "a.example"
        contents += ["Betreff", nil].map {
            HeldMail(domain: domain, sender: person, recipient: person, about: $0, link: link)
        }
        for problem in Localizer(.german).texts(below: "certificate.problem").keys {
            for end in [sample.expiresAt, nil] {
                contents.append(
                    CertificateMail(name: domain, problem: problem, detail: "", expiresAt: end, link: link))
            }
        }
        contents.append(CertificateMail(name: domain, ending: sample.expiresAt, link: link))
        contents += [true, false].map { ScannerSilentMail(since: sample.expiresAt, letsPass: $0, link: link) }
        contents += ["Betreff", nil].map {
            VirusFoundMail(file: "a", finding: "b", sender: person, about: $0, link: link)
        }
        contents.append(
            DailySummaryMail(at: sample.expiresAt, problems: [], figures: DailySummaryMail.Figures(), link: link))
        contents += [1, 2].map { AllFetchedMail(about: "a", recipients: $0, at: sample.expiresAt, link: link) }
        return contents
    }

    @Test func everySentenceThatDependsOnTheCaseCanBeWordedAnew() throws {
        let branding = try MailSamples(.german).branding
        var used: Set<String> = []
        var offered: Set<String> = []
        for content in try Self.cases() {
            let kind = content.kind
            let phrases = kind.phrases(.german)
            offered.formUnion(phrases.map { "\(kind.rawValue) \($0.key)" })
            let text = Localizer(.german).rewording(
                Dictionary(uniqueKeysWithValues: phrases.map { ($0.key, "§\($0.key)§") }))
            for block in content.letter(text, branding).blocks {
                let words: String
                switch block {
                case .button(let label, _), .link(let label, _): words = label
                case .paragraph(let sentence):
                    let place: MailField = kind == .delivery || kind == .copy ? .message : .explanation
                    guard kind.fields.contains(place) else { continue }
                    words = sentence
                case .note(let sentence):
                    guard kind.fields.contains(.hints) else { continue }
                    words = sentence
                default: continue
                }
                // The daily summary tells problems in the words of the overview.
                if kind == .dailySummary, !words.hasPrefix("§") { continue }
                #expect(words.hasPrefix("§") && words.hasSuffix("§"), "\(kind): \(words)")
                used.insert("\(kind.rawValue) \(words.split(separator: "§").first ?? "")")
            }
        }
        // Nothing is offered that no mail says.
        #expect(offered.subtracting(used) == [])
    }

    @Test func aPhraseIsSaidInTheMailWithItsFields() throws {
        let original = MailKind.delivery.originalTemplate(.german)
        let source = TemplateSource(
            subject: original.subject, body: original.body,
            phrases: [
                "mail.delivery.button": "Öffnen",
                "mail.delivery.password": "{{sender}} sagt Ihnen <b>das</b> Kennwort.",
                "mail.delivery.personal": "",
            ])
        #expect(source.phrases.count == 2)
        var content = try #require(try MailKind.delivery.sample(language: .german) as? DeliveryMail)
        content.hasPassword = true
        let branding = try MailSamples(.german).branding
        let mail = content.composed(.german, branding, by: try MailTemplate(.delivery, source))
        let words = "\(content.sender.shortForm) sagt Ihnen <b>das</b> Kennwort."
        #expect(mail.plainText.contains(words) && mail.plainText.contains("Öffnen"))
        #expect(mail.html.contains(Markup.escape(words)) && mail.html.contains("Öffnen"))
        #expect(!mail.html.contains("Dateien abholen"))
        // What was not worded anew is the original.
        #expect(mail.plainText.contains("Der Link gilt für Sie persönlich."))
    }

    @Test func mistakesHaveAPlace() {
        let key = "mail.delivery.password"
        func reason(_ words: String) -> TemplateMistake? { mistakes(.delivery, [key: words]).first }
        #expect(mistakes(.delivery, [key: "{{sender}} { sender }"]).map(\.reason) == [.fieldUnclosed])
        #expect(reason("Für {{ sender }}") == nil)
        #expect(reason("{{date}}")?.reason == .fieldUnknown && reason("{{date}}")?.name == "date")
        #expect(reason("ab {{sender")?.column == 4 && reason("ab }}")?.reason == .fieldStray)
        #expect(reason("{sender}")?.reason == .fieldUnclosed)
        #expect(reason("a\nb")?.reason == .lineBreak && reason("a\u{202E}b")?.reason == .character)
        #expect(reason(String(repeating: "ä", count: 501))?.reason == .tooLong)
        #expect(reason("}")?.part.rawValue == "phrases.\(key)")
        // A phrase of another kind of mail is none.
        #expect(mistakes(.reminder, [key: "x"]).map(\.reason) == [.fieldUnknown])
        #expect(mistakes(.code, ["mail.code.body": "x"]).map(\.reason) == [.fieldUnknown])
    }

    @Test(arguments: Language.allCases)
    func theOriginalsOfPhrasesAreNoChange(language: Language) throws {
        for kind in MailKind.allCases {
            let original = kind.originalTemplate(language)
            let phrases = kind.phrases(language)
            #expect(Set(phrases.map(\.key)).count == phrases.count, "\(kind)")
            let typed = TemplateSource(
                subject: original.subject, body: original.body,
                phrases: Dictionary(uniqueKeysWithValues: phrases.map { ($0.key, $0.original) }))
            #expect(typed.withoutOriginalPhrases(kind, language) == original, "\(kind)")
            // As a template they make the original words.
            let content = try kind.sample(language: language)
            let branding = try MailSamples(language).branding
            #expect(
                content.composed(language, branding, by: try MailTemplate(kind, typed)).plainText
                    == content.composed(language, branding, by: try MailTemplate(kind, original)).plainText)
        }
    }

    @Test func valuesAreNeverReadAsFields() throws {
        let branding = try MailSamples(.german).branding
        for content in try HostileDataTests.contents("{{sender}} {sender} <i>") {
            let original = content.kind.originalTemplate(.german)
            let source = TemplateSource(
                subject: original.subject, body: original.body,
                phrases: Dictionary(
                    uniqueKeysWithValues: content.kind.phrases(.german).map { phrase in
                        (phrase.key, phrase.fields.map { "{{\($0)}}" }.joined(separator: " ") + " Ende")
                    }))
            let mail = content.composed(.german, branding, by: try MailTemplate(content.kind, source))
            #expect(!mail.html.contains("<i> "), "\(content.kind)")
        }
    }
}
