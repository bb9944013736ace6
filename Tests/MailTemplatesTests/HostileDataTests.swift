import Foundation
import Localization
import MailMessage
import Testing

@testable import MailTemplates

/// Text of strangers in every place where a mail shows some.
@Suite struct HostileDataTests {
    static let attack =
        "\r\nBcc: x@evil.example\r\n\r\n<script>alert(1)</script><img src=x onerror=y>\"'><a href=\"javascript:z\">"
        + " {sender} {{x}} {url} %s \u{0}\u{7}\u{2028}\u{202E}&lt; --=_depesche-sample-1 ]]> <!-- <![if mso]>"

    static func contents(_ text: String) throws -> [any MailContent] {
        let link = try #require(
            MailLink("https://depesche.example.com/d/a'b&c=1".replacingOccurrences(of: "'", with: "")))
        let mailbox = Mailbox(name: text, address: try EmailAddress(parsing: "anna@kunde.example"))
        let person = MailPerson(mailbox, organisation: text)
        let date = Date(timeIntervalSince1970: 1_795_439_100)
        let file = MailFile(name: text, size: 1)
        let delivery = DeliveryMail(
            sender: person, about: text, message: .text(text), level: 1, files: [file, file], link: link,
            expiresAt: date, hasPassword: true)
        let test = try #require(
            TestMail(marker: "abcd-1234", publicURL: link, requestedBy: person, requestedAt: date))
        return [
            delivery, CopyMail(of: delivery, recipients: [person, person], link: link),
            DownloadedMail(
                about: text, fetches: [.init(recipient: person, files: [text], at: date)], isComplete: false,
                link: link),
            PasswordForgottenMail(link: link, expiresAt: date),
            InvitationMail(invitedBy: person, account: text, link: link, expiresAt: date),
            CodeMail(code: "12<3>456", sender: person),
            ReminderMail(sender: person, about: text, level: 1, files: [file], link: link, expiresAt: date),
            RenewalAskedMail(recipient: person, about: text, link: link, keptUntil: date),
            RenewedMail(sender: person, about: text, link: link, expiresAt: date),
            UndeliverableMail(recipient: person, about: text, reason: .unknown, answer: text, link: link),
            DelayedMail(recipient: person, about: text, answer: text, triedUntil: date, link: link),
            WithdrawnMail(sender: person, about: text, withdrawnAt: date), test,
            ReportedMail(
                reporter: person, sender: person, about: text, words: text, reportedAt: date, link: link),
            DomainStateMail(
                domain: text, news: .warning, policy: text,
                records: [MailRecord(name: text, type: text, value: text, finding: text)], link: link),
            DomainRequestedMail(domain: text, requester: person, installation: text, words: text, link: link),
            DomainApprovedMail(
                domain: text, records: [MailRecord(name: text, type: text, value: text)], link: link, expiresAt: date,
                answer: link),
            DomainRefusedMail(domain: text, reason: text, link: link),
            DomainControlMail(domain: text, requester: person, link: link, expiresAt: date),
            CertificateMail(name: text, problem: text, detail: text, expiresAt: nil, link: link),
            AllFetchedMail(about: text, recipients: 3, at: date, link: link),
            AddressCorrectedMail(about: text, former: text, recipient: person, link: link),
            UploadAbandonedMail(about: text, files: [file], removedAt: date, link: link),
            PasswordChangedMail(at: date, browser: text, link: link),
            NewSignInMail(at: date, browser: text, link: link), AccountDisabledMail(account: text, at: date),
            QuotaLowMail(used: 1, quota: 2, link: link), TookOverMail(former: person, count: 1, link: link),
            StorageLowMail(available: 1, total: 2, link: link),
            OutboxStuckMail(waiting: 1, since: date, answer: text, link: link),
            HeldMail(domain: text, sender: person, recipient: person, about: text, link: link),
            VirusFoundMail(file: text, finding: text, sender: person, about: text, link: link),
            DailySummaryMail(
                at: date, problems: [.init(name: "mail-held", count: 1, since: nil, link: link)],
                figures: Self.summary(text), link: link),
            CertificateMail(name: text, ending: date, link: link),
            ScannerSilentMail(since: date, letsPass: true, link: link),
            GatheredMail(
                notices: try [.german, .english].flatMap { language in
                    [
                        HeldMail(domain: text, sender: person, recipient: person, about: text, link: link)
                            .brief(language, try MailSamples(language).branding, at: date),
                        AddressCorrectedMail(about: text, former: text, recipient: person, link: link)
                            .brief(language, try MailSamples(language).branding, at: date),
                    ]
                }, link: link),
        ]
    }

    private static func summary(_ text: String) -> DailySummaryMail.Figures {
        var figures = DailySummaryMail.Figures()
        figures.domains = [text]
        figures.failingJobs = [text, text]
        return figures
    }

    private func branding(_ text: String) throws -> MailBranding {
        let samples = try MailSamples(.german)
        return MailBranding(
            organisation: text, publicURL: samples.branding.publicURL, imprint: samples.branding.imprint)
    }

    @Test func allKindsAreTried() throws {
        #expect(Set(try Self.contents("x").map(\.kind)) == Set(MailKind.allCases))
    }

    @Test(arguments: Language.allCases)
    func hostileTextStaysText(language: Language) throws {
        let samples = try MailSamples(language)
        for content in try Self.contents(Self.attack) {
            let composed = content.composed(language, try branding(Self.attack))
            let message = composed.message(try samples.headers(content.kind), boundary: samples.boundary)
            let bytes = message.serialized
            MailTemplatesTests.expectCleanLines(bytes)
            let parsed = MessageParser().parse(bytes)
            #expect(!parsed.headers.contains { $0.name.lowercased() == "bcc" }, "\(content.kind)")
            #expect(parsed.root.all.count == 3, "\(content.kind)")
            let html = composed.html
            for forbidden in ["<script", "<img", "href=\"javascript", "\u{0}", "\u{7}", "]]>", "<![if"] {
                #expect(!html.contains(forbidden), "\(forbidden) in \(content.kind)")
            }
            MailTemplatesTests.expectBalanced(html)
            #expect(!composed.plainText.contains("\u{0}") && !composed.plainText.contains("\u{7}"))
            #expect(!composed.subject.value.contains { $0.isNewline })
            // What looks like a placeholder is the stranger's text, not ours to fill.
            if composed.plainText.contains("alert(1)") { #expect(composed.plainText.contains("{sender}")) }
        }
    }

    @Test func endlessTextsAreCutOrCarried() throws {
        let samples = try MailSamples(.german)
        let long = String(repeating: "ü<&", count: 33_000)
        for content in try Self.contents(long) {
            let composed = content.composed(.german, try branding(long))
            #expect(composed.subject.value.utf8.count <= 998, "\(content.kind)")
            MailTemplatesTests.expectCleanLines(
                composed.message(try samples.headers(content.kind), boundary: samples.boundary).serialized)
        }
    }

    @Test func aSubjectOfAHundredThousandCharactersIsCut() throws {
        let contents = try Self.contents(String(repeating: "a", count: 100_000))
        let delivery = try #require(contents.first).composed(.german, try branding("x"))
        #expect(delivery.subject.value.utf8.count <= 998)
        #expect(delivery.subject.value.hasSuffix("…"))
    }

    @Test func manyFilesAndFetchesAreSummedUp() throws {
        let contents = try Self.contents("x")
        guard var delivery = contents.first as? DeliveryMail else {
            Issue.record("no delivery")
            return
        }
        delivery.files = (0..<10_000).map { MailFile(name: "datei-\($0).pdf", size: 1) }
        let text = delivery.composed(.german, try branding("x")).plainText
        #expect(text.contains("datei-99.pdf") && !text.contains("datei-100.pdf"))
        #expect(text.contains("und 9.900 weitere Dateien"))
    }

    @Test(arguments: [
        "javascript:alert(1)", "https://", "ftp://x.example", "https://x.example/a b", "https://x.example/\"", "",
        "https://x.example/<", "https://x.example/ä", "//x.example", " https://x.example", "https://x.example/\r\n",
        "data:text/html,x",
    ])
    func onlyWebAddressesAreLinks(text: String) {
        #expect(MailLink(text) == nil)
    }

    @Test(arguments: [
        ("siehe https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&z=2"]),
        ("(https://a.example/x)", ["https://a.example/x"]), ("https://a.example/x_(y)", ["https://a.example/x_(y)"]),
        ("xhttps://a.example", []), ("HTTP://A.example!", ["HTTP://A.example"]), ("https://", []), ("http://.", []),
        ("<https://a.example>", ["https://a.example"]),
        ("https://a.example,https://b.example", ["https://a.example,https://b.example"]),
        ("javascript://a.example", []), ("https://a.example/ä", ["https://a.example/"]),
    ])
    func bareAddressesBecomeLinks(line: String, expected: [String]) {
        let pieces = Markup.pieces(line)
        #expect(pieces.compactMap { if case .link(let link) = $0 { link.text } else { nil } } == expected)
        let joined = pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .link(let link): link.text
            }
        }.joined()
        #expect(joined == line)
    }

    @Test func paragraphsAndLinesAreKept() {
        #expect(Markup.paragraphs("a\r\nb\r\rc\u{2028}d\n \n\n\ne") == [["a", "b"], ["c", "d"], ["e"]])
        #expect(Markup.paragraphs(" \n\n") == [])
    }

    @Test func coloursAreReadableOrReplaced() {
        #expect(AccentColour(hex: "#FFEE00")?.textColour == "#1b1f24")
        #expect(AccentColour(hex: "#FFEE00")?.linkColour == "#1b1f24")
        #expect(AccentColour.standard.textColour == "#ffffff")
        #expect(AccentColour.standard.linkColour == "#1f4b99")
        for bad in ["", "1f4b99", "#fff", "#1f4b9g", "#1f4b999", "#+f4b99", "red;x:y"] {
            #expect(AccentColour(hex: bad) == nil)
        }
    }
}
