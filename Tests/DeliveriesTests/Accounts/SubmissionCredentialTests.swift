import Deliveries
import Foundation
import MailMessage
import Secrets
import SenderDomains
import Storage
import Testing

@Suite struct SubmissionCredentialTests {
    private static func domain(
        _ name: String, _ state: SenderDomain.State, in house: AccountHouse
    ) async throws -> MailDomain {
        let domain = try MailDomain(parsing: name)
        let now = house.clock.now
        try await house.database.write { transaction in
            let added = SenderDomain(domain: domain, controlToken: "abc", now: now)
            try transaction.senderDomains.insert(
                SenderDomain(
                    domain: domain, state: state, policy: added.policy, keys: [], control: added.control,
                    createdAt: now, stateSince: now, changedAt: now, alignedBy: [], bouncesReady: false,
                    doubtedAt: nil, lastReport: nil, nextCheckAt: now))
        }
        return domain
    }

    @Test func aCredentialIsShownOnceAndStoredHashed() async throws {
        try await AccountHouse.with { house in
            let domain = try await Self.domain("kunde.example", .verified, in: house)
            let made = try await SubmissionCredentials(house.parts).create(
                SubmissionCredentialForm(name: " Shop\u{7} ", domains: "KUNDE.example", mailsPerHour: "5"), by: nil,
                origin: AccountHouse.origin)
            // 160 bits in base64url.
            #expect(made.password.hasPrefix("dps_"))
            #expect(made.password.utf8.count == 4 + 27)
            #expect(!made.password.contains(made.credential.secretHash))
            #expect(made.credential.name == "Shop")
            #expect(made.credential.domains == [domain])
            #expect(
                made.credential.limits
                    == SubmissionLimits(mailsPerHour: 5, recipients: 1_000, messageSize: 50 << 20))
            #expect(try await SubmissionCredentials(house.parts).list() == [made.credential])
            let audit = try await AuditTrail(house.parts).list()
            #expect(audit.first?.action == "submission-credential-created")
            #expect(audit.first?.target == made.credential.id.description)
        }
    }

    @Test func onlyVerifiedDomainsAreBound() async throws {
        try await AccountHouse.with { house in
            _ = try await Self.domain("kunde.example", .verified, in: house)
            _ = try await Self.domain("neu.example", .pending, in: house)
            _ = try await Self.domain("kaputt.example", .degraded, in: house)
            for domains in ["neu.example", "kaputt.example", "fremd.example", "kunde.example, fremd.example", "a b"] {
                let error = try await refusal {
                    _ = try await SubmissionCredentials(house.parts).create(
                        SubmissionCredentialForm(name: "x", domains: domains), by: nil, origin: AccountHouse.origin)
                }
                #expect(error.fields.first?.reason == "domain-not-verified", "\(domains)")
            }
            let error = try await refusal {
                _ = try await SubmissionCredentials(house.parts).create(
                    SubmissionCredentialForm(mailsPerHour: "0", recipients: "x"), by: nil, origin: AccountHouse.origin)
            }
            #expect(
                error.fields.map { "\($0.field) \($0.reason)" } == [
                    "name required", "domains required", "mailsPerHour out-of-range", "recipients not-a-number",
                ])
        }
    }

    @Test func nobodyElseIsLetIn() async throws {
        try await AccountHouse.with { house in
            _ = try await Self.domain("kunde.example", .verified, in: house)
            let credentials = SubmissionCredentials(house.parts)
            let form = SubmissionCredentialForm(name: "x", domains: "kunde.example")
            let made = try await credentials.create(form, by: nil, origin: AccountHouse.origin)
            let other = try await credentials.create(
                SubmissionCredentialForm(name: "y", domains: "kunde.example"), by: nil, origin: AccountHouse.origin)
            let twice = try await refusal {
                _ = try await credentials.create(form, by: nil, origin: AccountHouse.origin)
            }
            #expect(twice.fields.first?.reason == "name-taken")

            let signIn = SubmissionSignIn(house.parts)
            let user = made.credential.id.description
            func check(_ user: String, _ password: String) async throws -> SubmissionSignIn.Verdict {
                try await signIn.check(user: user, password: password, clientAddress: "198.51.100.7")
            }
            #expect(try await check(user, made.password) == .accepted(made.credential))
            for (user, password) in [
                (user, ""), (user, "dps_"), (user, String(made.password.dropFirst(4))), (user, made.password + "A"),
                (user, other.password), (other.credential.id.description, made.password), ("x", made.password),
                (user, made.credential.secretHash),
            ] {
                #expect(try await check(user, password) == .refused)
            }
            #expect(try await credentials.credential(made.credential.id).lastUsedAt == house.clock.now)
            try await credentials.revoke(made.credential.id, by: nil, origin: AccountHouse.origin)
            #expect(try await check(user, made.password) == .refused)
            let again = try await refusal {
                try await credentials.revoke(made.credential.id, by: nil, origin: AccountHouse.origin)
            }
            #expect(again.code == .notFound)
        }
    }

    @Test func wrongSignInsInARowAreThrottledAndTheRightOneIsNot() async throws {
        try await AccountHouse.with { house in
            _ = try await Self.domain("kunde.example", .verified, in: house)
            let made = try await SubmissionCredentials(house.parts).create(
                SubmissionCredentialForm(name: "x", domains: "kunde.example"), by: nil, origin: AccountHouse.origin)
            let user = made.credential.id.description
            let signIn = SubmissionSignIn(house.parts)
            for _ in 0..<30 {
                let verdict = try await signIn.check(user: user, password: "wrong", clientAddress: "192.0.2.1")
                #expect(verdict == .refused)
            }
            #expect(try await signIn.check(user: user, password: "wrong", clientAddress: "192.0.2.1") == .throttled)
            #expect(try await signIn.check(user: user, password: "wrong", clientAddress: "192.0.2.2") == .refused)
            let right = try await signIn.check(user: user, password: made.password, clientAddress: "192.0.2.1")
            #expect(right == .accepted(made.credential))
            house.clock.advance(901)
            #expect(try await signIn.check(user: user, password: "wrong", clientAddress: "192.0.2.1") == .refused)
        }
    }

    @Test func aDomainThatIsNoLongerInOrderIsRefused() async throws {
        let domain = try MailDomain(parsing: "kunde.example")
        let credential = SubmissionCredential(
            id: SubmissionCredentialID(now: .now, random: SeededRandomSource(seed: 1)), name: "x", secretHash: "",
            domains: [domain], limits: Settings().submissionLimits, createdAt: .now)
        for (state, may) in [
            (SenderDomain.State.verified, true), (.warning, true), (.pending, false), (.degraded, false),
        ] {
            let settings = Settings(senderDomains: [domain: DomainStanding(state: state)])
            #expect(Submitter.credential(credential).maySend(as: domain, settings) == may)
            #expect(Submitter.trustedNetwork(settings.submissionLimits).maySend(as: domain, settings) == may)
        }
        let other = try MailDomain(parsing: "fremd.example")
        let settings = Settings(senderDomains: [other: DomainStanding(state: .verified)])
        #expect(!Submitter.credential(credential).maySend(as: other, settings))
        #expect(Submitter.trustedNetwork(settings.submissionLimits).maySend(as: other, settings))
    }

    @Test func reportsMayGoToANameBeneathThatIsNoSenderDomainOfOthers() throws {
        let domain = try MailDomain(parsing: "kunde.example")
        let settings = Settings(senderDomains: [
            domain: DomainStanding(state: .verified),
            try MailDomain(parsing: "tochter.kunde.example"): DomainStanding(state: .verified),
        ])
        let credential = SubmissionCredential(
            id: SubmissionCredentialID(now: .now, random: SeededRandomSource(seed: 1)), name: "x", secretHash: "",
            domains: [domain], limits: settings.submissionLimits, createdAt: .now)
        for (name, may) in [
            ("kunde.example", true), ("rueck.kunde.example", true), ("a.b.kunde.example", true),
            ("tochter.kunde.example", false), ("rueck.tochter.kunde.example", false), ("fremdkunde.example", false),
            ("example", false), ("kunde.example.fremd.example", false),
        ] {
            let returns = try MailDomain(parsing: name)
            #expect(Submitter.credential(credential).mayReturn(to: returns, settings) == may, "\(name)")
        }
        let beneath = try MailDomain(parsing: "rueck.kunde.example")
        #expect(!Submitter.credential(credential).maySend(as: beneath, settings))
        let broken = Settings(senderDomains: [domain: DomainStanding(state: .degraded)])
        #expect(!Submitter.credential(credential).mayReturn(to: beneath, broken))
    }
}
