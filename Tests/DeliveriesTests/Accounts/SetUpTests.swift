import Deliveries
import Foundation
import Localization
import MailMessage
import Secrets
import Testing

@Suite struct SetUpTests {
    static func form(
        organisation: String = "Kanzlei Müller", publicURL: String? = "https://Depesche.Kunde.Example/",
        name: String = "Anna Müller", email: String = "anna@kunde.example", password: String = AccountHouse.password
    ) -> SetUpForm {
        SetUpForm(
            organisation: organisation, publicURL: publicURL, name: name, email: email, password: password,
            language: .german)
    }

    @Test func theLinkMakesTheFirstAdministratorAndDies() async throws {
        try await AccountHouse.with { house in
            let setUp = SetUp(house.parts)
            let token = try await setUp.makeLink()
            try await setUp.check(token)
            #expect(try await !setUp.isDone())
            let signedIn = try await setUp.complete(token, Self.form(), origin: AccountHouse.origin)
            #expect(signedIn.account.isAdministrator)
            #expect(signedIn.account.state == .active)
            #expect(!signedIn.needsSecondFactor)
            #expect(try await house.signIn.resume(cookie: signedIn.cookie)?.account.id == signedIn.account.id)
            let settings = try await house.settings.current()
            #expect(settings.organisationName == "Kanzlei Müller")
            #expect(settings.publicURL.absoluteString == "https://depesche.kunde.example")
            #expect(try await refusal { try await setUp.check(token) }.code == .setupDone)
            #expect(try await refusal { _ = try await setUp.makeLink() }.code == .setupDone)
            let again = try await refusal { _ = try await setUp.complete(token, Self.form(), origin: .commandLine) }
            #expect(again.code == .setupDone)
            #expect(try await house.audit().contains("setup-completed"))
        }
    }

    @Test func aLinkLivesForAnHourAndAFreshOneKillsIt() async throws {
        try await AccountHouse.with { house in
            let setUp = SetUp(house.parts)
            let first = try await setUp.makeLink()
            let second = try await setUp.makeLink()
            #expect(try await refusal { try await setUp.check(first) }.code == .linkSpent)
            house.clock.advance(3_599)
            try await setUp.check(second)
            house.clock.advance(2)
            #expect(try await refusal { try await setUp.check(second) }.code == .linkSpent)
            let late = try await refusal { _ = try await setUp.complete(second, Self.form(), origin: .commandLine) }
            #expect(late.code == .linkSpent)
        }
    }

    @Test func aForgedOrForeignTokenIsSpent() async throws {
        try await AccountHouse.with { house in
            let setUp = SetUp(house.parts)
            _ = try await setUp.makeLink()
            let forged = Token(random: SeededRandomSource(seed: 99))
            #expect(try await refusal { try await setUp.check(forged) }.code == .linkSpent)
            // A set-up link is no link for a password.
            let token = try await setUp.makeLink()
            let reset = PasswordReset(house.parts)
            #expect(try await refusal { _ = try await reset.check(token) }.code == .linkSpent)
            #expect(try await refusal { _ = try await Invitations(house.parts).check(token) }.code == .linkSpent)
        }
    }

    @Test func everyMistakeStandsAtItsFieldAndTheLinkStaysGood() async throws {
        try await AccountHouse.with { house in
            let setUp = SetUp(house.parts)
            let token = try await setUp.makeLink()
            let form = Self.form(
                organisation: " ", publicURL: "https://a.example/path", name: "\u{202E}\r\n", email: "anna",
                password: "kurz")
            let error = try await refusal { _ = try await setUp.complete(token, form, origin: .commandLine) }
            #expect(error.code == .invalid)
            #expect(
                error.fields.map { "\($0.field) \($0.reason)" } == [
                    "organisation required", "publicURL web-address-without-path", "name required",
                    "email address-missing-at", "password password-too-short",
                ])
            _ = try await setUp.complete(token, Self.form(), origin: AccountHouse.origin)
        }
    }

    @Test func ofTwoAtOnceOneWins() async throws {
        try await AccountHouse.with { house in
            let setUp = SetUp(house.parts)
            let token = try await setUp.makeLink()
            let wins = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        let form = Self.form(email: "anna\(index)@kunde.example")
                        return (try? await setUp.complete(token, form, origin: .commandLine)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
            #expect(try await house.users.list().total == 1)
        }
    }

    @Test func anAddressFixedByTheEnvironmentStays() async throws {
        try await AccountHouse.with(overrides: ["server.public-url": "https://fest.example"]) { house in
            let setUp = SetUp(house.parts)
            let form = Self.form(publicURL: "https://anders.example")
            _ = try await setUp.complete(try await setUp.makeLink(), form, origin: AccountHouse.origin)
            #expect(try await house.settings.current().publicURL.absoluteString == "https://fest.example")
        }
    }
}
