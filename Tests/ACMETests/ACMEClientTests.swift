import Foundation
import Synchronization
import Testing

@testable import ACME

@Suite struct ACMEClientTests {
    private final class Applicant: ACMEApplicant {
        let steps = Mutex<[ACMEStep]>([])
        let challenges = Mutex<[HTTPChallenge]>([])

        func publish(_ challenge: HTTPChallenge) async throws { challenges.withLock { $0.append(challenge) } }
        func reached(_ step: ACMEStep) async throws { steps.withLock { $0.append(step) } }
    }

    private let key = ACMEAccountKey()
    private let applicant = Applicant()
    private let clock = HastyClock()

    private func client(
        _ authority: ScriptedAuthority, directory: String = ScriptedAuthority.directory
    ) -> ACMEClient {
        ACMEClient(directory: directory, key: key, contact: "ops@a.test", exchange: authority, clock: clock) {
            Date(timeIntervalSince1970: 784_111_777)
        }
    }

    private func failure(_ plan: ScriptedAuthority.Plan) async -> ACMEFailure? {
        await #expect(throws: ACMEFailure.self) {
            try await client(ScriptedAuthority(plan)).certificate(
                for: ["mx.a.test"], key: CertificateKey(), applicant: applicant)
        }
    }

    @Test func anOrderEndsInACertificate() async throws {
        let authority = ScriptedAuthority(.init(slowness: 2))
        let chain = try await client(authority).certificate(
            for: ["mx.a.test"], key: CertificateKey(), applicant: applicant)
        #expect(chain.names == ["mx.a.test"])
        #expect(chain.issuer == "CN=Test CA")
        #expect(chain.renewalAt == Date(timeIntervalSince1970: 1_800_000_000 + 60 * 86_400))
        #expect(applicant.steps.withLock { $0 } == ACMEStep.allCases)
        let challenge = try #require(applicant.challenges.withLock { $0.first })
        #expect(challenge.token == "tok_en-1")
        #expect(challenge.answer == "tok_en-1.\(key.thumbprint)")
        // Asked again after one second, then two; the order likewise.
        #expect(clock.pauses == [.seconds(1), .seconds(2), .seconds(1), .seconds(2)])
        #expect(await authority.accounts == [#"{"contact":["mailto:ops@a.test"],"termsOfServiceAgreed":true}"#])
    }

    @Test func anAuthorizationThatHoldsIsNotAskedForAgain() async throws {
        let authority = ScriptedAuthority(.init(isAuthorized: true))
        _ = try await client(authority).certificate(for: ["mx.a.test"], key: CertificateKey(), applicant: applicant)
        #expect(applicant.challenges.withLock { $0.isEmpty })
        #expect(await !authority.asked.contains("POST challenge"))
    }

    @Test func aContactThatChangedIsTold() async throws {
        let authority = ScriptedAuthority()
        for _ in 0..<2 {
            _ = try? await client(authority).certificate(
                for: ["mx.a.test"], key: CertificateKey(), applicant: applicant)
        }
        #expect(await authority.accounts.last == #"{"contact":["mailto:ops@a.test"]}"#)
        #expect(await authority.asked.contains("POST account/1"))
    }

    @Test func refusedNoncesAreSurvived() async throws {
        let authority = ScriptedAuthority(.init(badNonces: 9))
        _ = try await client(authority).certificate(for: ["mx.a.test"], key: CertificateKey(), applicant: applicant)
        // The refusal brings the next nonce: only the first one is fetched.
        #expect(await authority.asked.count { $0 == "HEAD nonce" } == 1)
        #expect(
            await failure(.init(badNonces: 99)) == .refused(.init(kind: "badNonce", detail: "bad luck"), pause: nil))
    }

    @Test func aRefusedChallengeIsTold() async {
        let problem = ACMEProblem(kind: "connection", detail: "mx.a.test: connection refused")
        #expect(await failure(.init(refusal: problem)) == .challengeRefused(name: "mx.a.test", problem))
    }

    @Test(arguments: ["3600", "Sun, 06 Nov 1994 09:49:37 GMT"])
    func aPauseIsHeard(_ text: String) async {
        let refusal = await failure(.init(orderRefusal: (429, "rateLimited", text)))
        #expect(refusal == .refused(.init(kind: "rateLimited", detail: "not now"), pause: 3_600))
    }

    @Test func anAuthorityThatNeverEndsIsGivenUp() async {
        #expect(await failure(.init(slowness: 1_000)) == .tooSlow)
        #expect(clock.pauses.count < 30)
    }

    @Test func whatIsWrongIsRefused() async throws {
        #expect(
            await failure(.init(issuesForOthers: true)) == .malformed("the certificate is for another key"))
        #expect(
            await failure(.init(directory: #""meta":{"externalAccountRequired":true}"#)) == .needsExternalAccount)
        await #expect(throws: ACMEFailure.malformed("an address without https")) {
            try await client(ScriptedAuthority(), directory: "http://ca.test/dir").certificate(
                for: ["mx.a.test"], key: CertificateKey(), applicant: applicant)
        }
        #expect(HTTPChallenge(token: "../x", key: key) == nil)
        #expect(HTTPChallenge(token: "", key: key) == nil)
        #expect(CertificateChain(pem: "x") == nil)
    }

    /// The example of RFC 7638, 3.1 is for RSA; this is the same rule for a key of RFC 7515, A.3.
    @Test func keysAreKeptAndStandForThemselves() throws {
        let again = try #require(ACMEAccountKey(pem: key.pem))
        #expect(again.thumbprint == key.thumbprint)
        #expect(again.publicKey == key.publicKey)
        #expect(key.thumbprint.count == 43)
        #expect(ACMEAccountKey(pem: "x") == nil)
    }
}
