import Foundation
import Testing

@testable import Localization

@Suite struct LocalizerTests {
    let german = Localizer(.german)
    let english = Localizer(.english)
    let berlin = TimeZone(identifier: "Europe/Berlin") ?? .gmt

    @Test(arguments: [
        ("de-AT,de;q=0.9,en;q=0.8", Language.german), ("en-GB,en;q=0.9,de;q=0.8", .english),
        ("fr,en;q=0.3,de;q=0.7", .german), ("de;q=0, en;q=0.1", .english), ("EN_us", .english),
        ("de;q=0.5,en;q=0.5", .german), ("fr;q=1.0 , de ; q=0.2", .german),
    ])
    func acceptLanguagePicksTheHeaviest(header: String, expected: Language) {
        #expect(Language(acceptLanguage: header) == expected)
    }

    @Test(arguments: ["", "*", "fr", "de;q=0", "de;q=9", "de;q=x", ";;;,,,", "deutsch", "\u{0}"])
    func acceptLanguageWithoutOursGivesNil(header: String) {
        #expect(Language(acceptLanguage: header) == nil)
    }

    @Test func acceptLanguageSurvivesHugeInput() {
        #expect(Language(acceptLanguage: String(repeating: "fr,", count: 100_000) + "de") == nil)
    }

    @Test func placeholdersAreFilledOnce() {
        #expect(Localizer.fill("{a} und {b}", ["a": "{b}", "b": "B"]) == "{b} und B")
        #expect(Localizer.fill("{a} {unknown} {", ["a": "x"]) == "x {unknown} {")
        #expect(Localizer.fill("ohne", ["a": "x"]) == "ohne")
        #expect(Localizer.fill("{{a}}", ["a": "x"]) == "{x}")
    }

    @Test func missingKeysAreVisibleAsSuch() {
        let name = "gibt.es.nicht"
        #expect(german(name) == name)
        #expect(!german.has(name))
    }

    @Test func pluralsCount() {
        #expect(german.plural("sizes.bytes", 1) == "1 Byte")
        #expect(german.plural("sizes.bytes", 0) == "0 Bytes")
        #expect(english.plural("sizes.bytes", 1_234) == "1,234 bytes")
        #expect(german(Phrase(plural: "sizes.bytes", count: 2)) == "2 Bytes")
        #expect(german(Phrase("list.last", ["head": "A", "tail": "B"])) == "A und B")
    }

    @Test func numbersAreGrouped() {
        #expect(german.number(0) == "0")
        #expect(german.number(999) == "999")
        #expect(german.number(1_234_567) == "1.234.567")
        #expect(english.number(-1_234) == "-1,234")
        #expect(english.number(Int64.min) == "-9,223,372,036,854,775,808")
    }

    @Test(arguments: [
        (Int64(-5), "0 Bytes"), (0, "0 Bytes"), (1, "1 Byte"), (999, "999 Bytes"), (1_000, "1 kB"), (1_049, "1 kB"),
        (1_050, "1,1 kB"), (1_500_000, "1,5 MB"), (99_949, "99,9 kB"), (99_950, "100 kB"), (999_499, "999 kB"),
        (999_500, "1 MB"), (300_000_000, "300 MB"), (104_857_600, "105 MB"), (100_000_000_000, "100 GB"),
        (Int64.max, "9,2 EB"),
    ])
    func sizesAreDecimalAndRounded(bytes: Int64, expected: String) {
        #expect(german.size(bytes) == expected)
    }

    @Test func sizesFollowTheLanguage() {
        #expect(english.size(1_500_000) == "1.5 MB")
    }

    @Test func datesAreTheSameOnEveryMachine() {
        let date = Date(timeIntervalSince1970: 1_795_439_100)  // 2026-11-23 13:05:00 UTC
        #expect(german.date(date, timeZone: berlin) == "23. November 2026")
        #expect(german.dateTime(date, timeZone: berlin) == "23. November 2026, 14:05 Uhr")
        #expect(german.dateTime(date, timeZone: berlin, showingZone: true) == "23. November 2026, 14:05 Uhr (MEZ)")
        #expect(english.dateTime(date, timeZone: .gmt, showingZone: true) == "23 November 2026, 13:05 (UTC)")
        let india = TimeZone(secondsFromGMT: 19_800) ?? .gmt
        #expect(english.dateTime(date, timeZone: india, showingZone: true) == "23 November 2026, 18:35 (UTC+5:30)")
    }

    @Test func leapDaysAndExtremesAreRight() {
        #expect(german.date(Date(timeIntervalSince1970: 1_709_164_800), timeZone: .gmt) == "29. Februar 2024")
        #expect(german.date(Date(timeIntervalSince1970: -86_400), timeZone: .gmt) == "31. Dezember 1969")
        #expect(german.date(Date(timeIntervalSince1970: -1), timeZone: .gmt) == "31. Dezember 1969")
        #expect(german.date(.distantFuture, timeZone: .gmt).hasSuffix("4001"))
        #expect(german.date(Date(timeIntervalSince1970: .infinity), timeZone: .gmt) == "31. Dezember 9999")
    }

    @Test(arguments: [
        (-10, "gerade eben"), (44, "gerade eben"), (-60, "vor einer Minute"), (-50, "vor einer Minute"),
        (-3_599, "vor 59 Minuten"), (-3_600, "vor einer Stunde"), (7_200, "in 2 Stunden"), (-86_400, "vor einem Tag"),
        (2_505_600, "in 29 Tagen"), (-2_678_400, "vor einem Monat"), (-34_560_000, "vor einem Jahr"),
    ])
    func relativeTimesUseTheLargestUnit(seconds: Int, expected: String) {
        let now = Date(timeIntervalSince1970: 1_795_439_100)
        #expect(german.relative(now.addingTimeInterval(Double(seconds)), now: now) == expected)
    }

    @Test func relativeTimesSurviveInfinity() {
        #expect(german.relative(Date(timeIntervalSince1970: .infinity), now: Date(timeIntervalSince1970: 0)) != "")
    }

    @Test func listsEndWithAWord() {
        #expect(german.list([]) == "")
        #expect(german.list(["A"]) == "A")
        #expect(german.list(["A", "B"]) == "A und B")
        #expect(english.list(["A", "B", "C"]) == "A, B and C")
    }

    @Test func resourcesAreFoundWhereTheEnvironmentSays() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "depesche-resources-\(ProcessInfo.processInfo.processIdentifier)")
        let bundle = folder.appendingPathComponent("depesche_Sample.resources")
        try FileManager.default.createDirectory(at: bundle, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(ResourceFolder.locate(target: "Sample", environment: [:]) == nil)
        #expect(
            ResourceFolder.locate(target: "Sample", environment: ["DEPESCHE_RESOURCES": folder.path])?.path
                == bundle.path)
    }
}
