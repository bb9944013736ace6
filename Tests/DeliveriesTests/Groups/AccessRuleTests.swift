import Foundation
import Secrets
import Testing

@testable import Deliveries

/// Who may use API and add-ins, and who must have a second factor.
@Suite struct AccessRuleTests {
    private static let origin = AccountHouse.origin

    private static func group(_ house: AccountHouse, _ rules: [String: String], _ member: Account) async throws
        -> GroupID
    {
        let groups = Groups(house.parts)
        let group = try await groups.create(
            name: rules.map { "\($0.key) \($0.value)" }.sorted().joined(separator: " "), rules: rules, by: nil,
            origin: origin)
        try await groups.add(member.id, to: group.id, by: nil, origin: origin)
        return group.id
    }

    @Test func `a token works only while the account may use the API`() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let tokens = APITokens(house.parts)
            let made = try await tokens.create(
                account: anna.id, name: "Skript", scopes: [.read], origin: Self.origin)
            #expect(try await tokens.authenticate(made.text)?.account.id == anna.id)
            let group = try await Self.group(house, ["api": "false"], anna)
            let refused = DeliveriesError(.forbidden, fields: [FieldError("scopes", "api-not-allowed")])
            await #expect(throws: refused) { _ = try await tokens.authenticate(made.text) }
            await #expect(throws: refused) {
                _ = try await tokens.create(account: anna.id, name: "x", scopes: [.read], origin: Self.origin)
            }
            // Another group of the account is more generous.
            _ = try await Self.group(house, ["api": "true", "grace-days": "1"], anna)
            #expect(try await tokens.authenticate(made.text) != nil)
            try await Groups(house.parts).remove(group, by: nil, origin: Self.origin)
            #expect(try await tokens.authenticate(made.text) != nil)
        }
    }

    @Test func `an add-in's token asks for the right to add-ins, and no other`() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let signIn = AddInSignIn(house.parts)
            let api = try await Self.group(house, ["api": "false"], anna)
            let (request, secret) = try await signIn.begin(.outlook, origin: Self.origin)
            try await signIn.answer(request.id, by: anna.id, isApproved: true)
            guard
                case .token(let text) = try await signIn.redeem(
                    request.id, secret: secret.text, origin: Self.origin)
            else {
                Issue.record("no token")
                return
            }
            let tokens = APITokens(house.parts)
            #expect(try await tokens.authenticate(text)?.token.client == .outlook)
            try await Groups(house.parts).update(
                api, rules: ["api": "", "add-ins": "false"], by: nil, origin: Self.origin)
            await #expect(throws: DeliveriesError.self) { _ = try await tokens.authenticate(text) }
            let (second, _) = try await signIn.begin(.thunderbird, origin: Self.origin)
            let error = await #expect(throws: DeliveriesError.self) {
                try await signIn.answer(second.id, by: anna.id, isApproved: true)
            }
            #expect(error?.code == .forbidden)
            try await signIn.answer(second.id, by: anna.id, isApproved: false)
        }
    }

    @Test func `a demanded second factor stands in the way until it is set up`() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let before = try await house.signedIn("anna@kunde.example")
            #expect(!before.mustSetUpSecondFactor)
            _ = try await Self.group(house, ["second-factor": "true"], anna)
            // Also for who is signed in already.
            #expect(try await house.signIn.resume(cookie: before.cookie)?.mustSetUpSecondFactor == true)
            #expect(try await house.signedIn("anna@kunde.example").mustSetUpSecondFactor)
            _ = try await Self.group(house, ["second-factor": "false"], anna)
            #expect(try await house.signedIn("anna@kunde.example").mustSetUpSecondFactor)
            _ = try await house.secondFactor(of: anna)
            #expect(try await house.signIn.resume(cookie: before.cookie)?.mustSetUpSecondFactor != true)
        }
    }
}
