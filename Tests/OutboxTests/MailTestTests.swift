import DNS
import Deliveries
import Foundation
import Localization
import MailAuth
import MailMessage
import MailTemplates
import SMTP
import SenderDomains
import Testing

@testable import Outbox

@Suite struct MailTestTests {
    /// What a test came to: the step that failed, and the advice.
    struct Finding: Equatable {
        var failed: String?
        var advice: String?
    }

    func run(_ house: OutboxHouse, author: Account? = nil) async throws -> MailTest.Report {
        try await house.test.run(
            to: try EmailAddress(parsing: "me@outside.example"), author: author, language: .english)
    }

    func finding(_ report: MailTest.Report) -> Finding {
        Finding(
            failed: report.steps.first { $0.isDone == false }?.name.rawValue,
            advice: report.advice.map { String($0.key.dropFirst("page.smtp-advice.".count)) })
    }

    func expect(_ expected: Finding, _ house: OutboxHouse) async throws {
        let report = try await run(house)
        #expect(finding(report) == expected)
    }

    static let secured = [
        "smtp.security": "starttls", "smtp.user": "depesche", "smtp.password": "geheim123",
    ]

    @Test func signaturesOfATestMailThatCameBackAreVerified() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port, settings: ["smtp.home-domains": "kunde.example"]) { house in
                let report = try await run(house, author: house.sender)
                let mail = Array(try #require(server.mails.first).text.utf8)
                func returned(_ mail: [UInt8]) async throws -> [ReturnedTestMail.Signature] {
                    try await house.test.compare(mail, marker: report.marker).signatures
                }
                #expect(try await returned(mail) == [])

                let key = try DKIMPrivateKey.generate(.ed25519SHA256)
                func field(_ domain: String, _ selector: String) throws -> [UInt8] {
                    let signer = try #require(DKIMSigner(domain: domain, selector: selector, key: key))
                    return try DKIMSigner.fields(for: mail, by: [signer], at: house.now)
                }
                func signed(_ domain: String, _ selector: String) throws -> [UInt8] {
                    try field(domain, selector) + mail
                }
                for domain in ["kunde.example", "relay.example"] {
                    let name = try #require(DNSName("s1._domainkey.\(domain)"))
                    house.zone.set(name, .txt, [.txt(key.record.text)])
                }
                let own = try await returned(try signed("kunde.example", "s1"))
                #expect(own.map(\.failure) == [nil] && own.map(\.isAligned) == [true])
                let foreign = try await returned(try signed("relay.example", "s1"))
                #expect(foreign.map(\.failure) == [nil] && foreign.map(\.isAligned) == [false])
                let altered = try await returned(try signed("kunde.example", "s1") + Array("Werbung\r\n".utf8))
                #expect(altered.map(\.failure) == [.bodyChanged])
                let keyless = try await returned(try signed("kunde.example", "s2"))
                #expect(keyless.map(\.failure?.code) == ["no-key"] && keyless.map(\.selector) == ["s2"])
                // Not every one of hundreds is looked at.
                let many = try (1...50).reduce(mail) { mail, _ in try field("kunde.example", "s1") + mail }
                #expect(try await returned(many).count == 8)
            }
        }
    }

    @Test func aTestMailGoesTheWholeWay() async throws {
        try await MailServer.with(certificate: "good", extensions: ["AUTH PLAIN LOGIN"]) { server in
            try await OutboxHouse.with(
                port: server.port, settings: Self.secured.merging(["smtp.home-domains": "kunde.example"]) { $1 }
            ) { house in
                let report = try await run(house, author: house.sender)
                #expect(report.isHandedOver && report.advice == nil)
                #expect(report.steps.map(\.name) == MailTest.Step.Name.allCases)
                #expect(report.steps.allSatisfy { $0.isDone == true })
                #expect(report.sender?.from.address == house.sender.email)
                let mail = try #require(server.mails.first)
                #expect(mail.recipient == "me@outside.example" && mail.sender == "anna@kunde.example")
                #expect(report.marker.hasPrefix("DPS-"))
                let words = report.conversation.entries.map(\.text).joined(separator: "\n")
                #expect(words.contains("AUTH PLAIN ***") && !words.contains("geheim123"))
                let row = try await house.entry(report.entry)
                #expect(row.state == .handedOver && row.kind == .test)
                #expect(try await house.test.compare(Array(mail.text.utf8), marker: report.marker).mail.isTheTestMail)
            }
        }
    }

    @Test(arguments: [
        ("AUTH", "535 5.7.8 wrong\r\n", "signed-in", "wrong-password"),
        ("MAIL", "530 5.7.0 Authentication required\r\n", "signed-in", "sign-in-needed"),
        ("MAIL", "553 5.7.1 not your address\r\n", "sender", "sender-not-allowed"),
        ("RCPT", "553 5.7.1 Sender address rejected: not owned by user\r\n", "recipient", "sender-not-allowed"),
        ("RCPT", "554 5.7.1 Relay access denied\r\n", "recipient", "relaying-denied"),
        ("MAIL", "550 relaying denied\r\n", "sender", "relaying-denied"),
        ("RCPT", "550 5.1.1 no such user\r\n", "recipient", "recipient-refused"),
        ("RCPT", "451 4.7.1 Greylisted\r\n", "recipient", "later"),
        (".", "554 5.7.1 spam\r\n", "accepted", "rejected"),
        (".", "550 5.7.60 Client does not have permissions to send as this user\r\n", "accepted", "sender-not-allowed"),
        ("greeting", "554 go away\r\n", "connected", "server-refuses"),
        ("greeting", "HTTP/1.1 400 Bad Request\r\n", "connected", "protocol"),
    ])
    func eachRefusalHasItsAdvice(_ verb: String, _ answer: String, _ failed: String, _ advice: String) async throws {
        try await MailServer.with(
            certificate: "good", extensions: ["AUTH PLAIN"], answers: [verb: .say(answer)]
        ) { server in
            try await OutboxHouse.with(port: server.port, settings: Self.secured) { house in
                let report = try await run(house)
                #expect(finding(report) == Finding(failed: failed, advice: advice))
                #expect(!report.isHandedOver)
                // Before the failed step all is done, behind it nothing is known.
                let place = try #require(report.steps.firstIndex { $0.isDone == false })
                #expect(report.steps[..<place].allSatisfy { $0.isDone == true })
                #expect(report.steps[(place + 1)...].allSatisfy { $0.isDone == nil })
            }
        }
    }

    @Test(arguments: [
        ("greeting", "connected", "closed"), ("EHLO", "connected", "closed"), ("MAIL", "sender", "closed"),
        (".", "accepted", "answer-lost"),
    ])
    func aConnectionThatEndsHasItsAdvice(_ verb: String, _ failed: String, _ advice: String) async throws {
        try await MailServer.with(answers: [verb: .close]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await expect(Finding(failed: failed, advice: advice), house)
            }
        }
    }

    @Test(arguments: [
        ("other", true, "certificate-name"), ("expired", true, "certificate-expired"),
        ("good", false, "certificate-issuer"), ("expired", false, "certificate-expired"),
    ])
    func whatIsWrongWithACertificateIsNamed(
        _ certificate: String, _ trustsIssuer: Bool, _ advice: String
    ) async throws {
        try await MailServer.with(certificate: certificate) { server in
            try await OutboxHouse.with(
                port: server.port, settings: ["smtp.security": "starttls"], trustsIssuer: trustsIssuer
            ) { house in
                try await expect(Finding(failed: "secured", advice: advice), house)
            }
        }
    }

    @Test func securityThatDoesNotFitIsNamed() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port, settings: ["smtp.security": "starttls"]) { house in
                try await expect(Finding(failed: "secured", advice: "tls-not-offered"), house)
                try await house.set(["smtp.security": "tls"])
                try await expect(Finding(failed: "secured", advice: "tls"), house)
            }
        }
    }

    @Test func aSignInThatIsNotPossibleIsNamed() async throws {
        try await MailServer.with(certificate: "good", extensions: ["AUTH GSSAPI"]) { server in
            try await OutboxHouse.with(port: server.port, settings: Self.secured) { house in
                try await expect(Finding(failed: "signed-in", advice: "sign-in-not-possible"), house)
            }
        }
    }

    @Test func theMethodThatWasSetIsTheOneThatIsUsed() async throws {
        try await MailServer.with(certificate: "good", extensions: ["AUTH PLAIN LOGIN"]) { server in
            let settings = Self.secured.merging(["smtp.authentication": "login"]) { $1 }
            try await OutboxHouse.with(port: server.port, settings: settings) { house in
                _ = try await run(house)
                #expect(server.lines.contains { $0.hasPrefix("AUTH LOGIN") })
            }
        }
    }

    @Test func nobodyThere() async throws {
        try await OutboxHouse.with(port: try await MailServer.closedPort()) { house in
            let report = try await run(house)
            #expect(finding(report) == Finding(failed: "connected", advice: "refused"))
            // It must not arrive by surprise when the settings are put right.
            #expect(report.state == .failed)
            house.pass(120)
            #expect(try await house.lease().isEmpty)
        }
    }

    @Test func whatTheServerPutsOffIsTriedAgain() async throws {
        try await MailServer.with(answers: ["RCPT": .say("451 4.7.1 Greylisted\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                let report = try await run(house)
                #expect(report.state == .queued)
                server.answer("RCPT", nil)
                house.pass(61)
                try await house.attemptNext()
                #expect(server.mails.count == 1)
            }
        }
    }

    @Test func theWorkerLeavesARunningTestAlone() async throws {
        try await MailServer.with(answers: [".": .hold("250 2.0.0 ok\r\n")]) { server in
            try await OutboxHouse.with(port: server.port) { house in
                async let running = run(house)
                await server.waitUntilHolding()
                house.pass(120)
                let leased = try await house.lease()
                #expect(leased.isEmpty)
                server.release()
                let report = try await running
                #expect(report.isHandedOver)
            }
        }
    }

    @Test func theLocalMailboxKeepsATest() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let report = try await run(house)
            #expect(finding(report) == Finding(failed: nil, advice: "local"))
            #expect(report.steps == [MailTest.Step(name: .composed, isDone: true)])
        }
    }

    @Test func noTokenIsNoWrongPassword() async throws {
        try await MailServer.with(certificate: "good", extensions: ["AUTH XOAUTH2"]) { server in
            let settings = [
                "smtp.security": "starttls", "smtp.user": "depesche", "smtp.authentication": "xoauth2",
                "smtp.oauth-token-endpoint": AccessTokenTests.endpoint, "smtp.oauth-client-id": "id",
                "smtp.oauth-client-secret": "s3cret",
            ]
            try await OutboxHouse.with(port: server.port, settings: settings) { house in
                house.posts.answer(401, #"{"error":"invalid_client"}"#)
                let report = try await run(house)
                #expect(finding(report) == Finding(failed: "signed-in", advice: "no-token"))
                #expect(report.answer == "The token endpoint answered 401 (invalid_client).")
                #expect(report.steps.filter { $0.isDone == true }.map(\.name) == [.composed])
                #expect(server.connections == 0)
                // With a token it works; one that the server refuses is fetched anew.
                house.posts.answer(200, #"{"access_token":"good"}"#)
                let second = try await run(house)
                #expect(second.isHandedOver)
                #expect(server.lines.contains { $0.hasPrefix("AUTH XOAUTH2 ") })
            }
        }
    }

    @Test func everyAdviceIsSaidInBothLanguages() {
        for language in Language.allCases {
            let text = Localizer(language)
            for key in MailTest.adviceKeys {
                let values = ["host": "mail.example", "port": "587", "answer": "550 no"]
                let said = text(Phrase("page.smtp-advice.\(key)", values))
                #expect(said.count > 30 && !said.contains("page.smtp-advice") && !said.contains("{"), "\(key): \(said)")
            }
        }
    }

    @Test func everyFailureHasAnAdvice() throws {
        let settings = Settings()
        for phase in SMTPPhase.allCases {
            for kind in SMTPFailure.Kind.allCases {
                for isPermanent in [true, false] {
                    let outcome = RouteOutcome(
                        SMTPFailure(phase: phase, kind: kind, isPermanent: isPermanent, text: "x"))
                    let advice = try #require(MailTest.advice(outcome, settings: settings))
                    #expect(MailTest.adviceKeys.contains(String(advice.key.dropFirst("page.smtp-advice.".count))))
                    #expect(MailTest.steps(outcome, settings: settings).filter { $0.isDone == false }.count == 1)
                }
            }
        }
    }
}
