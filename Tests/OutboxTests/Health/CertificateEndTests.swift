import ACME
import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Synchronization
import Testing

@testable import Outbox

/// An authority that nobody asks.
struct NoAuthority: ACMEExchange {
    func ask(_ request: ACMERequest) async throws(ACMEFailure) -> ACMEAnswer { throw .unreachable("nobody there") }
}

@Suite struct CertificateEndTests {
    private static let day = 86_400.0

    /// A file that a test replaces.
    private final class File: Sendable {
        private let state: Mutex<MailServerCertificate?>
        init(_ certificate: MailServerCertificate?) { state = Mutex(certificate) }
        var certificate: MailServerCertificate? { state.withLock { $0 } }
        func replace(by certificate: MailServerCertificate?) { state.withLock { $0 = certificate } }
    }

    private func with(
        mail: File, pages: File = File(nil), settings: [String: String] = [:],
        _ body: (OutboxHouse, CertificateEndJob) async throws -> Void
    ) async throws {
        try await OutboxHouse.with(port: nil, settings: settings) { house in
            let boss = Account(
                id: Identifier(now: house.now, random: house.parts.random),
                email: try EmailAddress(parsing: "otto@kunde.example"), name: "Otto", isAdministrator: true,
                state: .active, language: .german, passwordHash: nil, createdAt: house.now)
            try await house.database.write { try $0.accounts.insert(boss) }
            let certificates = ServerCertificates(
                mail: MailCertificates(house.parts, exchange: NoAuthority()) { mail.certificate }
            ) { pages.certificate }
            try await body(house, CertificateEndJob(house.parts, certificates: certificates))
        }
    }

    private func certificate(_ name: String, days: Double) -> MailServerCertificate {
        MailServerCertificate(names: [name], notAfter: OutboxHouse.start.addingTimeInterval(days * Self.day))
    }

    private func subjects(_ house: OutboxHouse) async throws -> [String] {
        try await house.entries().filter { $0.kind == .certificate }.map { try house.parts.composer.open($0).subject }
    }

    @Test func itIsToldThreeTimesAndNoMore() async throws {
        try await with(mail: File(certificate("mx.kunde.example", days: 30))) { house, job in
            var told: [Int] = []
            for _ in 0...40 {
                for _ in 0..<2 { _ = try await job.run(now: house.now) }
                told.append(try await subjects(house).count)
                house.pass(Self.day)
            }
            #expect(told[8] == 0 && told[9] == 1 && told[22] == 1 && told[23] == 2 && told[28] == 2 && told[29] == 3)
            #expect(told.last == 3, "not again when it is over")
            #expect(Set(try await subjects(house)) == ["Das Zertifikat für mx.kunde.example läuft ab"])
        }
    }

    @Test func whoIsLateIsToldTheLastStageOnly() async throws {
        try await with(mail: File(certificate("mx.kunde.example", days: 0.5))) { house, job in
            _ = try await job.run(now: house.now)
            house.pass(Self.day)
            _ = try await job.run(now: house.now)
            #expect(try await subjects(house).count == 1)
        }
        #expect(
            CertificateEndJob.stage(of: OutboxHouse.start, now: OutboxHouse.start.addingTimeInterval(-22 * Self.day))
                == nil)
        #expect(
            CertificateEndJob.stage(of: OutboxHouse.start, now: OutboxHouse.start.addingTimeInterval(-21 * Self.day))
                == 21)
        #expect(CertificateEndJob.stage(of: OutboxHouse.start, now: OutboxHouse.start.addingTimeInterval(60)) == 1)
    }

    @Test func aNewFileIsToldAnewAndThePagesHaveTheirOwn() async throws {
        let (mail, pages) = (
            File(certificate("mx.kunde.example", days: 5)), File(certificate("d.kunde.example", days: 6))
        )
        try await with(mail: mail, pages: pages) { house, job in
            _ = try await job.run(now: house.now)
            #expect(
                Set(try await subjects(house)) == [
                    "Das Zertifikat für mx.kunde.example läuft ab", "Das Zertifikat für d.kunde.example läuft ab",
                ])
            mail.replace(by: certificate("mx.kunde.example", days: 90))
            house.pass(4.5 * Self.day)
            _ = try await job.run(now: house.now)
            #expect(
                try await subjects(house).count == 2, "nothing of the new one; the other is not yet at its last day")
            house.pass(80 * Self.day)
            _ = try await job.run(now: house.now)
            #expect(try await subjects(house).count == 4)
        }
    }

    @Test func theSameFileForBothIsToldOnceAndTheSwitchHolds() async throws {
        let file = File(certificate("d.kunde.example", days: 5))
        try await with(mail: file, pages: file) { house, job in
            _ = try await job.run(now: house.now)
            #expect(try await subjects(house).count == 1)
        }
        try await with(mail: file, settings: ["notify.certificate": "false"]) { house, job in
            _ = try await job.run(now: house.now)
            #expect(try await subjects(house).isEmpty)
        }
        try await with(mail: File(nil)) { house, job in
            _ = try await job.run(now: house.now)
            #expect(try await subjects(house).isEmpty)
        }
    }

    @Test func theOverviewNamesWhatRunsOut() {
        let now = OutboxHouse.start
        func problems(_ days: Double) -> [HealthState.Problem] {
            HealthState(
                settings: Settings(overrides: ["mail.route": "local"]), outbox: ([:], nil),
                certificates: [certificate("a", days: days), certificate("b", days: 400)], now: now
            ).problems.filter { $0.name.hasPrefix("certificate") }
        }
        #expect(problems(30) == [])
        #expect(problems(20).map(\.name) == ["certificate-ends"] && problems(20)[0].isUrgent == false)
        #expect(problems(5).map(\.name) == ["certificate-ends"] && problems(5)[0].isUrgent)
        #expect(problems(-1).map(\.name) == ["certificate-over"] && problems(-1)[0].isUrgent)
        func low(_ available: Int64) -> Bool {
            HealthState(
                settings: Settings(overrides: [:]), outbox: ([:], nil), space: (available, 1_000), now: now
            ).problems.contains { $0.name == "storage-low" }
        }
        #expect(low(99) && !low(100))
    }
}
