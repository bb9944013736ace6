import Deliveries
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing
import WebServer

@testable import RESTAPI

/// What add-ins do, each answer compared with the description.
@Suite struct AddInTests {
    private struct Request: Decodable {
        let id: String
        let secret: String
        let code: String
        let url: String
    }
    private struct Answer: Decodable {
        let state: String
        let token: String?
    }
    private struct Block: Decodable {
        let link: String
        let html: String
        let text: String
        let delivery: DeliveryModel
    }

    @Test func `an add-in signs in, sends and signs out`() async throws {
        try await APIHouse.open { house, caller in
            let nobody = caller.with(nil)
            let request: Request = try await nobody.ask(.post, "/sign-in-requests", json: #"{"client":"outlook"}"#)
            let redeem = (path: "/sign-in-requests/\(request.id)/redeem", json: #"{"secret":"\#(request.secret)"}"#)
            #expect(request.url.hasSuffix("/add-ins/connect?request=\(request.id)"))
            let early: Answer = try await nobody.ask(.post, redeem.path, json: redeem.json)
            #expect(early.state == "waiting" && early.token == nil)
            let id = try #require(SignInRequestID(request.id))
            let account: AddInModel = try await caller.ask(.get, "/add-in")
            let owner = try #require(AccountID(account.account.id))
            try await AddInSignIn(house.accounts).answer(id, by: owner, isApproved: true)
            let answer: Answer = try await nobody.ask(.post, redeem.path, json: redeem.json)
            let addIn = caller.with(answer.token)
            #expect(try await nobody.problem(.post, redeem.path, json: redeem.json).code == "not-found")

            let draft: DeliveryModel = try await addIn.ask(.post, "/deliveries", json: #"{"path":"addIn","level":2}"#)
            #expect(draft.path == "addIn" && draft.level == 2 && draft.insertedAt == nil)
            try await addIn.upload(content(100), as: "a.bin", to: draft)
            let block: Block = try await addIn.ask(
                .post, "/deliveries/\(draft.id)/insertion", json: #"{"reportsSending":true,"subject":"Akte"}"#)
            #expect(block.html.contains(block.link) && block.text.contains(block.link))
            #expect(block.delivery.state == "draft" && block.delivery.insertedAt != nil)
            let found: ListModel<FoundLink> = try await addIn.ask(
                .post, "/add-in/links", json: #"{"links":["\#(block.link)","https://anderswo.example/"]}"#)
            #expect(found.items == [FoundLink(link: block.link, state: "draft", complete: true)])
            let sent: DeliveryModel = try await addIn.ask(
                .post, "/deliveries/\(draft.id)/registration",
                json: #"{"recipients":["Bernd <bernd@praxis.example>","clara@amt.example"]}"#)
            #expect(sent.state == "sent" && sent.recipients.map(\.sending) == ["none", "none"])
            let list: ListModel<SummaryModel> = try await addIn.ask(.get, "/deliveries")
            #expect(list.items.first?.path == "addIn" && list.items.first?.insertedAt != nil)

            #expect(try await addIn.call(.delete, "/add-in").status == .noContent)
            #expect(try await addIn.problem(.get, "/add-in").status == 401)
        }
    }

    @Test func `what is not known is refused`() async throws {
        try await APIHouse.open { _, caller in
            let nobody = caller.with(nil)
            #expect(
                try await nobody.problem(.post, "/sign-in-requests", json: #"{"client":"notes"}"#).code
                    == "unsupported-option")
            #expect(try await nobody.problem(.get, "/add-in").status == 401)
            #expect(
                try await caller.problem(.post, "/deliveries", json: #"{"path":"fax"}"#).code == "unsupported-option")
            let draft = try await caller.draft()
            for call in ["insertion", "registration"] {
                let json = call == "insertion" ? #"{"reportsSending":true}"# : #"{"recipients":[]}"#
                #expect(
                    try await caller.problem(.post, "/deliveries/\(draft.id)/\(call)", json: json).code == "conflict")
            }
            let links = (0...50).map { #""https://x.example/\#($0)""# }.joined(separator: ",")
            #expect(
                try await caller.problem(.post, "/add-in/links", json: #"{"links":[\#(links)]}"#).code == "too-many")
        }
    }
}

private struct FoundLink: Codable, Equatable {
    let link: String
    let state: String
    let complete: Bool
}
