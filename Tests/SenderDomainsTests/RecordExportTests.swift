import DNS
import MailMessage
import SenderDomains
import Testing

@Suite struct RecordExportTests {
    func export(_ setup: DomainSetup = DomainSetup(spfInclude: "_spf.depesche.example")) throws -> RecordExport {
        let live = LiveRecords(zone: try KundeZone.name("kunde.example"), spf: ["v=spf1 mx -all"])
        return RecordExport(try #require(RecordPlan(for: try .kunde(), setup: setup, live: live)))
    }

    @Test func aZoneFileCanBeReadAndSaysWhatThePlanSays() throws {
        let file = try export().zoneFile
        let records = try MasterFile(parsing: file).records
        #expect(records.map(\.name.description) == [KundeZone.selector, "kunde.example", "_dmarc.kunde.example"])
        #expect(records.first?.data.joinedText.map { String(decoding: $0, as: UTF8.self) } == KundeZone.rsa)
        guard case .txt(let strings)? = records.first?.data else { return #expect(Bool(false)) }
        #expect(strings.count == 2 && strings.allSatisfy { $0.count <= 255 })
        #expect(
            file.contains(
                "; replaces: v=spf1 mx -all\n@\t600\tIN\tTXT\t\"v=spf1 mx include:_spf.depesche.example -all\""))
    }

    @Test func onlyWhatIsToBePublishedIsInIt() throws {
        #expect(!(try export(.keysOnly)).plainText.contains("v=spf1"))
        #expect(!(try export()).plainText.contains("depesche-verification"))
    }

    @Test func plainText() throws {
        #expect(
            try export().plainText.hasSuffix(
                """
                Name:  _dmarc.kunde.example.
                Zone:  kunde.example. / _dmarc
                Type:  TXT
                TTL:   600
                Value: v=DMARC1; p=none

                """))
    }

    @Test func terraformHasTheWholeTextAndItsStrings() throws {
        let text = try export().terraform
        #expect(
            text.contains(
                "\"dkim-depesche1\" = {\n      zone    = \"kunde.example\"\n      name    = \"depesche1._domainkey\""))
        #expect(text.contains("value   = \"\(KundeZone.rsa)\""))
        #expect(text.contains("strings = [\"\(KundeZone.rsa.prefix(255))\", \"\(KundeZone.rsa.dropFirst(255))\"]"))
    }

    @Test func aStrangersTextCannotBreakOut() throws {
        let zone = try KundeZone.name("kunde.example")
        let evil = "v=spf1 exists:%{i}.x ${file(\"/etc/passwd\")} \"\\\n@ IN A 192.0.2.66"
        let record = DomainRecord(
            purpose: .spf, requirement: .required, name: zone, zone: zone, type: .txt, value: evil, ttl: 600,
            replaces: [evil])
        let export = RecordExport(
            RecordPlan(domain: try MailDomain(parsing: "kunde.example"), zone: zone, records: [record]))
        let records = try MasterFile(parsing: export.zoneFile).records
        #expect(records.count == 1 && records.first?.data.joinedText == Array(evil.utf8))
        #expect(export.terraform.contains("exists:%%{i}.x $${file(\\\"/etc/passwd\\\")} \\\"\\\\\\u000a@"))
        #expect(!export.terraform.contains("\n@"))
    }

    @Test func textsAreCutAt255Octets() {
        #expect(RecordExport.strings("") == [""])
        #expect(RecordExport.strings(String(repeating: "a", count: 255)).map(\.utf8.count) == [255])
        #expect(RecordExport.strings(String(repeating: "ä", count: 128)).map(\.utf8.count) == [254, 2])
    }
}
