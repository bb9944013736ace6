import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Testing

@Suite struct PasswordTests {
    static let new = "Neun Raben am Ufer"

    @Test func aForgottenPasswordIsReplacedByAMailedLink() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let old = try await house.signedIn("anna@kunde.example")
            let reset = PasswordReset(house.parts)
            try await reset.request(email: " Anna@kunde.example", origin: AccountHouse.origin, language: .english)
            let (entry, mail) = try #require(try await house.mails().first)
            #expect(entry.kind == .passwordForgotten)
            #expect(entry.isUrgent)
            #expect(entry.author == nil)
            #expect(entry.state == .queued)
            #expect(entry.notAfter == house.clock.now.addingTimeInterval(3_600))
            #expect(mail.to.address.wireForm == "anna@kunde.example")
            #expect(mail.kind.isAutomatic)
            #expect(house.mailHints.count == 1)
            let token = try await house.mailedToken("password")
            #expect(try await reset.check(token).id == account.id)
            let signedIn = try await reset.complete(token, password: Self.new, origin: AccountHouse.origin)
            #expect(signedIn.account.id == account.id)
            #expect(try await house.signIn.resume(cookie: old.cookie) == nil)
            #expect(try await house.signIn.resume(cookie: signedIn.cookie) != nil)
            #expect(
                try await refusal { _ = try await house.signedIn("anna@kunde.example") }.code == .wrongCredentials)
            _ = try await house.signedIn("anna@kunde.example", password: Self.new)
            // Used up.
            #expect(try await refusal { _ = try await reset.check(token) }.code == .linkSpent)
            let replay = try await refusal {
                _ = try await reset.complete(token, password: "Zehn Raben am Ufer", origin: AccountHouse.origin)
            }
            #expect(replay.code == .linkSpent)
        }
    }

    @Test func nobodyLearnsWhetherAnAddressExists() async throws {
        try await AccountHouse.with { house in
            let disabled = try await house.account("weg@kunde.example")
            try await house.users.setDisabled(disabled.id, true, by: nil, origin: .commandLine)
            let reset = PasswordReset(house.parts)
            for email in ["nobody@kunde.example", "weg@kunde.example"] {
                try await reset.request(email: email, origin: AccountHouse.origin, language: .german)
            }
            #expect(try await house.mails().isEmpty)
            #expect(house.mailHints.count == 0)
            let error = try await refusal {
                try await reset.request(email: "anna@", origin: AccountHouse.origin, language: .german)
            }
            #expect(error.fields == [FieldError("email", "address-missing-domain")])
        }
    }

    @Test func threeLinksAnHourAreMailedAndMoreAreNotInSilence() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            let reset = PasswordReset(house.parts)
            for _ in 0..<6 {
                try await reset.request(email: "anna@kunde.example", origin: AccountHouse.origin, language: .german)
            }
            #expect(try await house.mails().count == 3)
            house.clock.advance(3_601)
            try await reset.request(email: "anna@kunde.example", origin: AccountHouse.origin, language: .german)
            #expect(try await house.mails().count == 4)
        }
    }

    @Test func aClientAddressGetsTwentyLinksAnHour() async throws {
        try await AccountHouse.with { house in
            for index in 0..<21 { try await house.account("anna\(index)@kunde.example") }
            let reset = PasswordReset(house.parts)
            for index in 0..<21 {
                try await reset.request(
                    email: "anna\(index)@kunde.example", origin: AccountHouse.origin, language: .german)
            }
            #expect(try await house.mails().count == 20)
        }
    }

    @Test func earlierLinksStayGoodUntilOneIsUsed() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            let reset = PasswordReset(house.parts)
            try await reset.request(email: "anna@kunde.example", origin: AccountHouse.origin, language: .german)
            let first = try await house.mailedToken("password")
            house.clock.advance(60)
            try await reset.request(email: "anna@kunde.example", origin: AccountHouse.origin, language: .german)
            let second = try await house.mailedToken("password")
            _ = try await reset.complete(first, password: Self.new, origin: AccountHouse.origin)
            #expect(try await refusal { _ = try await reset.check(second) }.code == .linkSpent)
        }
    }

    @Test func aLinkLivesForAnHour() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@kunde.example")
            let reset = PasswordReset(house.parts)
            try await reset.request(email: "anna@kunde.example", origin: AccountHouse.origin, language: .german)
            let token = try await house.mailedToken("password")
            house.clock.advance(3_599)
            _ = try await reset.check(token)
            house.clock.advance(2)
            let late = try await refusal {
                _ = try await reset.complete(token, password: Self.new, origin: AccountHouse.origin)
            }
            #expect(late.code == .linkSpent)
        }
    }

    @Test func aWeakPasswordKeepsTheLinkGood() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna.mueller@kunde.example")
            let reset = PasswordReset(house.parts)
            try await reset.request(
                email: "anna.mueller@kunde.example", origin: AccountHouse.origin, language: .german)
            let token = try await house.mailedToken("password")
            let weak = [
                ("kurz", "password-too-short"), ("Passwort12345", "password-too-common"),
                ("anna.mueller", "password-is-address"), (String(repeating: "ü", count: 600), "password-too-long"),
            ]
            for (password, reason) in weak {
                let error = try await refusal {
                    _ = try await reset.complete(token, password: password, origin: AccountHouse.origin)
                }
                #expect(error.fields.map(\.reason) == [reason])
            }
            _ = try await reset.complete(token, password: Self.new, origin: AccountHouse.origin)
        }
    }

    @Test func groupsDemandLongerAndFreshPasswords() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let groups = Groups(house.parts)
            let group = try await groups.create(name: "Streng", by: nil, origin: .commandLine)
            try await groups.update(
                group.id, rules: ["password-length": "20", "fresh-password": "true"], by: nil, origin: .commandLine)
            try await groups.add(account.id, to: group.id, by: nil, origin: .commandLine)
            let token = try await house.users.resetLink(account.id, by: nil, origin: .commandLine)
            let reset = PasswordReset(house.parts)
            for (password, reason) in [
                ("neunzehn Zeichen ja", "password-too-short"), ("Anna Müller, anna müller", "password-has-name"),
            ] {
                let error = try await refusal {
                    _ = try await reset.complete(token, password: password, origin: AccountHouse.origin)
                }
                #expect(error.fields.map(\.reason) == [reason], "\(password)")
            }
            let first = "drei Hasen im Regen draußen"
            _ = try await reset.complete(token, password: first, origin: AccountHouse.origin)
            let again = try await house.users.resetLink(account.id, by: nil, origin: .commandLine)
            let same = try await refusal {
                _ = try await reset.complete(again, password: first, origin: AccountHouse.origin)
            }
            #expect(same.fields == [FieldError("password", "password-not-fresh")])
            let passwords = Passwords(house.parts)
            let own = try await refusal {
                try await passwords.changePassword(
                    of: account.id, old: first, new: first, keeping: nil, origin: AccountHouse.origin)
            }
            #expect(own.fields == [FieldError("new", "password-not-fresh")])
            try await groups.update(
                group.id, rules: ["fresh-password": ""], by: nil, origin: .commandLine)
            _ = try await reset.complete(again, password: first, origin: AccountHouse.origin)
        }
    }

    @Test func theInstallationDemandsLongerPasswords() async throws {
        try await AccountHouse.with { house in
            try await house.parts.settings.set(["security.password-length": "16"], by: nil)
            let error = try await refusal {
                _ = try await house.users.addDirectly(
                    email: "bea@kunde.example", name: "Bea", isAdministrator: false, password: "fünfzehn Hasen!")
            }
            #expect(error.fields == [FieldError("password", "password-too-short", ["least": "16", "most": "1024"])])
            try await house.users.addDirectly(
                email: "bea@kunde.example", name: "Bea", isAdministrator: false, password: "sechzehn Hasen!!")
        }
    }

    @Test func theSecondFactorIsStillNeededAfterwards() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            _ = try await house.secondFactor(of: account)
            let token = try await house.users.resetLink(account.id, by: nil, origin: .commandLine)
            let signedIn = try await PasswordReset(house.parts).complete(
                token, password: Self.new, origin: AccountHouse.origin)
            #expect(signedIn.needsSecondFactor)
        }
    }

    @Test func aDisabledAccountsLinkIsSpent() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let token = try await house.users.resetLink(account.id, by: nil, origin: .commandLine)
            try await house.users.setDisabled(account.id, true, by: nil, origin: .commandLine)
            let spent = try await refusal { _ = try await PasswordReset(house.parts).check(token) }
            #expect(spent.code == .linkSpent)
            let users = house.users
            let link = try await refusal {
                _ = try await users.resetLink(account.id, by: nil, origin: .commandLine)
            }
            #expect(link.code == .conflict)
        }
    }

    @Test func changingItEndsTheOtherSessions() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let here = try await house.signedIn("anna@kunde.example")
            let there = try await house.signedIn("anna@kunde.example")
            let passwords = Passwords(house.parts)
            let wrong = try await refusal {
                try await passwords.changePassword(
                    of: account.id, old: "falsch", new: Self.new, keeping: here.session.id,
                    origin: AccountHouse.origin)
            }
            #expect(wrong.fields == [FieldError("old", "wrong-password")])
            let weak = try await refusal {
                try await passwords.changePassword(
                    of: account.id, old: AccountHouse.password, new: "1234567890", keeping: here.session.id,
                    origin: AccountHouse.origin)
            }
            #expect(weak.fields.map(\.field) == ["new"])
            try await passwords.changePassword(
                of: account.id, old: AccountHouse.password, new: Self.new, keeping: here.session.id,
                origin: AccountHouse.origin)
            #expect(try await house.signIn.resume(cookie: here.cookie) != nil)
            #expect(try await house.signIn.resume(cookie: there.cookie) == nil)
            _ = try await house.signedIn("anna@kunde.example", password: Self.new)
        }
    }

    @Test func guessingTheOwnPasswordIsThrottled() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let passwords = Passwords(house.parts)
            for _ in 0..<10 {
                let error = try await refusal {
                    try await passwords.changePassword(
                        of: account.id, old: "falsch", new: Self.new, keeping: nil, origin: AccountHouse.origin)
                }
                #expect(error.code == .invalid)
            }
            let error = try await refusal {
                try await passwords.changePassword(
                    of: account.id, old: AccountHouse.password, new: Self.new, keeping: nil,
                    origin: AccountHouse.origin)
            }
            #expect(error.code == .throttled)
        }
    }

    @Test func aFullQueueIsSaidAndLeavesTheLinkGood() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let token = try await house.users.resetLink(account.id, by: nil, origin: .commandLine)
            let full = AccountParts(
                database: house.database, keys: house.keys,
                hasher: PasswordHasher(cost: .cheap, threads: 1, queueLimit: 0), settings: house.settings,
                notifications: house.parts.notifications, random: house.parts.random, now: house.parts.now,
                mailQueued: {}, log: house.parts.log)
            let error = try await refusal {
                _ = try await PasswordReset(full).complete(token, password: Self.new, origin: AccountHouse.origin)
            }
            #expect(error.code == .busy)
            _ = try await PasswordReset(house.parts).check(token)
        }
    }
}
