import Deliveries
import Foundation
import Testing

@testable import Outbox

@Suite struct AccessTokenTests {
    static let endpoint = "https://login.example/token"

    func with(_ settings: [String: String] = [:], _ body: (OutboxHouse) async throws -> Void) async throws {
        try await OutboxHouse.with(
            port: nil,
            settings: [
                "smtp.oauth-token-endpoint": Self.endpoint, "smtp.oauth-client-id": "mail & co",
                "smtp.oauth-client-secret": "s3cret", "smtp.oauth-scope": "https://mail.example/.default",
            ].merging(settings) { $1 }, body)
    }

    func expect(_ token: String, _ house: OutboxHouse) async throws {
        let given = try await house.tokens.token()
        #expect(given == token)
    }

    func expectStored(_ refreshToken: String, _ house: OutboxHouse) async throws {
        let stored = try await house.parts.settings.secret(.smtpOAuthRefreshToken)
        #expect(stored == refreshToken)
    }

    func failure(_ house: OutboxHouse) async -> String? {
        do throws(AccessTokenError) {
            _ = try await house.tokens.token()
            return nil
        } catch {
            return error.text
        }
    }

    @Test func clientCredentialsAreSentAsAForm() async throws {
        try await with { house in
            house.posts.answer(200, #"{"access_token":"first","expires_in":600}"#)
            try await expect("first", house)
            #expect(
                house.posts.forms == [
                    "client_id=mail%20%26%20co&client_secret=s3cret&grant_type=client_credentials"
                        + "&scope=https%3A%2F%2Fmail.example%2F.default"
                ])
        }
    }

    @Test func aTokenIsKeptUntilShortlyBeforeItsEnd() async throws {
        try await with { house in
            house.posts.answer(200, #"{"access_token":"first","expires_in":600}"#)
            house.posts.answer(200, #"{"access_token":"second"}"#)
            try await expect("first", house)
            house.pass(539)
            try await expect("first", house)
            house.pass(2)
            try await expect("second", house)
            #expect(house.posts.forms.count == 2)
        }
    }

    @Test func aTokenThatTheServerRefusedIsForgotten() async throws {
        try await with { house in
            house.posts.answer(200, #"{"access_token":"first"}"#)
            house.posts.answer(200, #"{"access_token":"second"}"#)
            try await expect("first", house)
            await house.tokens.forget()
            try await expect("second", house)
        }
    }

    @Test func otherSettingsNeedAnotherToken() async throws {
        try await with { house in
            house.posts.answer(200, #"{"access_token":"first"}"#)
            house.posts.answer(200, #"{"access_token":"second"}"#)
            try await expect("first", house)
            try await house.set(["smtp.oauth-client-secret": "other"])
            try await expect("second", house)
        }
    }

    @Test func aRotatedRefreshTokenIsStoredSealed() async throws {
        try await with(["smtp.oauth-grant": "refresh-token", "smtp.oauth-refresh-token": "r1"]) { house in
            house.posts.answer(200, #"{"access_token":"first","expires_in":600,"refresh_token":"r2"}"#)
            house.posts.answer(200, #"{"access_token":"second","refresh_token":"r2"}"#)
            try await expect("first", house)
            try await expectStored("r2", house)
            try await expect("first", house)
            house.pass(600)
            try await expect("second", house)
            #expect(house.posts.forms.map { $0.contains("refresh_token=r1") } == [true, false])
            #expect(house.posts.forms[1].contains("refresh_token=r2&"))
        }
    }

    @Test func aRotatedRefreshTokenThatCannotBeStoredIsUsedFromMemory() async throws {
        try await with(["smtp.oauth-grant": "refresh-token", "smtp.oauth-refresh-token": "r1"]) { house in
            house.posts.answer(200, #"{"access_token":"first","refresh_token":"r2"}"#)
            house.posts.answer(200, #"{"access_token":"second","refresh_token":"r2"}"#)
            house.disk.fail(times: 1)
            try await expect("first", house)
            try await expectStored("r1", house)
            house.pass(4_000)
            try await expect("second", house)
            try await expectStored("r2", house)
            #expect(house.posts.forms[1].contains("refresh_token=r2"))
        }
    }

    @Test func aRefreshTokenThatAnotherNodeUsedIsReadAnew() async throws {
        try await with(["smtp.oauth-grant": "refresh-token", "smtp.oauth-refresh-token": "r1"]) { house in
            let settings = house.parts.settings
            let source = AccessTokenSource(settings: settings, now: house.parts.now) { _, form in
                if form.contains("refresh_token=r2&") || form.hasSuffix("refresh_token=r2") {
                    return (200, Data(#"{"access_token":"second"}"#.utf8))
                }
                // The other node was quicker, and stored what it got.
                try await settings.set(["smtp.oauth-refresh-token": "r2"], by: nil)
                return (400, Data(#"{"error":"invalid_grant"}"#.utf8))
            }
            let token = try await source.token()
            #expect(token == "second")
        }
    }

    @Test func callersThatComeTogetherShareOneRequest() async throws {
        try await with { house in
            house.posts.answer(200, #"{"access_token":"first"}"#)
            let tokens = house.tokens
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 1...10 { group.addTask { () async throws -> String in try await tokens.token() } }
                for try await got in group where got != "first" { Issue.record("\(got)") }
            }
            #expect(house.posts.forms.count == 1)
        }
    }

    @Test(arguments: [
        (
            401, #"{"error":"invalid_client","error_description":"<b>x</b>"}"#,
            "The token endpoint answered 401 (invalid_client)."
        ),
        (500, "oops", "The token endpoint answered 500."),
        (200, "<html>", "The token endpoint's answer holds no access token."),
        (200, #"{"access_token":""}"#, "The token endpoint's answer holds no access token."),
    ])
    func errorsAreSentences(_ status: Int, _ body: String, _ sentence: String) async throws {
        try await with { house in
            house.posts.answer(status, body)
            #expect(await failure(house) == sentence)
        }
    }

    @Test func anEndpointOutOfReachIsASentence() async throws {
        try await with { house in
            #expect(await failure(house) == "The token endpoint cannot be reached.")
        }
    }

    @Test func secretsGoOverTLSOnly() async throws {
        try await with { house in
            let refused = await refusal {
                try await house.set(["smtp.oauth-token-endpoint": "http://login.example/token"])
            }
            #expect(refused?.fields.map(\.reason) == ["web-address-needs-https"])
        }
    }

    @Test func aRefreshGrantNeedsItsToken() async throws {
        try await with(["smtp.oauth-grant": "refresh-token"]) { house in
            #expect(await failure(house) == "No refresh token is set.")
        }
    }
}
