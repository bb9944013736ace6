import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import WebServer

@testable import RESTAPI

@Suite struct AdministrationTests {
    @Test func settingsAreChangedAllOrNoneAndSecretsNeverTold() async throws {
        try await APIHouse.open { _, caller in
            func value(_ key: String, in settings: Node) -> Node? {
                settings.items.first { $0["key"]?.string == key }
            }
            let wrong = try await caller.problem(
                .patch, "/settings", json: #"{"smtp.port":"0","organisation.name":"Neu"}"#)
            #expect(wrong.code == "invalid" && wrong.fields.map(\.field) == ["smtp.port"])
            let unknown = try await caller.problem(.patch, "/settings", json: #"{"smtp.securty":"tls"}"#)
            #expect(unknown.code == "unsupported-option" && unknown.fields.map(\.field) == ["smtp.securty"])
            let direct = try await caller.problem(.patch, "/settings", json: #"{"mail.route":"direct"}"#)
            #expect(direct.code == "unsupported-option")
            let locked = try await caller.problem(.patch, "/settings", json: #"{"deliveries.chunk-size":"131072"}"#)
            #expect(locked.fields.map(\.reason) == ["locked"])
            let before = try Caller.decoded(try await caller.call(.get, "/settings")) as Node
            #expect(value("organisation.name", in: before)?["value"]?.string == "")
            let after =
                try Caller.decoded(
                    try await caller.call(
                        .patch, "/settings", json: #"{"smtp.password":"geheim-17","organisation.name":"Neu"}"#)) as Node
            #expect(value("organisation.name", in: after)?["value"]?.string == "Neu")
            #expect(value("smtp.password", in: after)?["value"] == nil)
            #expect(value("smtp.password", in: after)?["isSet"] == .bool(true))
            let again = try await caller.call(.get, "/settings")
            #expect(!String(buffer: again.body).contains("geheim-17"))
        }
    }

    @Test func usersAreInvitedDisabledAndTheLastAdministratorStays() async throws {
        try await APIHouse.open { _, caller in
            let made = try await caller.call(
                .post, "/users", json: #"{"email":"clara@kunde.example","name":"Clara","language":"en"}"#)
            #expect(made.status == .created)
            let id = try #require((try Caller.decoded(made) as Node)["id"]?.string)
            let twice = try await caller.problem(
                .post, "/users", json: #"{"email":"clara@kunde.example","name":"Clara"}"#)
            #expect(twice.fields.map(\.reason) == ["address-taken"])
            let list = try Caller.decoded(try await caller.call(.get, "/users?search=clara")) as Node
            #expect(list["total"] == .number(1) && list["items"]?.items[0]["state"]?.string == "invited")
            let disabled =
                try Caller.decoded(
                    try await caller.call(.patch, "/users/\(id)", json: #"{"isDisabled":true}"#)) as Node
            #expect(disabled["state"]?.string == "disabled")
            let me = try #require(
                (try Caller.decoded(try await caller.call(.get, "/account")) as Node)["id"]?.string)
            let last = try await caller.problem(.patch, "/users/\(me)", json: #"{"isAdministrator":false}"#)
            #expect(last.code == "conflict")
            let mails = try Caller.decoded(try await caller.call(.get, "/outbox?search=clara")) as Node
            #expect(mails["items"]?.items.map { $0["kind"]?.string } == ["invitation"])
        }
    }

    @Test func theOutboxIsShownTriedAgainAndCancelled() async throws {
        try await APIHouse.open { _, caller in
            let sent = try await caller.sent([("a", [1])])
            let list = try Caller.decoded(try await caller.call(.get, "/outbox?state=queued")) as Node
            #expect(list["total"] == .number(2))
            let row = try #require(list["items"]?.items.first)
            #expect(row["delivery"]?.string == sent.id)
            let id = try #require(row["id"]?.string)
            #expect(try await caller.call(.post, "/outbox/\(id)/retry").status == .noContent)
            #expect(try await caller.call(.post, "/outbox/\(id)/cancel").status == .noContent)
            #expect(try await caller.problem(.post, "/outbox/\(id)/cancel").code == "conflict")
            let detail = try Caller.decoded(try await caller.call(.get, "/outbox/\(id)")) as Node
            #expect(detail["entry"]?["state"]?.string == "cancelled" && detail["attempts"]?.items.isEmpty == true)
            #expect(try await caller.problem(.get, "/outbox?state=weg").fields.map(\.field) == ["state"])
            #expect(try await caller.problem(.get, "/outbox/kaputt").code == "not-found")
            let now: DeliveryModel = try await caller.ask(.get, "/deliveries/\(sent.id)")
            #expect(now.recipients.filter { $0.sending == "cancelled" }.count == 1)
        }
    }

    @Test func aTestMailStaysInTheLocalMailboxUntilThereIsAServer() async throws {
        try await APIHouse.open { _, caller in
            let wrong = try await caller.problem(.post, "/mail/test", json: #"{"to":"kaputt"}"#)
            #expect(wrong.fields.map(\.field) == ["to"])
            let report =
                try Caller.decoded(
                    try await caller.call(.post, "/mail/test", json: #"{"to":"probe@anderswo.example"}"#)) as Node
            #expect(report["isHandedOver"] == .bool(false))
            #expect(report["steps"]?.items.first?["name"]?.string == "composed")
            let id = try #require(report["outbox"]?.string)
            let detail = try Caller.decoded(try await caller.call(.get, "/outbox/\(id)")) as Node
            #expect(detail["entry"]?["state"]?.string == "local")
        }
    }

    @Test func whoIsNoAdministratorAdministersNothing() async throws {
        try await APIHouse.open { house, caller in
            let clerk = caller.with(try await house.token(email: "clara@kunde.example"))
            let calls: [(HTTPRequest.Method, String, String?)] = [
                (.get, "/settings", nil), (.patch, "/settings", "{}"), (.get, "/users", nil),
                (.post, "/users", "{}"), (.patch, "/users/x", "{}"), (.get, "/outbox", nil), (.get, "/outbox/x", nil),
                (.post, "/outbox/x/retry", nil), (.post, "/outbox/x/cancel", nil), (.post, "/mail/test", "{}"),
            ]
            for (method, path, json) in calls {
                #expect(try await clerk.problem(method, path, json: json).code == "forbidden", "\(method) \(path)")
            }
        }
    }
}
