import ACME
import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Synchronization
import Testing

@testable import Outbox

@Suite struct MailCertificatesTests {
    /// An authority that never issues anything; what it says is settable.
    private final class Refusing: ACMEExchange {
        private let state = Mutex<(answer: ACMEAnswer?, asked: Int)>((nil, 0))
        var asked: Int { state.withLock { $0.asked } }

        func say(_ status: Int, _ kind: String, pause: String? = nil) {
            let body = #"{"type":"urn:ietf:params:acme:error:\#(kind)","detail":"because"}"#
            state.withLock {
                $0.answer = ACMEAnswer(
                    status: status, header: pause.map { ["Retry-After": $0, "Replay-Nonce": "n"] } ?? [:],
                    body: Data(body.utf8))
            }
        }

        func ask(_ request: ACMERequest) async throws(ACMEFailure) -> ACMEAnswer {
            let answer = state.withLock { state in
                if request.method == .get { state.asked += 1 }
                return state.answer
            }
            guard let answer else { throw .unreachable("nobody there") }
            guard request.method == .post else {
                let directory =
                    #"{"newNonce":"https://ca.test/n","newAccount":"https://ca.test/a","newOrder":"https://ca.test/o"}"#
                return ACMEAnswer(status: 200, header: ["Replay-Nonce": "n"], body: Data(directory.utf8))
            }
            return answer
        }
    }

    private static let settings = [
        "mailserver.hostname": "MX.Kunde.example", "mailserver.acme-directory": "https://ca.test/dir",
        "mailserver.acme-terms-agreed": "true", "mailserver.certificate": "acme",
    ]
    private let authority = Refusing()

    private func with(
        _ settings: [String: String] = settings, _ body: (OutboxHouse, MailCertificates) async throws -> Void
    ) async throws {
        try await OutboxHouse.with(port: nil, settings: settings) { house in
            let file = MailServerCertificate(names: ["file.example"], notAfter: .distantFuture)
            try await body(house, MailCertificates(house.parts, exchange: authority) { file })
        }
    }

    private func failure(_ certificates: MailCertificates) async throws -> MailCertificateReport.Order? {
        try await certificates.orderIfDue()
        return try await certificates.report().order
    }

    @Test func filesNeedNoAuthority() async throws {
        try await with([:]) { _, certificates in
            try await certificates.orderIfDue()
            let report = try await certificates.report()
            #expect(report.certificate?.names == ["file.example"])
            #expect(!report.isFromAuthority && report.order == nil && report.directory == nil)
            #expect(authority.asked == 0)
            let refusal = await refusal { try await certificates.orderNow(by: nil, origin: .commandLine) }
            #expect(refusal?.code == .conflict)
        }
    }

    @Test func failuresComeFurtherAndFurtherApart() async throws {
        try await with { house, certificates in
            var waits: [TimeInterval] = []
            for _ in 0..<8 {
                guard case .failed(.unreachable, "nobody there", let at, let next) = try await failure(certificates)
                else {
                    Issue.record("it fails")
                    return
                }
                #expect(at == house.now)
                waits.append(next.timeIntervalSince(house.now))
                let asked = authority.asked
                house.pass(waits[waits.count - 1] - 1)
                try await certificates.orderIfDue()
                #expect(authority.asked == asked, "not before its time")
                house.pass(1)
            }
            #expect(waits == [300, 900, 3_600, 14_400, 43_200, 86_400, 86_400, 86_400])
            #expect(try await FailingJobs(house.database).list()[MailCertificates.jobName] == OutboxHouse.start)
            // Until the first one came, files are used.
            #expect(try await certificates.report().certificate?.names == ["file.example"])
        }
    }

    @Test func administratorsAreToldAfterThreeFailuresAndNotAgainForAWeek() async throws {
        try await with { house, certificates in
            let boss = Account(
                id: Identifier(now: house.now, random: house.parts.random),
                email: try EmailAddress(parsing: "otto@kunde.example"), name: "Otto", isAdministrator: true,
                state: .active, language: .german, passwordHash: nil, createdAt: house.now)
            try await house.database.write { try $0.accounts.insert(boss) }
            var told: [Int] = []
            for _ in 0..<12 {
                try await certificates.orderIfDue()
                told.append(try await house.entries().count { $0.kind == .certificate })
                house.pass(86_400)
            }
            #expect(told == [0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2])
        }
    }

    @Test func theAuthorityIsLeftAloneForAsLongAsItWants() async throws {
        try await with { house, certificates in
            authority.say(429, "rateLimited", pause: "7200")
            #expect(
                try await failure(certificates)
                    == .failed(
                        .rateLimited, detail: "because", at: house.now, next: house.now.addingTimeInterval(7_200)))
            // Whoever presses the button waits, too.
            try await certificates.orderNow(by: nil, origin: .commandLine)
            let asked = authority.asked
            try await certificates.orderIfDue()
            #expect(authority.asked == asked)
            house.pass(7_200)
            try await certificates.orderIfDue()
            #expect(authority.asked == asked + 1)
        }
    }

    @Test func theButtonAndAnotherNameBeginAtOnce() async throws {
        try await with { house, certificates in
            authority.say(400, "rejectedIdentifier")
            guard case .failed(.rejectedName, _, _, _) = try await failure(certificates) else {
                Issue.record("it fails")
                return
            }
            try await certificates.orderNow(by: house.sender.id, origin: OutboxHouse.origin)
            let audit = try await house.database.read { try $0.ledger.audit(offset: 0, limit: 1) }
            #expect(audit.first?.action == "certificate-ordered")
            #expect(audit.first?.target == "mx.kunde.example")
            try await certificates.orderIfDue()
            #expect(authority.asked == 2)
            try await house.set(["mailserver.hostname": "mail.kunde.example"])
            try await certificates.orderIfDue()
            #expect(authority.asked == 3)
            let order = try await house.database.read { try $0.certificates.order(of: MailCertificates.server) }
            #expect(order?.failures == 1 && order?.subject == "https://ca.test/dir mail.kunde.example")
        }
    }

    @Test func oneProcessOrders() async throws {
        try await with { house, certificates in
            let now = house.now
            #expect(
                try await house.database.write {
                    try $0.ledger.leaseJob(MailCertificates.jobName, now: now, until: now.addingTimeInterval(900))
                })
            try await certificates.orderIfDue()
            #expect(authority.asked == 0)
            // Whoever had it died.
            house.pass(900)
            try await certificates.orderIfDue()
            #expect(authority.asked == 1)
        }
    }

    @Test func anAccountKeepsItsKey() async throws {
        try await with { house, certificates in
            authority.say(500, "serverInternal")
            let key: @Sendable (any Transaction) throws -> Data? = {
                try $0.certificates.accountKey(at: "https://ca.test/dir")
            }
            try await certificates.orderIfDue()
            let first = try #require(try await house.database.read(key))
            house.pass(300)
            try await certificates.orderIfDue()
            #expect(authority.asked == 2)
            #expect(try await house.database.read(key) == first)
            #expect(!String(decoding: first, as: UTF8.self).contains("PRIVATE"))
        }
    }

    @Test func onlyTokensThatWereHandedOutAreAnswered() async throws {
        try await with { house, certificates in
            let end = house.now.addingTimeInterval(10)
            try await house.database.write { try $0.certificates.publish("a.b", token: "a", until: end) }
            #expect(try await certificates.answer(to: "a") == "a.b")
            #expect(try await certificates.answer(to: "b") == nil)
            #expect(try await certificates.answer(to: "../a") == nil)
            house.pass(10)
            #expect(try await certificates.answer(to: "a") == nil)
        }
    }

    @Test func eachProblemHasItsWord() {
        func challenge(_ kind: String) -> CertificateProblem {
            CertificateProblem(.challengeRefused(name: "a", ACMEProblem(kind: kind, detail: "")))
        }
        func refusal(_ kind: String) -> CertificateProblem {
            CertificateProblem(.refused(ACMEProblem(kind: kind, detail: ""), pause: nil))
        }
        #expect(challenge("connection") == .challengeConnection)
        #expect(challenge("dns") == .challengeDNS)
        #expect(challenge("unauthorized") == .challengeAnswer)
        #expect(challenge("caa") == .caa)
        #expect(refusal("userActionRequired") == .terms)
        #expect(refusal("unsupportedContact") == .contact)
        #expect(refusal("malformed") == .refused)
        #expect(CertificateProblem(.tooSlow) == .tooSlow)
        #expect(CertificateProblem(.untrusted("x")) == .untrusted)
    }
}
