import Foundation
import Secrets
import Testing

@testable import Deliveries

@Suite struct AddInSignInTests {
    @Test func `a confirmed request gives a token once`() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let signIn = AddInSignIn(house.parts)
            let (request, secret) = try await signIn.begin(.outlook, origin: AccountHouse.origin)
            #expect(request.code.count == 9 && request.code.dropFirst(4).first == "-")
            let redeem: @Sendable () async throws -> AddInSignIn.Answer = {
                try await signIn.redeem(request.id, secret: secret.text, origin: AccountHouse.origin)
            }
            #expect(try await redeem() == .waiting)
            try await signIn.answer(request.id, by: account.id, isApproved: true)
            guard case .token(let text) = try await redeem() else {
                Issue.record("no token")
                return
            }
            let found = try #require(try await APITokens(house.parts).authenticate(text))
            #expect(found.account.id == account.id && found.token.scopes == [.read, .send])
            #expect(found.token.name == "Outlook")
            #expect(try await refusal { _ = try await redeem() }.code == .notFound)
        }
    }

    @Test func `a refused request gives none, and none is answered twice`() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let signIn = AddInSignIn(house.parts)
            let (request, secret) = try await signIn.begin(.thunderbird, origin: AccountHouse.origin)
            try await signIn.answer(request.id, by: account.id, isApproved: false)
            let again = try await refusal {
                try await signIn.answer(request.id, by: account.id, isApproved: true)
            }
            #expect(again.code == .conflict)
            let answer = try await signIn.redeem(request.id, secret: secret.text, origin: AccountHouse.origin)
            #expect(answer == .refused)
            #expect(try await APITokens(house.parts).list(of: account.id).isEmpty)
        }
    }

    @Test func `the name of a request opens nothing, and its time is ten minutes`() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let signIn = AddInSignIn(house.parts)
            let (request, secret) = try await signIn.begin(.outlook, origin: AccountHouse.origin)
            try await signIn.answer(request.id, by: account.id, isApproved: true)
            let foreign = Token(random: SeededRandomSource(seed: 5), strength: .bits160).text
            for wrong in [foreign, "", request.code, request.id.description] {
                let refused = try await refusal {
                    _ = try await signIn.redeem(request.id, secret: wrong, origin: AccountHouse.origin)
                }
                #expect(refused.code == .notFound)
            }
            house.clock.advance(AddInSignIn.lifetime + 1)
            let late = try await refusal {
                _ = try await signIn.redeem(request.id, secret: secret.text, origin: AccountHouse.origin)
            }
            #expect(late.code == .notFound)
        }
    }

    @Test func `one address cannot ask for ever`() async throws {
        try await AccountHouse.with { house in
            let signIn = AddInSignIn(house.parts)
            for _ in 0..<100 { _ = try await signIn.begin(.outlook, origin: AccountHouse.origin) }
            let refused = try await refusal { _ = try await signIn.begin(.outlook, origin: AccountHouse.origin) }
            #expect(refused.code == .throttled)
        }
    }
}
