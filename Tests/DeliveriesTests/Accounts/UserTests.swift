import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Testing

@Suite struct UserTests {
    @Test func aNewUserIsInvitedAndChoosesAPassword() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            let form = UserForm(email: "neu@kunde.example", name: "Neu\u{0}\r\nName", language: .english)
            let created = try await house.users.create(form, by: boss, origin: AccountHouse.origin)
            #expect(created.state == .invited)
            #expect(created.name == "Neu Name")
            let (entry, mail) = try #require(try await house.mails().first)
            #expect(entry.kind == .invitation)
            #expect(mail.to.address == created.email)
            #expect(mail.author == nil)
            let token = try await house.mailedToken("invitation")
            let invitations = Invitations(house.parts)
            #expect(try await invitations.check(token).email == created.email)
            let signedIn = try await invitations.complete(
                token, name: "Nina Neu", password: AccountHouse.password, origin: AccountHouse.origin)
            #expect(signedIn.account.name == "Nina Neu")
            #expect(signedIn.account.state == .active)
            #expect(try await refusal { _ = try await invitations.check(token) }.code == .linkSpent)
            _ = try await house.signedIn("neu@kunde.example")
        }
    }

    @Test func anInvitationLivesSevenDaysAndAFreshOneKillsIt() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            let created = try await house.users.create(
                UserForm(email: "neu@kunde.example", name: "Neu"), by: boss, origin: AccountHouse.origin)
            let first = try await house.mailedToken("invitation")
            house.clock.advance(1)
            try await house.users.inviteAgain(created.id, by: boss, origin: AccountHouse.origin)
            let second = try await house.mailedToken("invitation")
            let invitations = Invitations(house.parts)
            #expect(try await refusal { _ = try await invitations.check(first) }.code == .linkSpent)
            house.clock.advance(7 * 86_400 - 1)
            _ = try await invitations.check(second)
            house.clock.advance(2)
            #expect(try await refusal { _ = try await invitations.check(second) }.code == .linkSpent)
            let again = try await refusal {
                try await house.users.inviteAgain(boss.id, by: boss, origin: AccountHouse.origin)
            }
            #expect(again.code == .conflict)
        }
    }

    @Test func whoWasInvitedAndForgotGetsTheInvitationAgain() async throws {
        try await AccountHouse.with { house in
            try await house.users.create(
                UserForm(email: "neu@kunde.example", name: "Neu"), by: nil, origin: .commandLine)
            house.clock.advance(8 * 86_400)
            try await PasswordReset(house.parts).request(
                email: "neu@kunde.example", origin: AccountHouse.origin, language: .german)
            let token = try await house.mailedToken("invitation")
            _ = try await Invitations(house.parts).complete(
                token, password: AccountHouse.password, origin: AccountHouse.origin)
        }
    }

    @Test func anAddressHasOneAccountHoweverItIsWritten() async throws {
        try await AccountHouse.with { house in
            try await house.account("anna@müller.example")
            for email in ["ANNA@MÜLLER.example", "Anna@xn--mller-kva.example"] {
                let error = try await refusal {
                    try await house.users.create(
                        UserForm(email: email, name: "Anna"), by: nil, origin: .commandLine)
                }
                #expect(error.fields == [FieldError("email", "address-taken")])
            }
            #expect(try await house.mails().isEmpty)
            #expect(try await house.users.account(email: " Anna@MÜLLER.example") != nil)
        }
    }

    @Test func hostileFormsAreRefusedFieldByField() async throws {
        try await AccountHouse.with { house in
            let cases: [(String, String, [String])] = [
                ("", "", ["email address-empty", "name required"]),
                ("a@b@c.example", "A", ["email address-several-ats"]),
                ("a\r\nBcc: x@y.example", "A", ["email address-control-character"]),
                ("a@kunde.example", String(repeating: "n", count: 201), ["name too-long"]),
                ("a@kunde.example", String(repeating: "e\u{301}", count: 100_000), ["name too-long"]),
            ]
            for (email, name, expected) in cases {
                let error = try await refusal {
                    try await house.users.create(
                        UserForm(email: email, name: name), by: nil, origin: .commandLine)
                }
                #expect(error.code == .invalid)
                #expect(error.fields.map { "\($0.field) \($0.reason)" } == expected)
            }
            let weak = try await refusal {
                try await house.users.addDirectly(
                    email: "kein", name: "A", isAdministrator: false, password: "kurz")
            }
            #expect(weak.fields.map(\.field) == ["email", "password"])
        }
    }

    @Test func disablingEndsEveryAccess() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let signedIn = try await house.signedIn("anna@kunde.example")
            let tokens = APITokens(house.parts)
            let made = try await tokens.create(
                account: account.id, name: "Skript", scopes: [.send], origin: AccountHouse.origin)
            let link = try await house.users.resetLink(account.id, by: nil, origin: .commandLine)
            try await house.users.setDisabled(account.id, true, by: nil, origin: .commandLine)
            #expect(try await house.signIn.resume(cookie: signedIn.cookie) == nil)
            #expect(try await tokens.authenticate(made.text) == nil)
            try await house.users.setDisabled(account.id, false, by: nil, origin: .commandLine)
            #expect(try await house.users.account(account.id).state == .active)
            // What was ended stays ended.
            #expect(try await house.signIn.resume(cookie: signedIn.cookie) == nil)
            #expect(try await tokens.authenticate(made.text) == nil)
            #expect(try await refusal { _ = try await PasswordReset(house.parts).check(link) }.code == .linkSpent)
            _ = try await house.signedIn("anna@kunde.example")
        }
    }

    @Test func whoNeverHadAPasswordIsInvitedAgainAfterwards() async throws {
        try await AccountHouse.with { house in
            let created = try await house.users.create(
                UserForm(email: "neu@kunde.example", name: "Neu"), by: nil, origin: .commandLine)
            let token = try await house.mailedToken("invitation")
            try await house.users.setDisabled(created.id, true, by: nil, origin: .commandLine)
            #expect(try await refusal { _ = try await Invitations(house.parts).check(token) }.code == .linkSpent)
            try await house.users.setDisabled(created.id, false, by: nil, origin: .commandLine)
            #expect(try await house.users.account(created.id).state == .invited)
        }
    }

    @Test func theLastAdministratorStays() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            let other = try await house.account("anna@kunde.example")
            // Who was only invited could not step in.
            try await house.users.create(
                UserForm(email: "neu@kunde.example", name: "Neu", roles: [.administrator]), by: boss,
                origin: AccountHouse.origin)
            let disabling = try await refusal {
                try await house.users.setDisabled(boss.id, true, by: boss.id, origin: AccountHouse.origin)
            }
            #expect(disabling.code == .conflict)
            #expect(disabling.fields == [FieldError("isAdministrator", "last-administrator")])
            let demoting = try await refusal {
                try await house.users.setAdministrator(boss.id, false, by: boss.id, origin: AccountHouse.origin)
            }
            #expect(demoting.fields == [FieldError("isAdministrator", "last-administrator")])
            try await house.users.setAdministrator(other.id, true, by: boss.id, origin: AccountHouse.origin)
            try await house.users.setAdministrator(boss.id, false, by: boss.id, origin: AccountHouse.origin)
            let last = try await refusal {
                try await house.users.setDisabled(other.id, true, by: nil, origin: .commandLine)
            }
            #expect(last.code == .conflict)
            // Who was demoted does not reach the one who did it.
            let late = try await refusal {
                try await house.users.setDisabled(other.id, true, by: boss.id, origin: AccountHouse.origin)
            }
            #expect(late.code == .forbidden)
            try await house.users.setDisabled(boss.id, true, by: other.id, origin: AccountHouse.origin)
        }
    }

    @Test func ofTwoWhoDemoteEachOtherOneStays() async throws {
        try await AccountHouse.with { house in
            let one = try await house.account("a@kunde.example", administrator: true)
            let two = try await house.account("b@kunde.example", administrator: true)
            await withTaskGroup(of: Void.self) { group in
                for id in [one.id, two.id] {
                    group.addTask {
                        try? await house.users.setAdministrator(id, false, by: nil, origin: .commandLine)
                    }
                }
            }
            let left = try await house.users.list().accounts.filter(\.isAdministrator)
            #expect(left.count == 1)
        }
    }

    @Test func aProfileIsChangedAndSearched() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            try await house.account("berta@kunde.example")
            try await house.users.update(
                anna.id, name: "Änne\u{202E} Zett", language: .english, by: anna.id, origin: AccountHouse.origin)
            #expect(try await house.users.account(anna.id).name == "Änne Zett")
            #expect(try await house.users.account(anna.id).language == .english)
            let page = try await house.users.list(search: "zett")
            #expect(page.accounts.map(\.id) == [anna.id])
            #expect(page.total == 1)
            #expect(try await house.users.list(limit: 1).accounts.count == 1)
            #expect(try await house.users.list(limit: 1).total == 2)
            let error = try await refusal {
                try await house.users.update(
                    anna.id, name: " ", language: .german, by: anna.id, origin: AccountHouse.origin)
            }
            #expect(error.fields == [FieldError("name", "required")])
        }
    }

    @Test func aLostSecondFactorIsTakenAwayByOthersAndSessionsEnd() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let signedIn = try await house.signedIn("anna@kunde.example")
            _ = try await house.secondFactor(of: account)
            try await house.users.removeSecondFactor(account.id, by: nil, origin: .commandLine)
            #expect(try await house.signIn.resume(cookie: signedIn.cookie) == nil)
            #expect(try await !house.signedIn("anna@kunde.example").needsSecondFactor)
        }
    }

    @Test func strangersAreNotFound() async throws {
        try await AccountHouse.with { house in
            let nobody = AccountID(now: house.clock.now, random: SeededRandomSource(seed: 1))
            #expect(try await refusal { _ = try await house.users.account(nobody) }.code == .notFound)
            let disabling = try await refusal {
                try await house.users.setDisabled(nobody, true, by: nil, origin: .commandLine)
            }
            #expect(disabling.code == .notFound)
            let link = try await refusal {
                _ = try await house.users.resetLink(nobody, by: nil, origin: .commandLine)
            }
            #expect(link.code == .notFound)
        }
    }
}
