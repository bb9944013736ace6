import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Secrets
import Testing
import WebServer

@testable import RESTAPI

/// Who may do what.
@Suite struct AccessTests {
    @Test func strangersAndWrongTokensAreRefused() async throws {
        try await APIHouse.open { _, caller in
            for path in ["/deliveries", "/account", "/settings", "/events"] {
                let response = try await caller.with(nil).call(.get, path)
                #expect(response.status == .unauthorized)
                #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
                #expect((try Caller.decoded(response) as Problem).code == "not-signed-in")
            }
            #expect(try await caller.with("dps_kaputt").problem(.get, "/account").code == "wrong-credentials")
            var basic = caller
            basic.authorization = "Basic YTpi"
            #expect(try await basic.problem(.get, "/account").code == "wrong-credentials")
        }
    }

    @Test func eachScopeOpensItsRoutesOnly() async throws {
        try await APIHouse.open { house, caller in
            let draft = try await caller.draft()
            func status(
                _ scope: APIToken.Scope, _ method: HTTPRequest.Method, _ path: String, _ json: String? = nil
            ) async throws -> Int {
                let token = try await house.token(email: "anna@kunde.example", scopes: [scope])
                return try await caller.with(token).call(method, path, json: json).status.code
            }
            #expect(try await status(.read, .get, "/deliveries/\(draft.id)") == 200)
            #expect(try await status(.read, .patch, "/deliveries/\(draft.id)", "{}") == 403)
            #expect(try await status(.read, .post, "/deliveries/\(draft.id)/send", "{}") == 403)
            #expect(try await status(.read, .get, "/settings") == 403)
            #expect(try await status(.send, .patch, "/deliveries/\(draft.id)", "{}") == 200)
            #expect(try await status(.send, .get, "/deliveries") == 403)
            #expect(try await status(.send, .get, "/users") == 403)
            #expect(try await status(.administer, .get, "/outbox") == 200)
            #expect(try await status(.administer, .get, "/deliveries") == 403)
            // A token must not make tokens.
            #expect(try await status(.administer, .get, "/tokens") == 403)
            #expect(try await status(.send, .post, "/tokens", #"{"name":"a","scopes":["send"]}"#) == 403)
        }
    }

    @Test func whatBelongsToSomebodyElseIsNotThere() async throws {
        try await APIHouse.open { house, caller in
            let sent = try await caller.sent([("a", [1])])
            let stranger = caller.with(try await house.token(email: "fremd@kunde.example"))
            let calls: [(HTTPRequest.Method, String, String?)] = [
                (.get, "/deliveries/\(sent.id)", nil), (.patch, "/deliveries/\(sent.id)", "{}"),
                (.delete, "/deliveries/\(sent.id)", nil), (.post, "/deliveries/\(sent.id)/send", "{}"),
                (.post, "/deliveries/\(sent.id)/withdraw", nil),
                (.post, "/deliveries/\(sent.id)/extend", #"{"days":1}"#),
                (.post, "/deliveries/\(sent.id)/remind", nil), (.get, "/deliveries/\(sent.id)/events", nil),
                (.post, "/recipients/\(sent.recipients[0].id)/remind", nil),
                (.post, "/recipients/\(sent.recipients[0].id)/resend", nil),
                (.post, "/recipients/\(sent.recipients[0].id)/correct", #"{"email":"x@y.example"}"#),
                (.get, "/deliveries/kaputt", nil), (.get, "/files/kaputt", nil),
            ]
            for (method, path, json) in calls {
                #expect(try await stranger.problem(method, path, json: json).code == "not-found", "\(method) \(path)")
            }
            let list: ListModel<SummaryModel> = try await stranger.ask(.get, "/deliveries")
            #expect(list.total == 0)
        }
    }

    @Test func aPageNeedsItsSessionAndItsProof() async throws {
        try await APIHouse.open { house, caller in
            let signedIn = try await SignIn(house.accounts).signIn(
                email: "anna@kunde.example", password: APIHouse.password,
                origin: RequestOrigin(clientAddress: "198.51.100.7"))
            let page = caller.with(nil)
            let cookie: HTTPFields = [.cookie: "\(SessionMiddleware.cookieName)=\(signedIn.cookie.text)"]
            #expect(try await page.call(.get, "/account", headers: cookie).status == .ok)
            let unproven = try await page.problem(.post, "/deliveries", json: "{}", headers: cookie)
            #expect(unproven.code == "forbidden" && unproven.fields.map(\.reason) == ["csrf"])
            var proven = cookie
            proven[.csrfToken] = "falsch"
            #expect(try await page.call(.post, "/deliveries", json: "{}", headers: proven).status == .forbidden)
            proven[.csrfToken] = proof(house, signedIn.cookie)
            #expect(try await page.call(.post, "/deliveries", json: "{}", headers: proven).status == .created)

            let wrong = try await page.problem(
                .post, "/tokens", json: #"{"name":"a","scopes":["alles"]}"#, headers: proven)
            #expect(wrong.code == "unsupported-option")
            let made = try await page.call(
                .post, "/tokens", json: #"{"name":"Archiv","scopes":["read"]}"#, headers: proven)
            #expect(made.status == .created)
            let token = try Caller.decoded(made) as Node
            let reader = caller.with(token["token"]?.string)
            #expect(try await reader.call(.get, "/deliveries").status == .ok)
            let id = try #require(token["id"]?.string)
            let listed = try Caller.decoded(try await page.call(.get, "/tokens", headers: cookie)) as Node
            #expect(listed.items.contains { $0["id"]?.string == id && $0["token"] == nil })
            #expect(try await page.call(.delete, "/tokens/\(id)", headers: proven).status == .noContent)
            #expect(try await reader.problem(.get, "/deliveries").code == "wrong-credentials")
            #expect(try await page.problem(.delete, "/tokens/\(id)", headers: proven).code == "not-found")
        }
    }

    private func proof(_ house: APIHouse, _ cookie: Token) -> String {
        Data(house.deliveries.keys.hmac(purpose: .form, message: Data(cookie.text.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
