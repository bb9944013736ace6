import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Outbox
import Testing
import WebServer

@testable import WebUI

@Suite struct FrameTests {
    @Test(arguments: ["/", "/deliveries?search=a", "/l/abc#x"])
    func pathsOnThisServerAreFollowed(path: String) { #expect(LocalPath(path)?.text == path) }

    @Test(arguments: ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/a b", "deliveries"])
    func pathsElsewhereAreNot(path: String) { #expect(LocalPath(path) == nil) }

    @Test(arguments: ["https://kunde.example/impressum", "http://kunde.example", "mailto:a@kunde.example"])
    func linksThatLeadSomewhereAreShown(link: String) { #expect(SafeLink(link)?.text == link) }

    @Test(arguments: [
        "", "javascript:alert(1)", "data:text/html,x", "//evil.example", "https:", "ftp://a", "https://a b",
    ])
    func linksThatRunSomethingAreNot(link: String) { #expect(SafeLink(link) == nil) }

    @Test func timesAreRelativeWithTheExactOneBeside() {
        let time = PageSamples.time
        #expect(time.text == "vor einer Stunde")
        #expect(time.machine == "2026-11-23T09:45:00Z" || time.machine.hasSuffix("Z"))
        #expect(time.exact.hasSuffix("Uhr"))
    }

    @Test func listsKeepTheirSearchOnTheNextPage() throws {
        let paging = try #require(PagingSample.paging)
        #expect(paging.range == "51 bis 100 von 200")
        #expect(paging.nextHref == "/list?search=a%26b&offset=100")
        #expect(paging.previousHref == "/list?search=a%26b")
    }

    @Test func browsersAreCalledByTheirNames() {
        let text = Localizer(.german)
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        #expect(BrowserName(firefox).words(text) == "Firefox, Linux")
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604"
        #expect(BrowserName(safari).words(text) == "Safari, iPhone")
        #expect(BrowserName("").words(text) == "Unbekanntes Programm")
    }

    @Test func aFileTakesThePlaceOfWhatWasPasted() {
        let der = [0x30, 0x82] + [UInt8](repeating: 7, count: 200)
        let form = FormBody(
            fields: [("smtp.ca-certificates", "old"), ("smtp.port", "25")],
            files: [.init(name: "file.smtp.ca-certificates", content: der)])
        let filled = SettingForm.smtp.withFiles(form)
        #expect(filled["smtp.ca-certificates"].hasPrefix("-----BEGIN CERTIFICATE-----\nMIIHBw"))
        #expect(filled["smtp.ca-certificates"].hasSuffix("\n-----END CERTIFICATE-----\n"))
        #expect(filled["smtp.port"] == "25")
        let empty = FormBody(fields: form.fields, files: [.init(name: "file.smtp.ca-certificates", content: [])])
        #expect(SettingForm.smtp.withFiles(empty)["smtp.ca-certificates"] == "old")
        #expect(CertificateFile(Array("\u{FEFF}-----BEGIN".utf8)).text == "-----BEGIN")
    }

    @Test func whatIsOnlyProposedIsMarked() throws {
        let text = Localizer(.german)
        let groups = SettingForm.smtp.fieldGroups(Settings(), proposals: [.mailRoute: "smtp"], text)
        let route = try #require(groups.flatMap(\.fields).first { $0.name == "mail.route" })
        #expect(route.isProposed && route.options.first { $0.isSelected }?.value == "smtp")
        let port = try #require(groups.flatMap(\.fields).first { $0.name == "smtp.port" })
        #expect(!port.isProposed)
        let locked = SettingForm.smtp.fieldGroups(
            Settings(overrides: ["mail.route": "local"]), proposals: [.mailRoute: "smtp"], text)
        let fixed = try #require(locked.flatMap(\.fields).first { $0.name == "mail.route" })
        #expect(!fixed.isProposed && fixed.options.first { $0.isSelected }?.value == "local")
    }

    @Test func aTimeZoneIsChosenFromThoseThatThereAre() throws {
        let groups = SettingForm.organisation.fieldGroups(Settings(), Localizer(.german))
        let zone = try #require(groups.flatMap(\.fields).first { $0.name == "organisation.time-zone" })
        #expect(zone.isSelect && zone.options.first { $0.isSelected }?.value == "Europe/Berlin")
        #expect(zone.options.count > 300 && zone.options.contains { $0.value == "UTC" })
    }

    @Test func everySettingOfAPageHasItsWords() {
        for language in Language.allCases {
            let text = Localizer(language)
            let forms: [SettingForm] = [
                .organisation, .smtp, .mailIntake, .bounces, .domains, .notifications, .limits, .scan, .addIns,
                .security,
            ]
            var shown: Set<String> = []
            for form in forms {
                for group in form.groups {
                    #expect(text.has("page.settingGroup.\(group.name).title"), "\(group.name)")
                    for key in group.keys {
                        shown.insert(key.name)
                        #expect(text.has("page.setting.\(key.name).label"), "\(key.name)")
                        guard case .choice(let choices) = key.kind else { continue }
                        for choice in choices {
                            #expect(text.has("page.setting.\(key.name).choice.\(choice)"), "\(key.name) \(choice)")
                        }
                    }
                }
            }
            #expect(SettingKey.all.map(\.name).filter { !shown.contains($0) } == [])
        }
    }

    @Test func everythingAboutMailHasItsWords() {
        for language in Language.allCases {
            let text = Localizer(language)
            let keys =
                MailKind.allCases.map { "page.mailKind.\($0.rawValue)" } + ["page.mailKind.message"]
                + FailureClass.allCases.map { "page.failure.\($0.rawValue)" }
                + OutboxEntry.State.allCases.map { "page.outbox.stateOf.\($0.rawValue)" }
                + MailTest.Step.Name.allCases.map { "page.smtp.step.\($0.rawValue)" }
                + AddressError.allCases.map { "error.field.address-\($0.rawValue)" }
            for key in keys { #expect(text.has(key), "\(key)") }
        }
    }

    @Test func theMarkerOfATestMailIsFoundInItsSource() {
        let marker = "DPS-0123456789ABCDEFGHIJKLMNOP"
        #expect(TestMailMarker(in: "Subject: Test \(marker)\r\n")?.text == marker)
        #expect(TestMailMarker(in: "DPS-0123456789ABCDEF=\r\nGHIJKLMNOP")?.text == marker)
        #expect(TestMailMarker(in: "DPS-short") == nil)
        #expect(TestMailMarker(in: "") == nil)
    }

    @Test func theStartSaysWhatIsNotInOrder() {
        let now = Date(timeIntervalSince1970: 1_795_439_100)
        func names(_ values: [String: String], _ counts: [OutboxEntry.State: Int] = [:], oldest: Date? = nil)
            -> [String]
        {
            HealthState(settings: Settings(overrides: values), outbox: (counts, oldest), now: now).problems.map(\.name)
        }
        #expect(names([:]) == ["no-mail-server"])
        let good = [
            "mail.route": "smtp", "smtp.home-domains": "kunde.example", "server.public-url": "https://d.kunde.example",
        ]
        #expect(names(good) == [])
        #expect(names(good, [.queued: 3], oldest: now.addingTimeInterval(-60)) == [])
        #expect(names(good, [.queued: 3], oldest: now.addingTimeInterval(-7_200)) == ["mail-waits"])
        #expect(names(good, [.local: 1, .held: 2]) == ["mail-held", "local-mail"], "what is urgent comes first")
        #expect(names(good.merging(["server.public-url": "http://127.0.0.1:8080"]) { $1 }) == ["loopback-address"])
        #expect(names(good.merging(["server.public-url": "http://d.kunde.example"]) { $1 }) == ["no-https"])
    }

    @Test func aMailboxThatCannotBeReadForLongIsNamed() {
        let now = Date(timeIntervalSince1970: 1_795_439_100)
        func names(failingFor seconds: TimeInterval, host: String = "imap.kunde.example") -> [String] {
            HealthState(
                settings: Settings(overrides: ["bounce.imap-host": host]), outbox: ([:], nil),
                failing: ["bounce-mailbox": now.addingTimeInterval(-seconds)], now: now
            ).problems.map(\.name)
        }
        #expect(names(failingFor: 60) == ["no-mail-server"])
        #expect(names(failingFor: 7_200) == ["no-mail-server", "reports-unread"])
        #expect(names(failingFor: 7_200, host: "") == ["no-mail-server"])
    }

    @Test func whatTheVirusScannerHoldsIsNamed() {
        let now = Date(timeIntervalSince1970: 1_795_439_100)
        func names(_ values: [String: String], held: Int = 0) -> [String] {
            HealthState(
                settings: Settings(overrides: values), outbox: ([:], nil), failing: ["virus-scan": now],
                heldFiles: held, now: now
            ).problems.map(\.name)
        }
        #expect(names([:]) == ["no-mail-server"])
        #expect(names(["scan.clamd": "/c"], held: 2) == ["no-mail-server", "files-held", "scanner-silent"])
        #expect(names(["scan.clamd": "/c", "scan.unreachable": "pass"]) == ["no-mail-server", "scanner-passes"])
    }

    @Test func everythingInTheAuditTrailHasItsWords() {
        for language in Language.allCases {
            let text = Localizer(language)
            for action in AuditAction.allCases {
                #expect(text.has("page.audit.action.\(action.rawValue)"), "\(action)")
            }
        }
    }

    @Test func everyErrorAtAFieldIsToldThere() {
        let fields = [FormField.line("name", "Name", hint: "Hinweis")].judged(by: PageSamples.errors)
        #expect(fields[0].error == "Dieses Feld darf nicht leer bleiben.")
        #expect(fields[0].describedBy == "name-hint name-error")
        let summary = PageSamples.errors.summary(for: fields)
        #expect(summary.items.map(\.href) == ["#name", nil])
    }
}
