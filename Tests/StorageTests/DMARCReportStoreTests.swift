import Deliveries
import Foundation
import MailMessage
import Testing

@testable import Storage

extension Sample {
    /// Nine mails of two sources on one day.
    static func dmarcReport(
        _ key: String = "r1", domain: String = "kunde.example", organisation: String = "Gross", day: Int = 20_000
    ) throws -> ReceivedDMARCReport {
        ReceivedDMARCReport(
            key: key, domain: try MailDomain(parsing: domain), organisation: organisation,
            begin: Date(timeIntervalSince1970: Double(day) * 86_400 + 3_600),
            end: Date(timeIntervalSince1970: Double(day + 1) * 86_400), receivedAt: after(1),
            rows: [
                .init(
                    source: "192.0.2.10", count: 6, disposition: "none", isDKIMAligned: true, isSPFAligned: false,
                    isOurs: true),
                .init(
                    source: "192.0.2.10", count: 2, disposition: "none", isDKIMAligned: true, isSPFAligned: true,
                    isOurs: false),
                .init(
                    source: "2001:db8::25", count: 1, disposition: "reject", isDKIMAligned: false, isSPFAligned: false,
                    isOurs: false),
            ])
    }
}

@Suite struct DMARCReportStoreTests {
    @Test func aReportCountsOnce() async throws {
        let test = try await TestDatabase()
        let report = try Sample.dmarcReport()
        #expect(try await test.write { try $0.dmarcReports.insert(report) })
        #expect(try await test.write { try $0.dmarcReports.insert(report) } == false)
        let days = try await test.read { try $0.dmarcReports.days(of: report.domain, from: 0) }
        #expect(days == [DMARCDay(day: 20_000, passed: 8, failed: 1)])
    }

    @Test func sourcesAreToldWithWhatTheySent() async throws {
        let test = try await TestDatabase()
        for (key, organisation, day) in [("a", "Gross", 20_000), ("b", "Klein", 20_001), ("c", "Gross", 19_000)] {
            let report = try Sample.dmarcReport(key, organisation: organisation, day: day)
            #expect(try await test.write { try $0.dmarcReports.insert(report) })
        }
        let other = try Sample.dmarcReport("d", domain: "fremd.example")
        #expect(try await test.write { try $0.dmarcReports.insert(other) })
        let domain = try MailDomain(parsing: "kunde.example")
        let sources = try await test.read { try $0.dmarcReports.sources(of: domain, from: 20_000, limit: 10) }
        #expect(
            sources == [
                DMARCSource(
                    address: "192.0.2.10", count: 16, dkimAligned: 16, spfAligned: 4, passed: 16, ours: 12, stopped: 0),
                DMARCSource(
                    address: "2001:db8::25", count: 2, dkimAligned: 0, spfAligned: 0, passed: 0, ours: 0, stopped: 2),
            ])
        #expect(sources.map(\.nature) == [.ours, .unknown])
        #expect(
            try await test.read { try $0.dmarcReports.organisations(of: domain, from: 20_000) } == ["Gross", "Klein"])
        #expect(try await test.write { try $0.dmarcReports.forget(beforeDay: 20_000) } == 1)
        #expect(try await test.read { try $0.dmarcReports.days(of: domain, from: 0).map(\.day) } == [20_001, 20_000])
    }
}
