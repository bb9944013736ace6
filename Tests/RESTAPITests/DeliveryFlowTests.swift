import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebServer

@testable import RESTAPI

/// The main way: a draft, files, sending, what became of it.
@Suite struct DeliveryFlowTests {
    @Test func aDeliveryGoesFromDraftToWithdrawn() async throws {
        try await APIHouse.open { house, caller in
            let made = try await caller.call(
                .post, "/deliveries", json: #"{"recipients":"Bernd <bernd@praxis.example>; clara@amt.example"}"#)
            #expect(made.status == .created)
            let draft: DeliveryModel = try Caller.decoded(made)
            #expect(made.headers[.location] == "/api/v1/deliveries/\(draft.id)")
            #expect(draft.state == "draft" && draft.recipients.isEmpty)
            #expect(draft.draftRecipients == "Bernd <bernd@praxis.example>; clara@amt.example")

            let bytes = content(150_000)
            try await caller.upload(bytes, as: "Befund.pdf", to: draft)
            try await caller.upload([], as: "leer.txt", to: draft)
            let changed: DeliveryModel = try await caller.ask(
                .patch, "/deliveries/\(draft.id)", json: #"{"subject":"Befunde","level":2,"message":null}"#)
            #expect(changed.subject == "Befunde" && changed.level == 2 && changed.files.count == 2)
            #expect(changed.files.allSatisfy { $0.complete })

            let drafts: ListModel<SummaryModel> = try await caller.ask(.get, "/deliveries?state=drafts")
            #expect(drafts.items.map(\.id) == [draft.id])
            let sent: DeliveryModel = try await caller.ask(
                .post, "/deliveries/\(draft.id)/send", json: #"{"message":"Guten Tag","lifetimeDays":7}"#)
            #expect(sent.state == "sent" && sent.message == "Guten Tag" && sent.draftRecipients == nil)
            #expect(sent.expiresAt == house.now.addingTimeInterval(7 * 86_400))
            #expect(sent.recipients.map(\.email) == ["bernd@praxis.example", "clara@amt.example"])
            #expect(sent.recipients.allSatisfy { $0.sending == "queued" && $0.openedAt == nil })

            let found: ListModel<SummaryModel> = try await caller.ask(.get, "/deliveries?search=praxis+&limit=10")
            #expect(found.total == 1 && found.items[0].recipients == 2 && found.items[0].size == 150_000)
            let none: ListModel<SummaryModel> = try await caller.ask(.get, "/deliveries?search=gibt%20es%20nicht")
            #expect(none.total == 0 && none.items.isEmpty)

            let extended: DeliveryModel = try await caller.ask(
                .post, "/deliveries/\(draft.id)/extend", json: #"{"days":3}"#)
            #expect(extended.expiresAt == house.now.addingTimeInterval(10 * 86_400))
            _ = try await caller.ask(.post, "/deliveries/\(draft.id)/remind", as: DeliveryModel.self)

            let withdrawn: DeliveryModel = try await caller.ask(.post, "/deliveries/\(draft.id)/withdraw")
            #expect(withdrawn.state == "withdrawn")
            #expect(withdrawn.recipients.allSatisfy { $0.sending == "cancelled" })
            #expect(withdrawn.events.map(\.kind) == ["sent", "extended", "reminded", "reminded", "withdrawn"])
            #expect(try await caller.problem(.post, "/deliveries/\(draft.id)/withdraw").code == "conflict")
            #expect(
                try await caller.problem(.post, "/deliveries/\(draft.id)/extend", json: #"{"days":3}"#).code
                    == "withdrawn")
            #expect(try await caller.problem(.post, "/deliveries/\(draft.id)/remind").code == "withdrawn")
        }
    }

    @Test func sendingTellsAllThatMustBeChangedAndKeepsWhatWasTyped() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft("{}")
            let problem = try await caller.problem(
                .post, "/deliveries/\(draft.id)/send",
                json: #"{"recipients":"a@@b; ok@amt.example","subject":"a\nb","lifetimeDays":0}"#)
            #expect(problem.code == "invalid")
            let fields = Set(problem.fields.map(\.field))
            #expect(fields == ["recipients[0]", "subject", "lifetimeDays", "files"])
            let kept: DeliveryModel = try await caller.ask(.get, "/deliveries/\(draft.id)")
            #expect(kept.draftRecipients == "a@@b; ok@amt.example" && kept.state == "draft")
        }
    }

    @Test func nothingIsSentWhileChunksAreMissing() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft()
            let bytes = content(70_000)
            let file = try await caller.announce(draft, "a.bin", size: bytes.count)
            try await caller.put(1, of: file, bytes)
            let problem = try await caller.problem(.post, "/deliveries/\(draft.id)/send", json: "{}")
            #expect(problem.code == "incomplete" && problem.fields.map(\.field) == ["files[0]"])
            try await caller.put(0, of: file, bytes)
            let sent: DeliveryModel = try await caller.ask(.post, "/deliveries/\(draft.id)/send")
            #expect(sent.state == "sent")
            #expect(try await caller.problem(.post, "/deliveries/\(draft.id)/send").code == "conflict")
            #expect(try await caller.problem(.patch, "/deliveries/\(draft.id)", json: "{}").code == "conflict")
            #expect(try await caller.problem(.delete, "/deliveries/\(draft.id)").code == "conflict")
            #expect(try await caller.problem(.delete, "/files/\(file.id)").code == "conflict")
            let late = try await caller.problem(
                .post, "/deliveries/\(draft.id)/files", json: #"{"name":"b","size":1}"#)
            #expect(late.code == "conflict")
        }
    }

    @Test func aDraftAndItsFilesCanBeThrownAway() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft()
            let file = try await caller.upload([1, 2, 3], as: "a", to: draft)
            try await caller.upload([1], as: "a", to: draft)
            #expect(try await caller.call(.delete, "/files/\(file.id)").status == .noContent)
            #expect(try await caller.problem(.get, "/files/\(file.id)").code == "not-found")
            let left: DeliveryModel = try await caller.ask(.get, "/deliveries/\(draft.id)")
            #expect(left.files.count == 1 && left.files[0].name != "a")
            #expect(try await caller.call(.delete, "/deliveries/\(draft.id)").status == .noContent)
            #expect(try await caller.problem(.get, "/deliveries/\(draft.id)").code == "not-found")
        }
    }

    @Test func recipientsCanBeCorrectedRemindedAndSentToAgain() async throws {
        try await APIHouse.open { house, caller in
            let sent = try await caller.sent([("a.txt", [1])])
            let recipient = sent.recipients[0].id
            let before = try await house.links(of: sent.id)
            let wrong = try await caller.problem(
                .post, "/recipients/\(recipient)/correct", json: #"{"email":"kaputt@"}"#)
            #expect(wrong.code == "invalid" && wrong.fields.map(\.field) == ["email"])
            let taken = try await caller.problem(
                .post, "/recipients/\(recipient)/correct", json: #"{"email":"clara@amt.example"}"#)
            #expect(taken.fields.map(\.reason) == ["recipient-already"])
            let corrected = try await caller.call(
                .post, "/recipients/\(recipient)/correct", json: #"{"email":"b.neu@praxis.example"}"#)
            #expect(corrected.status == .noContent)
            let now: DeliveryModel = try await caller.ask(.get, "/deliveries/\(sent.id)")
            #expect(now.recipients[0].email == "b.neu@praxis.example")
            #expect(Set(try await house.links(of: sent.id)).subtracting(before).count == 1)

            #expect(try await caller.call(.post, "/recipients/\(recipient)/resend").status == .noContent)
            let soon = try await caller.problem(.post, "/recipients/\(recipient)/resend")
            #expect(soon.code == "throttled" && soon.retryAfter == 3600)
            house.pass(3601)
            #expect(try await caller.call(.post, "/recipients/\(recipient)/resend").status == .noContent)
            #expect(try await caller.call(.post, "/recipients/\(recipient)/remind").status == .noContent)
            #expect(try await caller.problem(.post, "/recipients/\(recipient)/remind").code == "throttled")
        }
    }

    @Test func listsAreReadAndEarlierRecipientsOffered() async throws {
        try await APIHouse.open { _, caller in
            let response = try await caller.call(
                .post, "/recipients/check",
                json: #"{"text":"\"Müller, Bernd\" <bernd@praxis.example>; clara@@amt; bernd@praxis.example"}"#)
            let list = try Caller.decoded(response) as Node
            #expect(list["duplicates"] == .number(1))
            #expect(list["entries"]?.items.first?["email"]?.string == "bernd@praxis.example")
            #expect(list["entries"]?.items.last?["problem"]?.string?.hasPrefix("address-") == true)
            _ = try await caller.sent([("a.txt", [1])])
            let offered = try Caller.decoded(try await caller.call(.get, "/recipients/suggestions?q=ber")) as Node
            #expect(offered.items.map { $0["email"]?.string } == ["bernd@praxis.example"])
            let sender = try Caller.decoded(try await caller.call(.get, "/sender")) as Node
            #expect(sender["fromAddress"]?.string?.isEmpty == false)
        }
    }
}
