import Deliveries
import Foundation
import MailMessage
import Secrets
import Storage
import Testing

@Suite struct SignInTests {
    @Test func theRightPasswordSignsInAlsoWithOtherCaseOfTheAddress() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("Anna@kunde.example")
            let signedIn = try await house.signedIn(" anna@KUNDE.example ")
            #expect(signedIn.account.id == account.id)
            #expect(signedIn.session.isComplete)
            #expect(signedIn.session.userAgent == "Browser/1")
            #expect(signedIn.session.tokenHash == signedIn.cookie.hash.hex)
            #expect(signedIn.account.lastSignInAt == house.clock.now)
            #expect(try await house.audit().last == "signed-in")
        }
    }

    @Test func allRefusalsLookTheSame() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            let disabled = try await house.account("weg@kunde.example")
            try await house.users.setDisabled(disabled.id, true, by: nil, origin: .commandLine)
            try await house.users.create(
                UserForm(email: "neu@kunde.example", name: "Neu"), by: nil, origin: .commandLine)
            let tries = [
                ("anna@kunde.example", "falsch"), ("nobody@kunde.example", AccountHouse.password),
                ("weg@kunde.example", AccountHouse.password), ("neu@kunde.example", ""),
                ("keine Adresse", AccountHouse.password), ("", ""),
                ("anna@kunde.example", String(repeating: "x", count: 100_000)),
            ]
            for (email, password) in tries {
                let error = try await refusal { _ = try await house.signedIn(email, password: password) }
                #expect(error == DeliveriesError(.wrongCredentials), "\(email)")
            }
        }
    }

    /// Time is not measured; what takes the time is: with no room for a hash, every try is refused as busy.
    @Test func unknownAddressesTakeTheWorkOfAPassword() async throws {
        try await AccountHouse.with(hasher: PasswordHasher(cost: .cheap, threads: 1, queueLimit: 0)) { house in
            for email in ["nobody@kunde.example", "keine Adresse"] {
                let error = try await refusal { _ = try await house.signedIn(email) }
                #expect(error.code == .busy)
                #expect(error.retryAfter == 2)
            }
        }
    }

    @Test func anAccountIsThrottledAfterTenTriesForFifteenMinutes() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            for _ in 0..<10 {
                let error = try await refusal { _ = try await house.signedIn("anna@kunde.example", password: "x") }
                #expect(error.code == .wrongCredentials)
            }
            house.clock.advance(300)
            let error = try await refusal { _ = try await house.signedIn("Anna@kunde.example") }
            #expect(error.code == .throttled)
            #expect(error.retryAfter == 600)
            // Others are not concerned.
            try await house.account("berta@kunde.example")
            _ = try await house.signedIn("berta@kunde.example")
            house.clock.advance(601)
            _ = try await house.signedIn("anna@kunde.example")
        }
    }

    @Test func unknownAddressesAreThrottledLikeKnownOnes() async throws {
        try await AccountHouse.with { house in
            for _ in 0..<10 { _ = try await refusal { _ = try await house.signedIn("nobody@kunde.example") } }
            #expect(try await refusal { _ = try await house.signedIn("nobody@kunde.example") }.code == .throttled)
        }
    }

    @Test func successForgetsTheTries() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            for _ in 0..<3 {
                for _ in 0..<9 {
                    _ = try await refusal { _ = try await house.signedIn("anna@kunde.example", password: "x") }
                }
                _ = try await house.signedIn("anna@kunde.example")
            }
        }
    }

    @Test func aClientAddressIsThrottledAfterFiftyWrongTries() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            for index in 0..<50 {
                let error = try await refusal { _ = try await house.signedIn("nobody\(index)@kunde.example") }
                #expect(error.code == .wrongCredentials)
            }
            #expect(try await refusal { _ = try await house.signedIn("anna@kunde.example") }.code == .throttled)
            let elsewhere = RequestOrigin(clientAddress: "203.0.113.9")
            _ = try await house.signIn.signIn(
                email: "anna@kunde.example", password: AccountHouse.password, origin: elsewhere)
            house.clock.advance(901)
            _ = try await house.signedIn("anna@kunde.example")
        }
    }

    @Test func theFormerSessionOfTheBrowserEnds() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            let first = try await house.signedIn("anna@kunde.example")
            let second = try await house.signIn.signIn(
                email: "anna@kunde.example", password: AccountHouse.password, origin: AccountHouse.origin,
                replacing: first.cookie)
            #expect(first.cookie != second.cookie)
            #expect(try await house.signIn.resume(cookie: first.cookie) == nil)
            #expect(try await house.signIn.resume(cookie: second.cookie) != nil)
        }
    }

    @Test func aSessionEndsAfterTheHoursOfTheSetting() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            try await house.settings.set(["security.session-hours": "2"], by: nil)
            let cookie = try await house.signedIn("anna@kunde.example").cookie
            house.clock.advance(7_199)
            #expect(try await house.signIn.resume(cookie: cookie) != nil)
            house.clock.advance(2)
            #expect(try await house.signIn.resume(cookie: cookie) == nil)
        }
    }

    @Test func itsUseIsNotedOnceAMinute() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let cookie = try await house.signedIn("anna@kunde.example").cookie
            let sessions = Sessions(house.parts)
            let begun = house.clock.now
            house.clock.advance(59)
            _ = try await house.signIn.resume(cookie: cookie)
            #expect(try await sessions.list(of: account.id).first?.lastSeenAt == begun)
            house.clock.advance(1)
            _ = try await house.signIn.resume(cookie: cookie)
            #expect(try await sessions.list(of: account.id).first?.lastSeenAt == house.clock.now)
        }
    }

    @Test func signingOutEndsTheSessionAndNothingElse() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            let one = try await house.signedIn("anna@kunde.example").cookie
            let other = try await house.signedIn("anna@kunde.example").cookie
            try await house.signIn.signOut(cookie: one, origin: AccountHouse.origin)
            try await house.signIn.signOut(cookie: one, origin: AccountHouse.origin)
            #expect(try await house.signIn.resume(cookie: one) == nil)
            #expect(try await house.signIn.resume(cookie: other) != nil)
        }
    }

    @Test func sessionsAreListedAndEndedByTheirOwnerOnly() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let berta = try await house.account("berta@kunde.example")
            let first = try await house.signedIn("anna@kunde.example")
            house.clock.advance(1)
            let second = try await house.signedIn("anna@kunde.example")
            house.clock.advance(1)
            let third = try await house.signedIn("anna@kunde.example")
            let sessions = Sessions(house.parts)
            #expect(
                try await sessions.list(of: anna.id).map(\.id) == [third, second, first].map(\.session.id))
            let foreign = try await refusal {
                try await sessions.end(first.session.id, of: berta.id, origin: AccountHouse.origin)
            }
            #expect(foreign.code == .notFound)
            try await sessions.end(first.session.id, of: anna.id, origin: AccountHouse.origin)
            #expect(try await house.signIn.resume(cookie: first.cookie) == nil)
            try await sessions.endAll(of: anna.id, except: third.session.id, origin: AccountHouse.origin)
            #expect(try await house.signIn.resume(cookie: second.cookie) == nil)
            #expect(try await house.signIn.resume(cookie: third.cookie) != nil)
        }
    }

    @Test func aHashOfFormerTimesIsMadeAnew() async throws {
        let dearer = PasswordHasher(cost: PasswordCost(operations: 2, memory: 16_384))
        try await AccountHouse.with(hasher: dearer) { house in
            let account = try await house.account("anna@kunde.example")
            let old = try await PasswordHasher(cost: .cheap).hash(AccountHouse.password)
            try await house.database.write { transaction in
                var stored = account
                stored.passwordHash = old
                try transaction.accounts.update(stored)
            }
            _ = try await house.signedIn("anna@kunde.example")
            let stored = try await house.users.account(account.id)
            let hash = try #require(stored.passwordHash)
            #expect(hash != old)
            #expect(!dearer.needsRehash(hash))
            _ = try await house.signedIn("anna@kunde.example")
        }
    }
}
