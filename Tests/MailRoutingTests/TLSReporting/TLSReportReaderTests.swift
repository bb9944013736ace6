import Foundation
import Testing

@testable import MailRouting

@Suite struct TLSReportReaderTests {
    private func read(_ json: String) throws(TLSReportReader.Trouble) -> TLSReportReader.Report {
        try TLSReportReader().read(Array(json.utf8))
    }

    private static func report(_ policies: String, more: String = "") -> String {
        """
        {"organization-name":"Gross","contact-info":"a@gross.example","report-id":"r1",\(more)
         "date-range":{"start-datetime":"2026-09-21T00:00:00Z","end-datetime":"2026-09-21T23:59:59Z"},
         "policies":[\(policies)]}
        """
    }

    private static func policy(_ failures: String = "[]", good: String = "5", bad: String = "0") -> String {
        """
        {"policy":{"policy-type":"sts","policy-string":["version: STSv1"],"policy-domain":"Kunde.example",
          "mx-host":"*.kunde.example"},
         "summary":{"total-successful-session-count":\(good),"total-failure-session-count":\(bad)},
         "failure-details":\(failures)}
        """
    }

    @Test func whatMattersIsRead() throws {
        let failures = """
            [{"result-type":"certificate-expired","receiving-mx-hostname":"MX.kunde.example","failed-session-count":2,
              "additional-information":"x"},{"result-type":"New Kind!","failed-session-count":1}]
            """
        let report = try read(Self.report(Self.policy(failures, bad: "4")))
        #expect(report.organisation == "Gross" && report.id == "r1")
        #expect(report.period.duration == 86_399)
        #expect(
            report.results == [
                .init(
                    domain: "kunde.example", policy: "sts", successful: 5,
                    failures: [
                        .init(result: "certificate-expired", host: "mx.kunde.example", count: 2),
                        .init(result: "validation-failure", host: "", count: 1),
                        .init(result: TLSReportReader.unexplained, host: "", count: 1),
                    ])
            ])
    }

    @Test func ourOwnReportsAreRead() throws {
        var counts = TLSReportCounts()
        let policy = TLSReportPolicy(.tlsa, strings: ["x"], domain: "mx.kunde.example")
        counts.countSuccess(under: policy, times: 3)
        counts.countFailure(TLSFailureDetail(.tlsaInvalid, host: "mx.kunde.example"), under: policy)
        let start = Date(timeIntervalSince1970: 1_790_000_000)
        let sent = TLSReport(
            organization: "Haus", dateRange: .init(start: start, end: start.addingTimeInterval(60)),
            contact: "a@b.example",
            id: "1", policies: counts.results)
        let result = try #require(try TLSReportReader().read(Array(try sent.json())).results.first)
        #expect(result.successful == 3 && result.policy == "tlsa")
        #expect(result.failures == [.init(result: "tlsa-invalid", host: "mx.kunde.example", count: 1)])
    }

    @Test func numbersThatCannotBeAreCut() throws {
        let result = try read(Self.report(Self.policy(good: "-7", bad: "9223372036854775807"))).results[0]
        #expect(result.successful == 0)
        #expect(result.failures.map(\.count) == [1_000_000_000])
    }

    @Test func whatIsNoReportIsRefused() {
        #expect(throws: TLSReportReader.Trouble.malformed) { try read("{}") }
        #expect(throws: TLSReportReader.Trouble.malformed) { try read("") }
        #expect(throws: TLSReportReader.Trouble.malformed) { try read(Self.report("7")) }
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: TLSReportReader.Trouble.nested) { try read(Self.report("", more: "\"x\":\(deep),")) }
        let brackets = String(repeating: "[", count: 1_000)
        #expect(throws: Never.self) { try read(Self.report("", more: "\"x\":\"\\\"\(brackets)\",")) }
        #expect(throws: TLSReportReader.Trouble.tooLarge) {
            try TLSReportReader().read(Array(repeating: 0x20, count: TLSReportReader.mostOctets + 1))
        }
    }
}
