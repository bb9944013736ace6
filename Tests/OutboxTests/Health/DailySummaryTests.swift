import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Testing

@testable import Outbox

@Suite struct DailySummaryTests {
    private static let on = [
        "notify.daily-summary": "true", "mail.route": "smtp", "server.public-url": "https://d.kunde.example",
        "smtp.home-domains": "kunde.example", "smtp.verify-certificate": "true", "smtp.security": "tls",
        "smtp.host": "mail.kunde.example", "mail.system-sender": "zustellung@kunde.example",
    ]

    private func moment(_ text: String) throws -> Date { try Date.ISO8601FormatStyle().parse(text) }

    private func with(
        _ settings: [String: String] = on, _ body: (OutboxHouse, DailySummaryJob) async throws -> Void
    ) async throws {
        try await OutboxHouse.with(port: nil, settings: settings) { house in
            let boss = Account(
                id: Identifier(now: house.now, random: house.parts.random),
                email: try EmailAddress(parsing: "otto@kunde.example"), name: "Otto", isAdministrator: true,
                state: .active, language: .german, passwordHash: nil, createdAt: house.now)
            try await house.database.write { try $0.accounts.insert(boss) }
            try await body(house, DailySummaryJob(house.parts, certificates: Self.noCertificates(house)))
        }
    }

    static func noCertificates(_ house: OutboxHouse) -> ServerCertificates {
        ServerCertificates(mail: MailCertificates(house.parts, exchange: NoAuthority()) { nil }) { nil }
    }

    private func told(_ house: OutboxHouse) async throws -> Int {
        try await house.entries().count { $0.kind == .dailySummary }
    }

    @Test func anHourThatTheClocksLeaveOutOrRepeatComesOnce() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        func begin(_ hour: Int, _ day: String) throws -> Date {
            DailyHour(hour: hour, zone: zone).begin(on: LocalDay(of: try moment(day), in: zone))
        }
        // In the night of 29 March two o'clock is left out: three o'clock follows at once.
        #expect(try begin(2, "2026-03-29T12:00:00Z") == moment("2026-03-29T01:00:00Z"))
        #expect(try begin(7, "2026-03-29T12:00:00Z") == moment("2026-03-29T05:00:00Z"))
        // In the night of 25 October two o'clock comes twice: the first time counts.
        #expect(try begin(2, "2026-10-25T12:00:00Z") == moment("2026-10-25T00:00:00Z"))
        #expect(try begin(7, "2026-10-25T12:00:00Z") == moment("2026-10-25T06:00:00Z"))
        #expect(try begin(0, "2026-11-26T12:00:00Z") == moment("2026-11-25T23:00:00Z"))
        #expect(try begin(23, "2026-11-26T12:00:00Z") == moment("2026-11-26T22:00:00Z"))
        let seven = DailyHour(hour: 7, zone: zone)
        #expect(try seven.next(after: moment("2026-03-28T06:00:00Z")) == moment("2026-03-29T05:00:00Z"))
        #expect(try seven.next(after: moment("2026-03-29T04:59:00Z")) == moment("2026-03-29T05:00:00Z"))
    }

    /// Every day of a year, looked at every ten minutes, is told once, also where clocks change.
    @Test(
        arguments: ["Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"], [0, 2, 23])
    func everyDayOfAYearHasTheHourOnce(name: String, hour: Int) throws {
        let zone = try #require(TimeZone(identifier: name))
        let daily = DailyHour(hour: hour, zone: zone)
        var now = try moment("2026-01-01T00:00:00Z")
        var days: [String] = []
        for _ in 0..<365 {
            now = daily.next(after: now)
            days.append(LocalDay(of: now, in: zone).name(in: zone))
        }
        #expect(Set(days).count == 365)
    }

    @Test func itIsToldOnceADayAtTheHour() async throws {
        try await with { house, job in
            // 2026-09-21 16:13 in Berlin: its hour is over, and it was not told yet.
            let first = try await job.run(now: house.now)
            #expect(first > house.now && first <= house.now.addingTimeInterval(600))
            #expect(try await told(house) == 1)
            // Again, from another process, after clocks were put back an hour.
            _ = try await DailySummaryJob(house.parts, certificates: Self.noCertificates(house)).run(now: house.now)
            house.pass(-3_600)
            _ = try await job.run(now: house.now)
            #expect(try await told(house) == 1)
            var counts: [Int] = []
            for _ in 0..<48 {
                house.pass(3_600)
                _ = try await job.run(now: house.now)
                counts.append(try await told(house))
            }
            #expect(counts.last == 3)
            let mail = try #require(try await house.entries().last)
            #expect(mail.to.displayForm == "otto@kunde.example")
            // Another hour on a day that was told is for the next one.
            try await house.set(["notify.daily-summary.hour": "20"])
            _ = try await job.run(now: house.now)
            #expect(try await told(house) == 3)
        }
    }

    @Test func itIsOffUntilSomebodyWantsIt() async throws {
        var settings = Self.on
        settings["notify.daily-summary"] = nil
        try await with(settings) { house, job in
            _ = try await job.run(now: house.now)
            #expect(try await told(house) == 0)
        }
    }

    @Test func itSaysWhatIsNotInOrderInTheWordsOfTheOverview() async throws {
        var settings = Self.on
        settings["server.public-url"] = "http://127.0.0.1:8080"
        try await with(settings) { house, job in
            _ = try await job.run(now: house.now)
            let entry = try #require(try await house.entries().first { $0.kind == .dailySummary })
            let mail = try house.parts.composer.open(entry)
            #expect(mail.plainText.contains("Die öffentliche Adresse führt nur auf diesen Rechner"))
            #expect(mail.plainText.contains("http://127.0.0.1:8080/admin/organisation"))
        }
    }

    @Test func allIsWellInOneLine() throws {
        let link = try #require(MailLink("https://d.kunde.example/admin"))
        let content = DailySummaryMail(at: OutboxHouse.start, problems: [], figures: .init(), link: link)
        #expect(content.subject(Localizer(.german)) == "Alles in Ordnung: der Tag in Zahlen")
        #expect(content.subject(Localizer(.english)) == "All is well: the day in figures")
    }
}
