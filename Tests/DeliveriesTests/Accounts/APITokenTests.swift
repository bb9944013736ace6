import Deliveries
import Foundation
import Secrets
import Testing

@Suite struct APITokenTests {
    @Test func aTokenIsShownOnceAndStoredHashed() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let tokens = APITokens(house.parts)
            let made = try await tokens.create(
                account: account.id, name: " Skript\u{7} ", scopes: [.send, .read], origin: AccountHouse.origin)
            #expect(made.text.hasPrefix("dpa_"))
            #expect(made.token.name == "Skript")
            #expect(!made.text.contains(made.token.tokenHash))
            let found = try #require(try await tokens.authenticate(made.text))
            #expect(found.account.id == account.id)
            #expect(found.token.scopes == [.send, .read])
            #expect(try await tokens.list(of: account.id).map(\.id) == [made.token.id])
        }
    }

    @Test func whatIsNoTokenInUseIsNobody() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let cookie = try await house.signedIn("anna@kunde.example").cookie
            let tokens = APITokens(house.parts)
            let made = try await tokens.create(
                account: account.id, name: "Skript", scopes: [.read], origin: AccountHouse.origin)
            let forged = Token(random: SeededRandomSource(seed: 99), strength: .bits160).apiText
            for text in ["", "dpa_", forged, cookie.text, "dpa_" + cookie.text, made.text + "A", " " + made.text] {
                #expect(try await tokens.authenticate(text) == nil)
            }
        }
    }

    @Test func aTokenIsRevokedByItsOwnerOnly() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let berta = try await house.account("berta@kunde.example")
            let tokens = APITokens(house.parts)
            let made = try await tokens.create(
                account: anna.id, name: "Skript", scopes: [.read], origin: AccountHouse.origin)
            let foreign = try await refusal {
                try await tokens.revoke(made.token.id, of: berta.id, origin: AccountHouse.origin)
            }
            #expect(foreign.code == .notFound)
            try await tokens.revoke(made.token.id, of: anna.id, origin: AccountHouse.origin)
            #expect(try await tokens.authenticate(made.text) == nil)
            #expect(try await tokens.list(of: anna.id).isEmpty)
        }
    }

    @Test func onlyAdministratorsTokensAdminister() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            try await house.account("zweite@kunde.example", administrator: true)
            let anna = try await house.account("anna@kunde.example")
            let tokens = APITokens(house.parts)
            let refused = try await refusal {
                _ = try await tokens.create(
                    account: anna.id, name: "Skript", scopes: [.administer], origin: AccountHouse.origin)
            }
            #expect(refused.code == .forbidden)
            let administering = try await tokens.create(
                account: boss.id, name: "Verwaltung", scopes: [.administer, .read], origin: AccountHouse.origin)
            let reading = try await tokens.create(
                account: boss.id, name: "Lesen", scopes: [.read], origin: AccountHouse.origin)
            #expect(try await tokens.authenticate(administering.text)?.token.scopes == [.administer, .read])
            try await house.users.setAdministrator(boss.id, false, by: nil, origin: .commandLine)
            #expect(try await tokens.authenticate(administering.text) == nil)
            #expect(try await tokens.authenticate(reading.text)?.token.scopes == [.read])
        }
    }

    @Test func aTokenNeedsANameAndAScope() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let tokens = APITokens(house.parts)
            let empty = try await refusal {
                _ = try await tokens.create(account: account.id, name: "", scopes: [], origin: AccountHouse.origin)
            }
            #expect(empty.fields == [FieldError("name", "required"), FieldError("scopes", "required")])
            let long = try await refusal {
                _ = try await tokens.create(
                    account: account.id, name: String(repeating: "n", count: 101), scopes: [.read],
                    origin: AccountHouse.origin)
            }
            #expect(long.fields == [FieldError("name", "too-long", ["most": "100"])])
        }
    }

    @Test func anAccountHasFiftyTokensAtTheMost() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let tokens = APITokens(house.parts)
            for index in 0..<50 {
                _ = try await tokens.create(
                    account: account.id, name: "\(index)", scopes: [.read], origin: AccountHouse.origin)
            }
            let error = try await refusal {
                _ = try await tokens.create(
                    account: account.id, name: "zu viel", scopes: [.read], origin: AccountHouse.origin)
            }
            #expect(error.code == .tooMany)
        }
    }

    @Test func itsUseIsNotedOnceAMinute() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let tokens = APITokens(house.parts)
            let made = try await tokens.create(
                account: account.id, name: "Skript", scopes: [.read], origin: AccountHouse.origin)
            _ = try await tokens.authenticate(made.text)
            let first = house.clock.now
            #expect(try await tokens.list(of: account.id).first?.lastUsedAt == first)
            house.clock.advance(59)
            _ = try await tokens.authenticate(made.text)
            #expect(try await tokens.list(of: account.id).first?.lastUsedAt == first)
            house.clock.advance(1)
            _ = try await tokens.authenticate(made.text)
            #expect(try await tokens.list(of: account.id).first?.lastUsedAt == house.clock.now)
        }
    }
}
