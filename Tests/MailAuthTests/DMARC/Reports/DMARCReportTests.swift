import DNS
import Foundation
import Testing

@testable import MailAuth

@Suite struct DMARCReportTests {
    private func report(_ xml: String) throws -> DMARCReport {
        try DMARCReportParser().parse(Array(xml.utf8))
    }

    private func failure(_ xml: String) -> DMARCReportError? {
        do throws(DMARCReportError) {
            _ = try DMARCReportParser().parse(Array(xml.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func aReportIsRead() throws {
        let report = try report(DMARCReportSamples.old)
        #expect(report.organisation == "Große Mailbox & Co")
        #expect(report.id == "9391651994964116463")
        #expect(report.period.start == Date(timeIntervalSince1970: 1_795_564_800))
        #expect(report.period.duration == 86_399)
        #expect(report.domain == DNSName("kunde.example"))
        #expect(report.policy == "quarantine")
        #expect(report.count == 9)
        #expect(report.rows.map(\.source.description) == ["192.0.2.10", "2001:db8::25"])
        #expect(report.rows.map(\.isPass) == [true, false])
        #expect(report.rows.map(\.isSPFAligned) == [false, false])
        #expect(report.rows.map(\.disposition) == ["none", "quarantine"])
        #expect(report.rows[0].author == DNSName("kunde.example"))
        #expect(
            report.rows[0].signatures == [
                .init(domain: DNSName("kunde.example"), selector: "dp-2026a", isPass: true),
                .init(domain: DNSName("liste.example"), selector: "", isPass: false),
            ])
    }

    /// RFC 9990, appendix B: name space, and what is new.
    @Test func aReportOfTheNewStandardIsRead() throws {
        let report = try report(DMARCReportSamples.new)
        #expect(report.organisation == "Sample Reporter")
        #expect(report.id == "3v98abbp8ya9n3va8yr8oa3ya")
        #expect(report.domain == DNSName("example.com"))
        #expect(report.policy == "quarantine")
        #expect(report.rows.map(\.count) == [123])
        #expect(report.rows[0].isDKIMAligned && !report.rows[0].isSPFAligned)
        #expect(report.rows[0].signatures.map(\.selector) == ["abc123"])
    }

    @Test func aDocumentTypeEndsTheReading() {
        #expect(failure(DMARCReportSamples.billionLaughs) == .documentType)
        #expect(failure(DMARCReportSamples.foreignFile) == .documentType)
        #expect(failure("<feedback><![INCLUDE[ x ]]></feedback>") == .documentType)
    }

    @Test(arguments: ["&lol;", "&nbsp;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&", "&&amp;", "&amp"])
    func noEntitiesButTheFiveOfXML(_ entity: String) {
        #expect(
            failure("<feedback><report_metadata><org_name>a\(entity)</org_name></report_metadata></feedback>")
                == .entity)
    }

    @Test(arguments: [
        "", "   ", "a", "<", "<>", "<feedback", "<feedback>", "</feedback>", "<feedback></feedbacc>", "<feedback/>x",
        "<feedback a=\"></feedback>", "<feedback><a></feedback></a>", "<!-- <feedback/>", "<?xml <feedback/>",
        "<feedback><![CDATA[x</feedback>", "<feedback a=<b>></feedback>",
    ])
    func brokenXMLIsRefused(_ xml: String) {
        #expect(failure(xml) == .malformed)
    }

    @Test func otherXMLIsNoReport() {
        #expect(failure("<html></html>") == .notAReport)
        #expect(failure("<feedback></feedback>") == .incomplete)
        for part in ["org_name", "report_id", "begin", "domain"] {
            let xml = DMARCReportSamples.old.replacing("<\(part)>", with: "<x>").replacing("</\(part)>", with: "</x>")
            #expect(failure(xml) == .incomplete, "\(part)")
        }
    }

    @Test func deepAndEndlessReportsAreGivenUp() {
        #expect(failure(String(repeating: "<feedback>", count: 100_000)) == .tooLarge)
        let row = "<record><row><source_ip>192.0.2.1</source_ip><count>1</count></row></record>"
        let many = DMARCReportSamples.old.replacing(
            "<record>", with: String(repeating: row, count: 20_001) + "<record>")
        #expect(failure(many) == .tooLarge)
    }

    @Test func whatStrangersWriteIsShortAndPlain() throws {
        let xml = DMARCReportSamples.old
            .replacing("9391651994964116463", with: "a\u{202E}b\u{7}" + String(repeating: "x", count: 9_000))
            .replacing("<count>8</count>", with: "<count>99999999999999</count>")
            .replacing("<disposition>quarantine", with: "<disposition>&lt;script&gt;x")
        let report = try report(xml)
        #expect(report.id.count <= 200 && !report.id.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
        #expect(report.rows.map(\.disposition) == ["none", "scriptx"])
        #expect(report.rows[0].count <= 100_000_000)
    }

    @Test(arguments: ["-5", "0", "x", "1e300", "nan", ""])
    func timesAndCountsThatAreNoneCountForNothing(_ text: String) {
        #expect(failure(DMARCReportSamples.old.replacing("1795564800", with: text)) == .incomplete)
    }

    @Test func anyOctetsAreReadWithoutHarm() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            var octets = Array(DMARCReportSamples.old.utf8)
            for _ in 0..<6 {
                let place = Int.random(in: 0..<octets.count, using: &random)
                if Bool.random(using: &random) {
                    octets[place] = .random(in: 0...255, using: &random)
                } else {
                    octets.remove(at: place)
                }
            }
            if let report = try? DMARCReportParser().parse(octets) { #expect(report.rows.count <= 2) }
        }
    }
}
