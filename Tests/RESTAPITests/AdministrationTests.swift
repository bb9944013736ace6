import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MailMessage
import NIOCore
import SenderDomains
import Storage
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
            #expect(direct.code == "invalid")
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

    @Test func theLogoIsSetSeenAndTakenAway() async throws {
        try await APIHouse.open { _, caller in
            let none = try await caller.problem(.get, "/organisation/logo")
            #expect(none.code == "not-found")
            let picture = try #require(
                Data(
                    base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAADAAAAAQCAIAAADfzGvmAAAAJElEQVR42mOQ9545qBDDqINGHTTqoFEH"
                        + "jTpo1EGjDhp1EH0RADFQCS5l7/zMAAAAAElFTkSuQmCC"))
            let set =
                try Caller.decoded(
                    try await caller.call(.put, "/organisation/logo", body: ByteBuffer(bytes: picture))) as Node
            #expect(set["width"] == .number(48) && set["mediaType"]?.string == "image/png")
            #expect(set["url"]?.string?.hasSuffix("/brand/logo/\(set["digest"]?.string ?? "")") == true)
            #expect(try Caller.decoded(try await caller.call(.get, "/organisation/logo")) as Node == set)
            let vector = try await caller.problem(
                .put, "/organisation/logo", body: ByteBuffer(string: "<svg><script/></svg>"))
            #expect(vector.fields.map(\.reason) == ["image-vector"])
            let large = try await caller.problem(
                .put, "/organisation/logo", body: ByteBuffer(repeating: 0, count: (512 << 10) + 1))
            #expect(large.code == "too-large")
            #expect(try Caller.decoded(try await caller.call(.get, "/organisation/logo")) as Node == set)
            #expect(try await caller.call(.delete, "/organisation/logo").status == .noContent)
            #expect(try await caller.problem(.get, "/organisation/logo").code == "not-found")
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
            let roles =
                try Caller.decoded(
                    try await caller.call(.patch, "/users/\(id)", json: #"{"roles":["auditor","user-manager"]}"#))
                as Node
            #expect(roles["roles"]?.items.map(\.string) == ["auditor", "user-manager"])
            #expect(roles["isAdministrator"] == .bool(false))
            let strange = try await caller.problem(.patch, "/users/\(id)", json: #"{"roles":["chief"]}"#)
            #expect(strange.code == "unsupported-option" && strange.fields.map(\.field) == ["roles"])
            let me = try #require(
                (try Caller.decoded(try await caller.call(.get, "/account")) as Node)["id"]?.string)
            let last = try await caller.problem(.patch, "/users/\(me)", json: #"{"isAdministrator":false}"#)
            #expect(last.code == "conflict")
            let mails = try Caller.decoded(try await caller.call(.get, "/outbox?search=clara")) as Node
            #expect(mails["items"]?.items.map { $0["kind"]?.string } == ["invitation"])
        }
    }

    @Test func credentialsForSubmissionAreMadeToldOnceAndRevoked() async throws {
        try await APIHouse.open { house, caller in
            let path = "/submission-credentials"
            let strange = try await caller.problem(.post, path, json: #"{"name":"Shop","domains":["kunde.example"]}"#)
            #expect(strange.fields.map(\.reason) == ["domain-not-verified"])
            let domain = try MailDomain(parsing: "kunde.example")
            let now = house.accounts.now()
            try await house.database.write { transaction in
                let added = SenderDomain(domain: domain, controlToken: "abc", now: now)
                try transaction.senderDomains.insert(
                    SenderDomain(
                        domain: domain, state: .verified, policy: added.policy, keys: [], control: added.control,
                        createdAt: now, stateSince: now, changedAt: now, alignedBy: [], bouncesReady: false,
                        doubtedAt: nil, lastReport: nil, nextCheckAt: now))
            }
            let wrong = try await caller.problem(
                .post, path, json: #"{"name":"","domains":["kunde.example"],"mailsPerHour":0}"#)
            #expect(Set(wrong.fields.map(\.field)) == ["name", "mailsPerHour"])
            let made = try await caller.call(
                .post, path, json: #"{"name":"Shop","domains":["KUNDE.example"],"mailsPerHour":7}"#)
            #expect(made.status == .created)
            let credential = try Caller.decoded(made) as Node
            #expect(credential["password"]?.string?.hasPrefix("dps_") == true)
            #expect(credential["mailsPerHour"] == .number(7) && credential["recipients"] == .number(1_000))
            let id = try #require(credential["id"]?.string)
            let list = try Caller.decoded(try await caller.call(.get, path)) as Node
            #expect(list.items.map { $0["id"]?.string } == [id])
            #expect(list.items[0]["password"] == nil && list.items[0]["revokedAt"] == nil)
            #expect(list.items[0]["domains"]?.items.map(\.string) == ["kunde.example"])
            #expect(try await caller.call(.delete, "\(path)/\(id)").status == .noContent)
            #expect(try await caller.problem(.delete, "\(path)/\(id)").code == "not-found")
            let after = try Caller.decoded(try await caller.call(.get, path)) as Node
            #expect(after.items[0]["revokedAt"]?.string != nil)
            let user = caller.with(try await house.token(email: "bea@kunde.example"))
            for method in [HTTPRequest.Method.get, .post] {
                #expect(try await user.problem(method, path, json: method == .post ? "{}" : nil).code == "forbidden")
            }
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

    @Test func aMailIsHeldAndReleasedAndDestinationsAreShown() async throws {
        try await APIHouse.open { _, caller in
            _ = try await caller.sent([("a", [1])])
            let row = try #require(
                (try Caller.decoded(try await caller.call(.get, "/outbox?state=queued")) as Node)["items"]?.items.first)
            let id = try #require(row["id"]?.string)
            let destination = try #require(row["destination"]?.string)
            #expect(try await caller.problem(.post, "/outbox/\(id)/release").code == "conflict")
            #expect(try await caller.call(.post, "/outbox/\(id)/hold").status == .noContent)
            let held = try Caller.decoded(try await caller.call(.get, "/outbox/\(id)")) as Node
            #expect(held["entry"]?["heldBy"]?.string == "administrator")
            let found =
                try Caller.decoded(
                    try await caller.call(.get, "/outbox?state=held&destination=\(destination)")) as Node
            #expect(found["total"] == .number(1))
            let young =
                try Caller.decoded(
                    try await caller.call(.get, "/outbox?age=3600&destination=\(destination)")) as Node
            #expect(young["total"] == .number(0))
            let all = try Caller.decoded(try await caller.call(.get, "/outbox/destinations")) as Node
            #expect(all["items"]?.items.first { $0["destination"]?.string == destination }?["held"] == .number(1))
            #expect(try await caller.call(.post, "/outbox/\(id)/release").status == .noContent)
            #expect(
                try await caller.problem(.get, "/outbox?destination=kein%20Ziel").fields.map(\.field)
                    == ["destination"])
            let order = try await caller.call(
                .post, "/outbox/destinations", json: #"{"action":"hold","destination":"\#(destination)"}"#)
            #expect(order.status == .accepted)
            let orderID = try #require((try Caller.decoded(order) as Node)["id"]?.string)
            let now = try Caller.decoded(try await caller.call(.get, "/outbox/orders/\(orderID)")) as Node
            #expect(now["state"]?.string == "running" && now["destination"]?.string == destination)
            let unknown = try await caller.problem(
                .post, "/outbox/destinations", json: #"{"action":"bounce","destination":"a.example"}"#)
            #expect(unknown.code == "unsupported-option" && unknown.fields.map(\.field) == ["action"])
            #expect(try await caller.problem(.get, "/outbox/orders/\(id)").code == "not-found")
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
                (.post, "/outbox/x/hold", nil), (.post, "/outbox/x/release", nil), (.get, "/outbox/destinations", nil),
                (.post, "/outbox/destinations", "{}"), (.get, "/outbox/orders/x", nil),
            ]
            for (method, path, json) in calls {
                #expect(try await clerk.problem(method, path, json: json).code == "forbidden", "\(method) \(path)")
            }
        }
    }
}
