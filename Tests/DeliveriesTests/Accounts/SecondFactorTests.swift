import Deliveries
import Foundation
import Secrets
import Storage
import Testing

@Suite struct SecondFactorTests {
    @Test func withOneSetUpASessionDoesNothingUntilTheCodeCame() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let (secret, _) = try await house.secondFactor(of: account)
            house.clock.advance(60)
            let waiting = try await house.signedIn("anna@kunde.example")
            #expect(waiting.needsSecondFactor)
            #expect(try await house.signIn.resume(cookie: waiting.cookie)?.needsSecondFactor == true)
            let done = try await house.signIn.secondFactor(
                session: waiting.cookie, code: house.code(secret), origin: AccountHouse.origin)
            #expect(!done.needsSecondFactor)
            #expect(done.cookie != waiting.cookie)
            #expect(try await house.signIn.resume(cookie: waiting.cookie) == nil)
            #expect(try await house.signIn.resume(cookie: done.cookie)?.needsSecondFactor == false)
        }
    }

    @Test func aCodeWorksOnceAndOlderOnesNeverAgain() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let (secret, _) = try await house.secondFactor(of: account)
            // The code that confirmed the set-up is used up as well.
            let first = try await house.signedIn("anna@kunde.example")
            let replay = try await refusal {
                _ = try await house.signIn.secondFactor(
                    session: first.cookie, code: house.code(secret), origin: AccountHouse.origin)
            }
            #expect(replay.code == .wrongSecondFactor)
            let next = house.code(secret, later: 1)
            _ = try await house.signIn.secondFactor(session: first.cookie, code: next, origin: AccountHouse.origin)
            let second = try await house.signedIn("anna@kunde.example")
            for code in [next, house.code(secret)] {
                let error = try await refusal {
                    _ = try await house.signIn.secondFactor(
                        session: second.cookie, code: code, origin: AccountHouse.origin)
                }
                #expect(error.code == .wrongSecondFactor)
            }
        }
    }

    @Test func aRecoveryCodeStandsInOnce() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let (_, recovery) = try await house.secondFactor(of: account)
            #expect(recovery.count == 10)
            let first = try await house.signedIn("anna@kunde.example")
            _ = try await house.signIn.secondFactor(
                session: first.cookie, code: recovery[3].uppercased(), origin: AccountHouse.origin)
            #expect(try await house.users.account(account.id).secondFactor?.recoveryCodeHashes.count == 9)
            #expect(try await house.audit().contains("recovery-code-used"))
            let second = try await house.signedIn("anna@kunde.example")
            let error = try await refusal {
                _ = try await house.signIn.secondFactor(
                    session: second.cookie, code: recovery[3], origin: AccountHouse.origin)
            }
            #expect(error.code == .wrongSecondFactor)
        }
    }

    @Test func recoveryCodesOfAnotherAccountAreWrong() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let berta = try await house.account("berta@kunde.example")
            _ = try await house.secondFactor(of: anna)
            let (secret, recovery) = try await house.secondFactor(of: berta)
            house.clock.advance(60)
            let waiting = try await house.signedIn("anna@kunde.example")
            for code in [recovery[0], house.code(secret), "", "abc", String(repeating: "1", count: 10_000)] {
                let error = try await refusal {
                    _ = try await house.signIn.secondFactor(
                        session: waiting.cookie, code: code, origin: AccountHouse.origin)
                }
                #expect(error.code == .wrongSecondFactor)
            }
        }
    }

    @Test func tenTriesAreAllowed() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let (_, recovery) = try await house.secondFactor(of: account)
            let waiting = try await house.signedIn("anna@kunde.example")
            for _ in 0..<10 {
                _ = try await refusal {
                    _ = try await house.signIn.secondFactor(
                        session: waiting.cookie, code: "000000", origin: AccountHouse.origin)
                }
            }
            let error = try await refusal {
                _ = try await house.signIn.secondFactor(
                    session: waiting.cookie, code: recovery[0], origin: AccountHouse.origin)
            }
            #expect(error.code == .throttled)
        }
    }

    @Test func aSessionThatIsCompleteForeignOrTooOldWaitsForNothing() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let complete = try await house.signedIn("anna@kunde.example")
            let (_, recovery) = try await house.secondFactor(of: account)
            let forged = Token(random: SeededRandomSource(seed: 99))
            let waiting = try await house.signedIn("anna@kunde.example")
            house.clock.advance(901)
            for cookie in [complete.cookie, forged, waiting.cookie] {
                let error = try await refusal {
                    _ = try await house.signIn.secondFactor(
                        session: cookie, code: recovery[0], origin: AccountHouse.origin)
                }
                #expect(error.code == .notSignedIn)
            }
        }
    }

    @Test func itIsAskedForOnlyOnceAFirstCodeCame() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let setUp = SecondFactorSetUp(house.parts)
            let none = try await refusal {
                _ = try await setUp.confirm(account: account.id, code: "000000", origin: AccountHouse.origin)
            }
            #expect(none.code == .conflict)
            #expect(try await setUp.pending(account: account.id) == nil)
            let offer = try await setUp.begin(account: account.id)
            #expect(offer.uri.hasPrefix("otpauth://totp/Depesche:anna%40kunde.example?secret=\(offer.secret)"))
            #expect(try await setUp.pending(account: account.id) == offer)
            let wrong = try await refusal {
                _ = try await setUp.confirm(account: account.id, code: "000000", origin: AccountHouse.origin)
            }
            #expect(wrong.code == .wrongSecondFactor)
            #expect(try await !house.signedIn("anna@kunde.example").needsSecondFactor)
        }
    }

    @Test func whatIsInUseIsNotReplacedInSilence() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            _ = try await house.secondFactor(of: account)
            let setUp = SecondFactorSetUp(house.parts)
            #expect(try await refusal { _ = try await setUp.begin(account: account.id) }.code == .conflict)
            #expect(try await setUp.pending(account: account.id) == nil)
        }
    }

    @Test func takingItAwayAndNewRecoveryCodesNeedThePassword() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let (_, old) = try await house.secondFactor(of: account)
            let setUp = SecondFactorSetUp(house.parts)
            let wrong = try await refusal {
                try await setUp.disable(account: account.id, password: "falsch", origin: AccountHouse.origin)
            }
            #expect(wrong.fields == [FieldError("password", "wrong-password")])
            let new = try await setUp.newRecoveryCodes(
                account: account.id, password: AccountHouse.password, origin: AccountHouse.origin)
            #expect(Set(new).isDisjoint(with: old))
            let waiting = try await house.signedIn("anna@kunde.example")
            let error = try await refusal {
                _ = try await house.signIn.secondFactor(
                    session: waiting.cookie, code: old[0], origin: AccountHouse.origin)
            }
            #expect(error.code == .wrongSecondFactor)
            try await setUp.disable(
                account: account.id, password: AccountHouse.password, origin: AccountHouse.origin)
            #expect(try await !house.signedIn("anna@kunde.example").needsSecondFactor)
            let nothing = try await refusal {
                _ = try await setUp.newRecoveryCodes(
                    account: account.id, password: AccountHouse.password, origin: AccountHouse.origin)
            }
            #expect(nothing.code == .conflict)
        }
    }

    @Test func theSettingDemandsItOfAdministratorsOnly() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            try await house.account("anna@kunde.example")
            #expect(try await !house.signedIn("chef@kunde.example").mustSetUpSecondFactor)
            try await house.settings.set(["security.administrators-second-factor": "true"], by: boss.id)
            let signedIn = try await house.signedIn("chef@kunde.example")
            #expect(signedIn.mustSetUpSecondFactor)
            #expect(!signedIn.needsSecondFactor)
            #expect(try await house.signIn.resume(cookie: signedIn.cookie)?.mustSetUpSecondFactor == true)
            #expect(try await !house.signedIn("anna@kunde.example").mustSetUpSecondFactor)
            _ = try await house.secondFactor(of: boss)
            #expect(try await house.signIn.resume(cookie: signedIn.cookie)?.mustSetUpSecondFactor == false)
        }
    }

    @Test func theSecretIsStoredSealedForItsAccount() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let berta = try await house.account("berta@kunde.example")
            let (secret, _) = try await house.secondFactor(of: anna)
            let stolen = try await house.users.account(anna.id).secondFactor
            #expect(stolen?.sealedSecret.range(of: Data(secret.bytes)) == nil)
            try await house.database.write { transaction in
                var thief = berta
                thief.secondFactor = stolen
                try transaction.accounts.update(thief)
            }
            let waiting = try await house.signedIn("berta@kunde.example")
            await #expect(throws: KeyRingError.tampered) {
                try await house.signIn.secondFactor(
                    session: waiting.cookie, code: house.code(secret), origin: AccountHouse.origin)
            }
        }
    }
}
