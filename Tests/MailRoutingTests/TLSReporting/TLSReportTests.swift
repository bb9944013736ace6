import DNS
import Foundation
import MailRouting
import Testing

struct TLSReportTests {
    private func counts(shuffledBy seed: UInt64 = 0) throws -> TLSReportCounts {
        let domain = try name("Kunde.example")
        let sts = TLSReportPolicy(
            STSPolicy(mode: .enforce, maxAge: 86_400, mx: [try #require(STSMXPattern("*.kunde.example"))]), of: domain)
        let set = TLSARecordSet([.tlsa(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: 1, count: 32))])
        let dane = TLSReportPolicy(set, baseName: try name("mx.kunde.example"))
        let expired = TLSFailureDetail(
            .certificateExpired, sendingAddress: "203.0.113.9", host: "mx.kunde.example",
            receivingAddress: "203.0.113.1")
        var steps: [(inout TLSReportCounts) -> Void] = [
            { $0.countSuccess(under: sts, times: 5) }, { $0.countSuccess(under: dane) },
            { $0.countFailure(expired, under: sts) }, { $0.countFailure(expired, under: sts) },
            { $0.countFailure(TLSFailureDetail(.startTLSNotSupported, count: 3), under: sts) },
            { $0.countFailure(TLSFailureDetail(.tlsaInvalid), under: dane) },
        ]
        var generator = SeededGenerator(seed: seed)
        steps.shuffle(using: &generator)
        var counts = TLSReportCounts()
        for step in steps { step(&counts) }
        return counts
    }

    private func report(_ counts: TLSReportCounts) -> TLSReport {
        let start = Date(timeIntervalSince1970: 1_800_057_600)
        return TLSReport(
            organization: "Muster GmbH", dateRange: .init(start: start, end: start.addingTimeInterval(86_399)),
            contact: "postmaster@muster.example", id: "2027-01-16T00:00:00Z_kunde.example", policies: counts.results)
    }

    @Test func isTheJSONOfTheStandard() throws {
        let json = String(decoding: try report(try counts()).json(), as: UTF8.self)
        #expect(
            json == """
                {
                  "contact-info" : "postmaster@muster.example",
                  "date-range" : {
                    "end-datetime" : "2027-01-16T23:59:59Z",
                    "start-datetime" : "2027-01-16T00:00:00Z"
                  },
                  "organization-name" : "Muster GmbH",
                  "policies" : [
                    {
                      "failure-details" : [
                        {
                          "failed-session-count" : 2,
                          "receiving-ip" : "203.0.113.1",
                          "receiving-mx-hostname" : "mx.kunde.example",
                          "result-type" : "certificate-expired",
                          "sending-mta-ip" : "203.0.113.9"
                        },
                        {
                          "failed-session-count" : 3,
                          "result-type" : "starttls-not-supported"
                        }
                      ],
                      "policy" : {
                        "mx-host" : [
                          "*.kunde.example"
                        ],
                        "policy-domain" : "kunde.example",
                        "policy-string" : [
                          "version: STSv1",
                          "mode: enforce",
                          "mx: *.kunde.example",
                          "max_age: 86400"
                        ],
                        "policy-type" : "sts"
                      },
                      "summary" : {
                        "total-failure-session-count" : 5,
                        "total-successful-session-count" : 5
                      }
                    },
                    {
                      "failure-details" : [
                        {
                          "failed-session-count" : 1,
                          "result-type" : "tlsa-invalid"
                        }
                      ],
                      "policy" : {
                        "policy-domain" : "mx.kunde.example",
                        "policy-string" : [
                          "_25._tcp.mx.kunde.example. TLSA 3 1 1 \(String(repeating: "01", count: 32))"
                        ],
                        "policy-type" : "tlsa"
                      },
                      "summary" : {
                        "total-failure-session-count" : 1,
                        "total-successful-session-count" : 1
                      }
                    }
                  ],
                  "report-id" : "2027-01-16T00:00:00Z_kunde.example"
                }
                """)
    }

    @Test(arguments: 1...20) func dependsOnlyOnWhatWasCounted(_ seed: Int) throws {
        #expect(try report(try counts(shuffledBy: UInt64(seed))).json() == report(try counts()).json())
    }

    @Test func readsWhatItWrites() throws {
        let report = report(try counts())
        #expect(try TLSReport(json: try report.json()) == report)
        let empty = TLSReportPolicy(.none, domain: "kunde.example")
        var counts = TLSReportCounts()
        #expect(counts.isEmpty)
        counts.countSuccess(under: empty)
        let second = self.report(counts)
        #expect(try TLSReport(json: try second.json()) == second)
        #expect(!String(decoding: try second.json(), as: UTF8.self).contains("failure-details"))
    }

    @Test func manyDifferentFailuresAreStillCounted() throws {
        var counts = TLSReportCounts()
        for number in 0..<1_000 {
            counts.countFailure(
                TLSFailureDetail(.validationFailure, reason: "\(number)"), under: TLSReportPolicy(.none, domain: "x"))
        }
        let result = try #require(counts.results.first)
        #expect(result.summary.failed == 1_000)
        #expect(result.failures.count == TLSReportCounts.limit)
    }

    @Test func theFileIsNamedAsTheStandardSays() throws {
        let name = report(try counts()).fileName(sender: "muster.example", domain: "kunde.example")
        #expect(name == "muster.example!kunde.example!1800057600!1800143999.json.gz")
    }

    @Test func resultTypesHaveTheNamesOfTheStandard() {
        #expect(
            TLSResultType.allCases.map(\.rawValue) == [
                "starttls-not-supported", "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted",
                "validation-failure", "tlsa-invalid", "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
                "sts-policy-invalid", "sts-webpki-invalid",
            ])
    }
}
