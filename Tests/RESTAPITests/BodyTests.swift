import Deliveries
import FileVault
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebServer

@testable import RESTAPI

/// What is not understood is refused, never dropped.
@Suite struct BodyTests {
    @Test(arguments: [
        (#"{"paswort":"geheim","subject":"a"}"#, "unsupported-option", "paswort"),
        (#"{"level":3}"#, "unsupported-option", "level"),
        (#"{"level":0}"#, "unsupported-option", "level"),
        (#"{"language":"fr"}"#, "unsupported-option", "language"),
        (#"{"level":"2"}"#, "invalid", "level"),
        (#"{"subject":7}"#, "invalid", "subject"),
        (#"{"recipients":[1]}"#, "invalid", "recipients[0]"),
        (#"{"password":"kurz"}"#, "invalid", "password"),
        (#"{"subject":"a""#, "invalid", "body"),
        (#"["subject"]"#, "invalid", "body"),
        ("null", "invalid", "body"),
        ("\u{FF}\u{0}", "invalid", "body"),
    ])
    func aDraftWithSomethingWrongIsNotMade(json: String, code: String, field: String) async throws {
        try await APIHouse.open { _, caller in
            let problem = try await caller.problem(.post, "/deliveries", json: json)
            #expect(problem.code == code && problem.fields.map(\.field) == [field])
            let drafts: ListModel<SummaryModel> = try await caller.ask(.get, "/deliveries?state=drafts")
            #expect(drafts.total == 0)
        }
    }

    @Test(arguments: [
        ("/deliveries?state=open&sort=name", ["sort"]),
        ("/deliveries?limits=5&limits=6&State=open", ["limits", "State"]),
        ("/account?full=1", ["full"]), ("/users?q=anna", ["q"]), ("/deliveries?%3Cx%3E", ["<x>"]),
    ])
    func anUnknownParameterInTheAddressIsRefused(path: String, names: [String]) async throws {
        try await APIHouse.open { _, caller in
            let problem = try await caller.problem(.get, path)
            #expect(problem.code == "unsupported-option" && problem.fields.map(\.field) == names)
            #expect(problem.fields.allSatisfy { $0.reason == "unknown-parameter" })
        }
    }

    @Test func aDraftIsNotMadeWithAParameterThatNobodyKnows() async throws {
        try await APIHouse.open { _, caller in
            let problem = try await caller.problem(.post, "/deliveries?level=2", json: #"{"subject":"a"}"#)
            #expect(problem.code == "unsupported-option")
            let drafts: ListModel<SummaryModel> = try await caller.ask(.get, "/deliveries?state=drafts")
            #expect(drafts.total == 0)
        }
    }

    @Test func missingFieldsAreNamed() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft()
            let file = try await caller.problem(.post, "/deliveries/\(draft.id)/files", json: #"{"size":1}"#)
            #expect(file.code == "invalid" && file.fields.map(\.field) == ["name"])
            let days = try await caller.problem(.post, "/deliveries/\(draft.id)/extend", json: "{}")
            #expect(days.fields.map(\.field) == ["days"])
        }
    }

    @Test func onlyJSONIsRead() async throws {
        try await APIHouse.open { _, caller in
            let problem = try await caller.problem(
                .post, "/deliveries", body: ByteBuffer(string: "subject=a"),
                headers: [.contentType: "application/x-www-form-urlencoded"])
            #expect(problem.fields.map(\.field) == ["content-type"])
        }
    }

    @Test func tenThousandRecipientsFitAndMoreThanTheLimitDoesNot() async throws {
        try await APIHouse.open { _, caller in
            let list = (0..<10_000).map { #""Person \#($0) <person\#($0)@amt.example>""# }.joined(separator: ",")
            #expect(try await caller.call(.post, "/deliveries", json: #"{"recipients":[\#(list)]}"#).status == .created)
            let long = String(repeating: "x", count: JSONBody.limit)
            let problem = try await caller.problem(.post, "/deliveries", json: #"{"message":"\#(long)"}"#)
            #expect(problem.code == "too-large" && problem.status == 413)
        }
    }

    @Test func lineBreaksInAListOfRecipientsMakeNoFurtherOnes() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft(#"{"recipients":["a@amt.example\r\nb@amt.example"]}"#)
            #expect(draft.draftRecipients == "a@amt.example b@amt.example")
        }
    }

    @Test(arguments: ["offset=-1", "limit=0", "limit=201", "limit=viele", "state=alle"])
    func aWrongQueryIsToldWithItsField(query: String) async throws {
        try await APIHouse.open { _, caller in
            let problem = try await caller.problem(.get, "/deliveries?\(query)")
            #expect(problem.code == "invalid")
            #expect(problem.fields.map(\.field) == [query.split(separator: "=").first.map(String.init)])
        }
    }

    @Test func whatIsNotThereIsAProblem() async throws {
        try await APIHouse.open { _, caller in
            let response = try await caller.client.executeRequest(
                uri: "/api/v1/gibtesnicht", method: .get,
                headers: [.authorization: try #require(caller.authorization)], body: nil)
            #expect(response.status == .notFound)
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func aContentDigestIsReadAsTheStandardSays() throws {
        #expect(try ContentDigestHeader.sha256(in: nil) == nil)
        #expect(try ContentDigestHeader.sha256(in: "sha-512=:YQ==:") == nil)
        let known = digest([1, 2, 3])
        #expect(try ContentDigestHeader.sha256(in: "sha-512=:YQ==:, \(known)")?.hex.hasPrefix("039058c6") == true)
        for header in ["sha-256=YQ==", "sha-256=:YQ==:", "sha-256=::", "sha-256=:%:"] {
            #expect(throws: DeliveriesError.self) { try ContentDigestHeader.sha256(in: header) }
        }
    }

    @Test(arguments: [
        ("a.txt", #"attachment; filename="a.txt"; filename*=UTF-8''a.txt"#),
        (#"a"b\c;d%e.txt"#, #"attachment; filename="a_b_c_d_e.txt"; filename*=UTF-8''a%22b%5Cc%3Bd%25e.txt"#),
        ("日本 €.pdf", #"attachment; filename="__ _.pdf"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20%E2%82%AC.pdf"#),
        ("a\r\nX: y", #"attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y"#),
    ])
    func aNameStandsInTheHeaderSafely(name: String, header: String) {
        let scalars = String(String.UnicodeScalarView(name.unicodeScalars))
        #expect(AttachmentName.header(scalars) == header)
    }
}
