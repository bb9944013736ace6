import MailAuth
import Testing

struct DMARCRecordTests {
    private func record(_ text: String) throws -> DMARCRecord {
        try #require(DMARCRecord(parsing: Array(text.utf8)))
    }

    @Test func readsEveryTag() throws {
        let record = try record(
            "v=DMARC1; p=reject; sp=quarantine; np=none; psd=n; t=y; adkim=s; aspf=s; fo=1:d:s; pct=20; "
                + "rua=mailto:a@kunde.example!10m, https://report.example/x; ruf=mailto:f@kunde.example")
        #expect(record.policy == .reject)
        #expect(record.subdomainPolicy == .quarantine)
        #expect(record.missingSubdomainPolicy == DMARCPolicy.none)
        #expect(record.publicSuffix == .no)
        #expect(record.isTesting)
        #expect(record.dkimAlignment == .strict)
        #expect(record.spfAlignment == .strict)
        #expect(record.failureOptions == ["1", "d", "s"])
        #expect(record.percentage == 20)
        #expect(record.aggregateReports == ["mailto:a@kunde.example", "https://report.example/x"])
        #expect(record.failureReports == ["mailto:f@kunde.example"])
        #expect(record.remarks == [.obsolete("pct")])
    }

    @Test func absentTagsHaveTheirDefaults() throws {
        let record = try record("v=DMARC1")
        #expect(record == DMARCRecord())
        #expect(record.policy == nil)
        #expect(record.publicSuffix == .unknown)
        #expect(record.percentage == 100)
    }

    @Test(arguments: ["v=DMARC1", "v = DMARC1 ;", "V=DMARC1;p=none", " v=DMARC1 ; p = none", "v=DMARC1;;"])
    func knowsARecord(_ text: String) {
        #expect(DMARCRecord.isRecord(Array(text.utf8)))
    }

    @Test(arguments: [
        "", "v=dmarc1; p=none", "v=DMARC1x", "v=DMARC2", "p=none; v=DMARC1", "v=spf1 -all", "DMARC1", "v=DMARC1 p=none",
    ])
    func knowsWhatIsNone(_ text: String) {
        #expect(DMARCRecord(parsing: Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        ("p=rejekt", DMARCRecord.Remark.invalid(tag: "p", value: "rejekt")),
        ("t=maybe", .invalid(tag: "t", value: "maybe")),
        ("psd=x", .invalid(tag: "psd", value: "x")), ("adkim=strict", .invalid(tag: "adkim", value: "strict")),
        ("fo=0:1", .invalid(tag: "fo", value: "0:1")), ("fo=d:d", .invalid(tag: "fo", value: "d:d")),
        ("rua=anna", .invalid(tag: "rua", value: "anna")), ("rua=", .invalid(tag: "rua", value: "")),
        ("pct=101", .invalid(tag: "pct", value: "101")), ("ri=3600", .obsolete("ri")), ("rf=afrf", .obsolete("rf")),
        ("moo=1", .unknown("moo")), ("sp=none; sp=reject", .repeated("sp")),
        ("what is this", .malformed(" what is this")),
    ]) func remarksOnWhatIsWrongAndGoesOn(_ text: String, _ remark: DMARCRecord.Remark) throws {
        let record = try record("v=DMARC1; \(text); aspf=s")
        #expect(record.remarks.contains(remark))
        #expect(record.spfAlignment == .strict)
    }

    @Test func eightBitValuesAreShownSafely() throws {
        let record = try #require(DMARCRecord(parsing: Array("v=DMARC1; p=n".utf8) + [0xF6, 0x0A, 0x6E]))
        #expect(record.remarks == [.invalid(tag: "p", value: "n??n")])
    }

    @Test func whatIsReadIsReadAgainFromItsText() throws {
        var random = SeededGenerator(seed: 9989)
        let tags = [
            "p=none", "p=reject", "sp=quarantine", "np=reject", "psd=y", "t=y", "adkim=s", "aspf=s", "fo=1:d",
            "rua=mailto:x@y.example", "pct=7", "x=1", "junk",
        ]
        for _ in 0..<300 {
            let text = (["v=DMARC1"] + tags.shuffled(using: &random).prefix(Int.random(in: 0...8, using: &random)))
                .joined(separator: ";")
            var record = try record(text)
            var again = try self.record(record.description)
            record.remarks = []
            again.remarks = []
            #expect(record == again)
        }
    }

    @Test func survivesAnyOctets() {
        var random = SeededGenerator(seed: 7489)
        let alphabet = Array("v=DMARC1;psrua mailto:@,!0d\t\r\n\u{0}".utf8) + [0x80, 0xFF]
        for _ in 0..<5_000 {
            let tail = (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in
                alphabet.randomElement(using: &random)
            }
            _ = DMARCRecord(parsing: Array("v=DMARC1;".utf8) + tail)
        }
    }
}
