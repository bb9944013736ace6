import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Secrets
import Testing
import WebServer

@testable import WebUI

@Suite struct AccountPageTests {
    private static let email = "anna@kunde.example"

    /// A house with an administrator, and a browser that is signed in.
    private func inside(_ body: @Sendable @escaping (PageHouse, PageReader) async throws -> Void) async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: Self.email, name: "Anna <Müller>", isAdministrator: true, password: PageHouse.password)
            let reader = PageReader(client)
            let answer = try await reader.submit(
                "/sign-in", ["email": Self.email, "password": PageHouse.password])
            #expect(answer.status == .seeOther && answer.location == "/deliveries")
            try await body(house, reader)
        }
    }

    @Test func theFrontPageOfAFreshServerTellsWhereTheLinkIs() async throws {
        try await PageHouse.with { _, client in
            let answer = try await PageReader(client).get("/")
            #expect(answer.status == .ok)
            #expect(answer.text.contains("depesche setup-link"))
        }
    }

    @Test func theSetUpLinkMakesTheFirstAdministratorAndDies() async throws {
        try await PageHouse.with { house, client in
            let token = try await SetUp(house.parts).makeLink()
            let reader = PageReader(client)
            var fields = [
                "organisation": "Kanzlei Morgenstern", "publicURL": "https://depesche.kunde.example", "name": "Anna",
                "email": Self.email, "password": "Zwerg7", "language": "de",
            ]
            let refused = try await reader.submit("/setup/\(token.text)", fields)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("aria-invalid=\"true\""))
            #expect(refused.text.contains("value=\"Kanzlei Morgenstern\""), "what was typed is kept")
            #expect(!refused.text.contains("Zwerg7"), "passwords are not")
            fields["password"] = PageHouse.password
            let answer = try await reader.submit("/setup/\(token.text)", fields)
            #expect(answer.location == "/setup/mail")
            #expect(try await reader.get("/setup/mail").text.contains("/admin/smtp"))
            let again = try await PageReader(client).get("/setup/\(token.text)")
            #expect(again.status == .gone)
            #expect(again.text.contains("Die Einrichtung ist abgeschlossen"))
        }
    }

    @Test func aFormWithoutItsProofDoesNothing() async throws {
        try await inside { house, reader in
            let answer = try await reader.send(.post, "/account/profile", form: ["name": "Eve", "csrf": "forged"])
            #expect(answer.status == .forbidden)
            #expect(answer.text.contains("Die Seite ist nicht mehr frisch"))
            let account = try await Users(house.parts).account(email: Self.email)
            #expect(account?.name == "Anna <Müller>")
        }
    }

    @Test func aWrongPasswordIsToldWithoutSayingWhatIsWrong() async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: Self.email, name: "Anna", isAdministrator: true, password: PageHouse.password)
            let known = try await PageReader(client).submit("/sign-in", ["email": Self.email, "password": "falsch"])
            let unknown = try await PageReader(client).submit(
                "/sign-in", ["email": "x@kunde.example", "password": "falsch"])
            #expect(known.status == .unprocessableContent && unknown.status == known.status)
            #expect(known.text.contains("passen nicht zusammen") && unknown.text.contains("passen nicht zusammen"))
        }
    }

    @Test func strangersAreSentToTheSignInAndBack() async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: Self.email, name: "Anna", isAdministrator: true, password: PageHouse.password)
            let reader = PageReader(client)
            let sent = try await reader.get("/admin/users?search=a")
            #expect(sent.location == "/sign-in?return=/admin/users%3Fsearch%3Da")
            let back = try await reader.submit(
                try #require(sent.location), to: "/sign-in",
                ["email": Self.email, "password": PageHouse.password, "return": "/admin/users?search=a"])
            #expect(back.location == "/admin/users?search=a")
            let elsewhere = try await PageReader(client).submit(
                "/sign-in", ["email": Self.email, "password": PageHouse.password, "return": "//evil.example"])
            #expect(elsewhere.location == "/deliveries")
        }
    }

    @Test func senderAccountsDoNotAdminister() async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: Self.email, name: "Bernd", isAdministrator: false, password: PageHouse.password)
            let reader = PageReader(client)
            _ = try await reader.submit("/sign-in", ["email": Self.email, "password": PageHouse.password])
            #expect(try await reader.get("/admin/users").status == .forbidden)
            let account = try await reader.get("/account")
            #expect(account.status == .ok && !account.text.contains("href=\"/admin\""))
        }
    }

    @Test func everyPageKeepsToItself() async throws {
        try await inside { _, reader in
            for path in ["/account", "/admin/users", "/admin/organisation", "/admin/audit"] {
                let answer = try await reader.get(path)
                #expect(answer.status == .ok, "\(path)")
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.referrerPolicy] == "no-referrer")
                #expect(!answer.text.contains("Anna <Müller>"), "names are escaped")
            }
        }
    }

    @Test func signingOutEndsTheSession() async throws {
        try await inside { _, reader in
            let answer = try await reader.submit("/account", to: "/sign-out", [:])
            #expect(answer.location == "/sign-in?done=signed-out")
            #expect(try await reader.get("/account").status == .seeOther)
        }
    }

    @Test func anotherLanguageIsKeptForTheAccount() async throws {
        try await inside { _, reader in
            let answer = try await reader.submit("/account", to: "/language", ["language": "en", "return": "/account"])
            #expect(answer.location == "/account")
            #expect(try await reader.get("/account").text.contains("<html lang=\"en\">"))
        }
    }

    @Test func theSecondFactorIsSetUpByItsPage() async throws {
        try await inside { _, reader in
            let begun = try await reader.submit("/account", to: "/account/second-factor", [:])
            #expect(begun.location == "/account/second-factor")
            let page = try await reader.get("/account/second-factor")
            #expect(page.text.contains("<path fill=\"currentColor\" d=\"M"))
            #expect(page.text.contains("otpauth://totp/"))
            let wrong = try await reader.submit(
                "/account/second-factor", to: "/account/second-factor/confirm", ["code": "000000"])
            #expect(wrong.status == .unprocessableContent)
        }
    }

    @Test func anAccessTokenIsShownOnceAndCanBeRevoked() async throws {
        try await inside { house, reader in
            let made = try await reader.submit(
                "/account", to: "/account/tokens", ["tokenName": "Nachts", "tokenScope": "send+read"])
            #expect(made.text.contains("dpa_"))
            #expect(!(try await reader.get("/account")).text.contains("dpa_"))
            let account = try #require(try await Users(house.parts).account(email: Self.email))
            let token = try #require(try await APITokens(house.parts).list(of: account.id).first)
            #expect(token.scopes == [.send, .read])
            let revoked = try await reader.submit("/account/tokens/\(token.id)/revoke", [:])
            #expect(revoked.location == "/account?done=token-revoked#tokens")
            #expect(try await APITokens(house.parts).list(of: account.id).isEmpty)
        }
    }

    @Test func theAnswerToAForgottenPasswordIsAlwaysTheSame() async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: Self.email, name: "Anna", isAdministrator: true, password: PageHouse.password)
            let known = try await PageReader(client).submit("/password", ["email": Self.email])
            let unknown = try await PageReader(client).submit("/password", ["email": "x@kunde.example"])
            #expect(known.status == .ok && unknown.status == .ok)
            let proofs = [known.proof ?? "", unknown.proof ?? ""]
            #expect(
                known.text.replacingOccurrences(of: proofs[0], with: "")
                    == unknown.text.replacingOccurrences(of: proofs[1], with: ""))
        }
    }
}
