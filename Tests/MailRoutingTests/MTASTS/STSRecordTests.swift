import DNS
import MailRouting
import Testing

struct STSRecordTests {
    @Test(arguments: [
        ("v=STSv1; id=20160831085700Z;", "20160831085700Z"), ("v=STSv1;id=1", "1"), ("v=STSv1 ; id=a ; ", "a"),
        ("v=STSv1; ext.1=x; id=A9;", "A9"), ("v=STSv1; id=first; id=second", "first"),
        ("v=STSv1; id=\(String(repeating: "x", count: 32))", String(repeating: "x", count: 32)),
    ]) func readsRecords(_ text: String, _ id: String) {
        #expect(STSRecord(parsing: Array(text.utf8))?.id == id)
    }

    @Test(arguments: [
        "", "v=STSv1", "v=STSv1;", "v=STSv2; id=1", "v=stsv1; id=1", " v=STSv1; id=1", "v = STSv1; id=1",
        "id=1; v=STSv1", "v= STSv1; id=1",
        "v=STSv1; id=", "v=STSv1; id=a-b", "v=STSv1; id=ü", "v=STSv1; id=a b", "v=STSv1; ID=1", "v=STSv1;; id=1",
        "v=STSv1; id=\(String(repeating: "x", count: 33))", "v=STSv1; =1; id=1", "v=STSv1; id=1\u{0}",
    ]) func refusesEverythingElse(_ text: String) {
        #expect(STSRecord(parsing: Array(text.utf8)) == nil)
    }

    @Test func severalRecordsAreNone() {
        let one = Array("v=STSv1; id=1".utf8)
        let foreign = [Array("v=spf1 -all".utf8), Array("v=STSv10; id=9".utf8), []]
        #expect(STSRecord.find(in: [one] + foreign)?.id == "1")
        #expect(STSRecord.find(in: [one, one]) == nil)
        #expect(STSRecord.find(in: [one, Array("v=STSv1; broken".utf8)]) == nil)
        #expect(STSRecord.find(in: foreign) == nil)
    }

    @Test func standsBeneathTheDomain() throws {
        #expect(STSRecord.owner(for: try name("kunde.example"))?.description == "_mta-sts.kunde.example")
    }
}
