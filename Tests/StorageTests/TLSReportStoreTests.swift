import Deliveries
import Foundation
import Testing

@testable import Storage

extension Sample {
    /// Twelve sessions towards two domains on one day, of which three failed.
    static func tlsReport(
        _ key: String = "t1", organisation: String = "Gross", day: Int = 20_000
    ) -> ReceivedTLSReport {
        func row(_ domain: String, _ result: String, _ host: String, _ sessions: Int) -> ReceivedTLSReport.Row {
            .init(domain: domain, policy: "sts", result: result, host: host, sessions: sessions)
        }
        return ReceivedTLSReport(
            key: key, organisation: organisation, begin: Date(timeIntervalSince1970: Double(day) * 86_400),
            end: Date(timeIntervalSince1970: Double(day + 1) * 86_400 - 1), receivedAt: after(1),
            rows: [
                row("kunde.example", "", "", 5), row("kunde.example", "certificate-expired", "mx.kunde.example", 2),
                row("kunde.example", "tlsa-invalid", "mx.kunde.example", 1), row("b.example", "", "", 4),
            ])
    }
}

@Suite struct TLSReportStoreTests {
    @Test func aReportCountsOnceAndIsToldByDomainAndFailure() async throws {
        let test = try await TestDatabase()
        #expect(try await test.write { try $0.tlsReports.insert(Sample.tlsReport()) })
        #expect(try await test.write { try $0.tlsReports.insert(Sample.tlsReport()) } == false)
        #expect(
            try await test.write {
                try $0.tlsReports.insert(Sample.tlsReport("t2", organisation: "Klein", day: 20_003))
            })
        #expect(
            try await test.read { try $0.tlsReports.domains(from: 20_000) } == [
                TLSReportDomain(domain: "b.example", successful: 8, failed: 0),
                TLSReportDomain(domain: "kunde.example", successful: 10, failed: 6),
            ])
        #expect(
            try await test.read { try $0.tlsReports.failures(from: 20_001, limit: 1) } == [
                TLSReportFailure(
                    domain: "kunde.example", host: "mx.kunde.example", result: "certificate-expired", sessions: 2)
            ])
        #expect(try await test.read { try $0.tlsReports.organisations(from: 20_000) } == ["Gross", "Klein"])
        #expect(try await test.write { try $0.tlsReports.forget(beforeDay: 20_003) } == 1)
        #expect(try await test.read { try $0.tlsReports.organisations(from: 0) } == ["Klein"])
        #expect(try await test.read { try $0.tlsReports.domains(from: 0).map(\.failed) } == [0, 3])
    }
}
