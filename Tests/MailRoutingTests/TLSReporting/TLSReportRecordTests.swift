import DNS
import MailRouting
import Testing

struct TLSReportRecordTests {
    @Test(arguments: [
        ("v=TLSRPTv1;rua=mailto:reports@kunde.example", ["mailto:reports@kunde.example"]),
        (
            "v=TLSRPTv1; rua=mailto:a@kunde.example , https://kunde.example/v1?x=%2C;",
            ["mailto:a@kunde.example", "https://kunde.example/v1?x=%2C"]
        ), ("v=TLSRPTv1; rua=MAILTO:a%2Bb@kunde.example?subject=x", ["mailto:a+b@kunde.example"]),
        ("v=TLSRPTv1; rua=http://kunde.example/,https://kunde.example/", ["https://kunde.example/"]),
        ("v=TLSRPTv1; ext=1; rua=ftp:x,mailto:a@kunde.example", ["mailto:a@kunde.example"]),
    ]) func readsRecords(_ text: String, _ destinations: [String]) {
        #expect(TLSReportRecord(parsing: Array(text.utf8))?.destinations.map(\.description) == destinations)
    }

    @Test(arguments: [
        "", "v=TLSRPTv1", "v=TLSRPTv1;", "v=TLSRPTv2; rua=mailto:a@kunde.example", "v=TLSRPTv1; rua=",
        "v=TLSRPTv1; rua=x",
        "v=TLSRPTv1; rua=mailto:", "v=TLSRPTv1; rua=mailto:a", "v=TLSRPTv1; rua=mailto:a%0D%0A@kunde.example",
        "v=TLSRPTv1; rua=mailto:a%2@kunde.example", "v=TLSRPTv1; rua=https://",
        "v=TLSRPTv1; RUA=mailto:a@kunde.example", "v=\tTLSRPTv1; rua=mailto:a@kunde.example",
    ]) func refusesEverythingElse(_ text: String) {
        #expect(TLSReportRecord(parsing: Array(text.utf8)) == nil)
    }

    @Test func severalRecordsAreNone() throws {
        let one = Array("v=TLSRPTv1; rua=mailto:a@kunde.example".utf8)
        #expect(TLSReportRecord.find(in: [one, Array("v=STSv1; id=1".utf8)]) != nil)
        #expect(TLSReportRecord.find(in: [one, one]) == nil)
        #expect(TLSReportRecord.owner(for: try name("kunde.example"))?.description == "_smtp._tls.kunde.example")
    }

    @Test func aLongListIsCut() {
        let many = (0..<100).map { "mailto:a\($0)@kunde.example" }.joined(separator: ",")
        #expect(TLSReportRecord(parsing: Array("v=TLSRPTv1; rua=\(many)".utf8))?.destinations.count == 10)
    }
}
