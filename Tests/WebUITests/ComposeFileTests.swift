import Deliveries
import FileVault
import Foundation
import HTTPTypes
import HummingbirdTesting
import Localization
import Storage
import Testing

@testable import WebUI

/// Files in the compose form, without scripts.
@Suite struct ComposeFileTests {
    private typealias Part = PageReader.Part

    private static let before = [
        Part("recipients", "bernd@praxis.example"), Part("subject", "Ihre Unterlagen"), Part("message", "Guten\r\nTag"),
    ]
    private static let after = [
        Part("level", "1"), Part("lifetimeDays", "14"), Part("notifiesSender", "true"), Part("language", "de"),
    ]

    private static func files(_ house: DeliveryHouse, _ id: DeliveryID) async throws -> [DeliveryFile] {
        try await house.database.read { try $0.files.files(of: id) }
    }

    private static func draftID(_ answer: PageReader.Answer) throws -> DeliveryID {
        let parts = try #require(answer.location, "\(answer.status) \(answer.text)").split(separator: "/")
        return try #require(DeliveryID(String(parts[1])))
    }

    private static func vaultFiles(_ house: DeliveryHouse) async throws -> Int {
        try await house.parts.vault.files(olderThan: .distantFuture).count
    }

    @Test(arguments: [false, true])
    func filesBetweenTheFieldsAreKeptAndSent(proofLast: Bool) async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let files = [Part("file", "eins", file: "Übersicht.txt"), Part("file", "", file: "leer.txt")]
            let added = try await reader.upload(
                "/deliveries/new", Self.before + files + Self.after + [Part("action", "add")], proofLast: proofLast)
            let id = try Self.draftID(added)
            #expect(added.location == "/deliveries/\(id)/edit?done=files-added#files")
            #expect(try await house.stored(id).message == "Guten\nTag")
            let page = try await reader.get("/deliveries/\(id)/edit")
            #expect(page.text.contains("Übersicht.txt") && page.text.contains("leer.txt"))
            // More with the button that sends; a field in which nothing is chosen is no file.
            let sent = try await reader.upload(
                "/deliveries/\(id)/edit",
                Self.before + [Part("file", "zwei", file: "Übersicht.txt"), Part("file", "", file: "")] + Self.after
                    + [Part("action", "send")])
            #expect(sent.location == "/deliveries/\(id)?done=sent")
            let kept = try await Self.files(house, id)
            #expect(kept.map(\.name) == ["Übersicht.txt", "leer.txt", "Übersicht (2).txt"])
            #expect(kept.map(\.size) == [4, 0, 4] && kept.allSatisfy { $0.completedAt != nil })
        }
    }

    @Test func aFormThatBreaksOffLeavesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let parts = Self.before + [Part("file", "eins", file: "a"), Part("file", "zwei", file: "b")]
            let answer = try await reader.upload("/deliveries/new", parts, isCut: true)
            #expect(answer.status == .unprocessableContent)
            #expect(try await Self.vaultFiles(house) == 0)
            #expect(try await Drafts(house.parts).latest(of: house.sender().id) == nil)
        }
    }

    @Test func aFormWithoutItsProofLeavesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let forged = [Part("csrf", "forged")] + Self.before + [Part("file", "eins", file: "a")]
            let answer = try await reader.upload("/deliveries/new", forged, proofLast: true)
            #expect(answer.status == .forbidden)
            #expect(try await Self.vaultFiles(house) == 0)
        }
    }

    @Test func whatIsTooLargeIsNamedAndTheRestIsKept() async throws {
        let settings = [
            "deliveries.largest-file": "10", "deliveries.largest-delivery": "16", "deliveries.most-files": "3",
        ]
        try await DeliveryHouse.with(settings: settings) { house, client in
            let reader = try await house.senderBrowser(client)
            let files = [
                Part("file", "12345678901", file: "groß.txt"), Part("file", "1234567890", file: "passt.txt"),
                Part("file", "1234567890", file: "zusammen.txt"), Part("file", "1", file: "x"),
                Part("file", "1", file: "y"), Part("file", "1", file: "viele.txt"),
            ]
            let answer = try await reader.upload(
                "/deliveries/new", Self.before + files + Self.after + [Part("action", "send")])
            #expect(answer.status == .unprocessableContent)
            for words in [
                "„groß.txt“: Das ist zu groß: Höchstens 10 Byte", "„zusammen.txt“: Die Dateien sind zusammen zu groß",
                "„viele.txt“: Das sind zu viele", "value=\"Ihre Unterlagen\"", "Guten\nTag</textarea>", "passt.txt",
            ] {
                #expect(answer.text.contains(words), "\(words)")
            }
            let draft = try #require(try await Drafts(house.parts).latest(of: house.sender().id))
            #expect(draft.state == .draft && draft.subject == "Ihre Unterlagen")
            #expect(try await Self.files(house, draft.id).map(\.name) == ["passt.txt", "x", "y"])
            #expect(try await Self.vaultFiles(house) == 3)
        }
    }

    @Test(arguments: [false, true])
    func aTextThatIsFarTooLongComesBackCut(isEncoded: Bool) async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let long = String(repeating: "Wort ", count: 1 << 20)
            let answer: PageReader.Answer
            if isEncoded {
                // Long, in an order of which the test is sure.
                let proof = try #require(try await reader.get("/deliveries/new").proof)
                answer = try await reader.send(
                    .post, "/deliveries/new",
                    encoded:
                        "csrf=\(proof)&recipients=bernd%40praxis.example&subject=Akte&level=1&lifetimeDays=14&message="
                        + long.replacing(" ", with: "+"))
            } else {
                answer = try await reader.upload(
                    "/deliveries/new",
                    [Part("recipients", "bernd@praxis.example"), Part("subject", "Akte")] + Self.after
                        + [Part("message", long), Part("action", "send")])
            }
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("value=\"Akte\"") && answer.text.contains("id=\"message-error\""))
            #expect(answer.text.utf8.count > 3 << 20, "what there was room for is still there")
        }
    }

    @Test func discardingDropsWhatCameAlong() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let draft = try await house.draft(DraftForm(subject: "Akte"))
            let parts = [Part("file", "eins", file: "a"), Part("action", "discard")]
            let gone = try await reader.upload("/deliveries/\(draft.id)/edit", parts)
            #expect(gone.location == "/deliveries?done=draft-discarded")
            #expect(try await reader.upload("/deliveries/new", parts).location == "/deliveries")
            #expect(try await Self.vaultFiles(house) == 0)
        }
    }

    @Test func aDeliveryThatWasSentTakesNoMoreFiles() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let delivery = try await house.sent()
            let count = try await Self.vaultFiles(house)
            let late = try await reader.upload(
                "/deliveries/new", to: "/deliveries/\(delivery.id)/edit",
                Self.before + [Part("file", "eins", file: "a")] + Self.after + [Part("action", "send")])
            #expect(late.location == "/deliveries/\(delivery.id)")
            #expect(try await Self.vaultFiles(house) == count)
        }
    }
}
