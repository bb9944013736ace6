import Foundation
import MailMessage
import SenderDomains
import Storage
import Testing

@testable import Deliveries

@Suite struct TLSReportIntakeTests {
    private static func json(_ domains: String..., id: String = "r1", day: String = "2026-09-21") -> String {
        let policies = domains.map { domain in
            """
            {"policy":{"policy-type":"tlsa","policy-domain":"\(domain)"},
             "summary":{"total-successful-session-count":5,"total-failure-session-count":2},
             "failure-details":[{"result-type":"tlsa-invalid","receiving-mx-hostname":"mx.\(domain)",
              "failed-session-count":2}]}
            """
        }
        return """
            {"organization-name":"Gross","report-id":"\(id)","contact-info":"a@gross.example",
             "date-range":{"start-datetime":"\(day)T00:00:00Z","end-datetime":"\(day)T23:59:59Z"},
             "policies":[\(policies.joined(separator: ","))]}
            """
    }

    private func house() async throws -> DeliveryHouse {
        let house = try await DeliveryHouse(settings: ["mail.return-path-domain": "rueck.depesche.example"])
        var domain = SenderDomain(
            domain: try MailDomain(parsing: "kunde.example"), controlToken: "t", now: house.now)
        _ = domain.proveControl(by: .txt, now: house.now)
        let stored = domain
        try await house.database.write { try $0.senderDomains.insert(stored) }
        return house
    }

    private func take(_ json: String, in house: DeliveryHouse) async throws -> TLSReportIntake.Verdict {
        try await TLSReportIntake(house.parts).take(Array(json.utf8))
    }

    @Test func whatIsAboutOurDomainsIsKeptOnce() async throws {
        let house = try await house()
        let report = Self.json("kunde.example", "mx1.kunde.example", "rueck.depesche.example", "fremd.example")
        #expect(try await take(report, in: house) == .stored)
        #expect(try await take(report, in: house) == .known)
        // What is about a host of a domain, as with DANE, counts for the domain.
        #expect(
            try await house.database.read { try $0.tlsReports.domains(from: 0) } == [
                TLSReportDomain(domain: "kunde.example", successful: 10, failed: 4),
                TLSReportDomain(domain: "rueck.depesche.example", successful: 5, failed: 2),
            ])
        let failures = try await house.database.read { try $0.tlsReports.failures(from: 0, limit: 9) }
        #expect(failures.map(\.host) == ["mx.kunde.example", "mx.mx1.kunde.example", "mx.rueck.depesche.example"])
    }

    @Test func whatIsAboutOthersOrOtherTimesIsForeign() async throws {
        let house = try await house()
        #expect(try await take(Self.json("fremd.example", "notkunde.example"), in: house) == .foreign)
        #expect(try await take(Self.json("kunde.example", day: "2026-01-01"), in: house) == .foreign)
        #expect(try await take(Self.json("kunde.example", day: "2027-01-01"), in: house) == .foreign)
        #expect(try await take("{}", in: house) == .unreadable)
        #expect(try await take("", in: house) == .unreadable)
    }

    @Test(arguments: ["tls-reports", "dmarc-reports"])
    func aMailThatBringsOneIsRead(_ name: String) async throws {
        let house = try await house()
        let parts = house.parts
        let intake = ReturnPathIntake(
            parts, spool: MessageSpool(database: house.database, keys: parts.keys, random: parts.random, now: parts.now)
        )
        let packed = try #require(Packer.gzip(Array(Self.json("kunde.example").utf8)))
        let text = """
            From: noreply@gross.example
            Subject: Report Domain: kunde.example Submitter: gross.example Report-ID: <r1>
            TLS-Report-Domain: kunde.example
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=tlsrpt; boundary=b

            --b
            Content-Type: text/plain

            A report.
            --b
            Content-Type: application/tlsrpt+gzip
            Content-Disposition: attachment; filename="gross.example!kunde.example!1!2.json.gz"
            Content-Transfer-Encoding: base64

            \(Data(packed).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed]))
            --b--
            """
        let mail = IncomingMail(
            octets: Array(text.replacing("\n", with: "\r\n").utf8), sender: .null,
            recipients: [try EmailAddress(parsing: "\(name)@rueck.depesche.example")])
        #expect(TLSReportIntake.mightBeReport(MessageParser().parse(mail.octets)))
        #expect(try await intake.take(mail) == .applied)
        #expect(try await intake.take(mail) == .known)
        #expect(try await house.database.read { try $0.tlsReports.domains(from: 0).map(\.failed) } == [2])
    }
}
