import Foundation
import Localization
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct ReceiptTests {
    private static let hostile = "<img src=x onerror=alert(1)></script><script>"

    /// A house with a delivery of which one recipient fetched the file.
    private static func fetched() async throws -> (house: DeliveryHouse, delivery: Delivery) {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(
            form: DraftForm(
                recipients: "Bernd <bernd@praxis.example>; clara@amt.example", subject: hostile, message: "Geheim"))
        let (now, recipient) = (house.now, try await house.recipients(of: delivery)[0])
        try await house.database.write { transaction in
            for file in try transaction.files.files(of: delivery.id) {
                _ = try transaction.visits.recordFetch(
                    delivery: delivery.id, recipient: recipient.id, file: file.id, at: now)
            }
        }
        return (house, delivery)
    }

    private static func check(_ file: Data, _ house: DeliveryHouse) -> ReceiptCheck.Fault? {
        ReceiptCheck(file, expected: Receipts(house.parts).publicKeys[0]).fault
    }

    @Test func aReceiptStatesWhoFetchedWhat() async throws {
        let (house, delivery) = try await Self.fetched()
        let envelope = try await Receipts(house.parts).envelope(of: delivery.id, for: house.sender.id)
        let check = ReceiptCheck(try envelope.json(), expected: Receipts(house.parts).publicKeys[0])
        #expect(check.fault == nil && !check.isDocument)
        let receipt = try #require(check.receipt)
        #expect(receipt.sender.email == "anna@kunde.example" && receipt.delivery.subject == Self.hostile)
        #expect(receipt.files.map(\.name) == ["Befund.pdf"] && receipt.files.map(\.size) == [6])
        #expect(receipt.recipients.map(\.person.email) == ["bernd@praxis.example", "clara@amt.example"])
        #expect(receipt.recipients.map(\.transfers.count) == [1, 0])
        #expect(receipt.recipients[0].transfers[0].file == receipt.files[0].id)
        #expect(receipt.history.map(\.what) == ["sent"])
        let text = String(decoding: try #require(Data(base64Encoded: envelope.payload)), as: UTF8.self)
        #expect(!text.contains("Geheim"), "the message is nobody's business")
    }

    @Test(arguments: Language.allCases)
    func aPageHoldsItsEnvelopeAndNothingElseThatRuns(_ language: Language) async throws {
        let (house, delivery) = try await Self.fetched()
        let page = try await Receipts(house.parts).document(
            of: delivery.id, for: house.sender.id, language: language)
        #expect(Self.check(page, house) == nil)
        let text = String(decoding: page, as: UTF8.self)
        #expect(text.ranges(of: "<script").count == 1 && !text.contains("<img"))
        #expect(text.contains("&lt;img src=x") && text.contains("bernd@praxis.example"))
        #expect(!text.contains("receipt."), "a text is missing")
        #expect(text.contains("lang=\"\(language.rawValue)\""))
    }

    @Test func whatWasChangedIsFound() async throws {
        let (house, delivery) = try await Self.fetched()
        let receipts = Receipts(house.parts)
        let json = String(
            decoding: try await receipts.envelope(of: delivery.id, for: house.sender.id).json(), as: UTF8.self)
        let page = String(
            decoding: try await receipts.document(of: delivery.id, for: house.sender.id, language: .german),
            as: UTF8.self)
        func fault(_ text: String) -> ReceiptCheck.Fault? { Self.check(Data(text.utf8), house) }
        #expect(fault(json) == nil && fault(page) == nil)
        // The statements.
        let envelope = try await receipts.envelope(of: delivery.id, for: house.sender.id)
        let payload = try #require(Data(base64Encoded: envelope.payload))
        let other = String(decoding: payload, as: UTF8.self).replacing("bernd@", with: "berta@")
        let forged = Data(other.utf8).base64EncodedString()
        #expect(fault(json.replacing(envelope.payload, with: forged)) == .signature)
        #expect(fault(page.replacing(envelope.payload, with: forged)) == .signature)
        // What people read.
        #expect(fault(page.replacing("<title>", with: "<title>x")) == .document)
        #expect(fault(page + "x") == .document)
        #expect(fault(page.replacing("\n", with: "\r\n")) == .document)
        // An envelope without the page's signature, and the page of another receipt.
        #expect(fault(page.replacing("documentSignature", with: "nothing")) == .document)
        // Another version, another algorithm.
        #expect(fault(json.replacing("receipt/1", with: "receipt/2")) == .unsupported)
        #expect(fault(json.replacing("\"Ed25519\"", with: "\"none\"")) == .unsupported)
        // No receipt at all.
        for text in ["", "{}", "[]", "x", page.replacing("</script>", with: ""), page + page] {
            #expect(fault(text) == .unreadable || fault(text) == .document, "\(text.prefix(20))")
        }
    }

    @Test func anotherKeyIsNotTheServers() async throws {
        let (house, delivery) = try await Self.fetched()
        let envelope = try await Receipts(house.parts).envelope(of: delivery.id, for: house.sender.id)
        let receipt = try #require(envelope.statements()?.receipt)
        let forged = try SignedReceipt(receipt, keys: KeyRing(ephemeral: SystemRandomSource())).json()
        #expect(ReceiptCheck(forged).fault == nil, "anybody can sign")
        #expect(Self.check(forged, house) == .otherKey)
    }

    @Test func whatWasFetchedBeforeACorrectionSaysSo() async throws {
        let (house, delivery) = try await Self.fetched()
        house.pass(60)
        let recipient = try await house.recipients(of: delivery)[0]
        try await house.actions.correctAddress(
            of: recipient.id, by: house.sender.id, to: "bert@praxis.example")
        let envelope = try await Receipts(house.parts).envelope(of: delivery.id, for: house.sender.id)
        let reader = try #require(envelope.statements()?.receipt.recipients[0])
        #expect(reader.person.email == "bert@praxis.example" && reader.correctedAt != nil)
        #expect(reader.transfers[0].beforeCorrection)
    }

    @Test func onlyTheSenderGetsOneAndADraftHasNone() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        let receipts = Receipts(house.parts)
        #expect(
            try await refusal { _ = try await receipts.envelope(of: draft.id, for: house.sender.id) }.code == .conflict)
        let delivery = try await house.sent()
        let stranger = AccountID(now: house.now, random: SystemRandomSource())
        #expect(try await refusal { _ = try await receipts.envelope(of: delivery.id, for: stranger) }.code == .notFound)
    }
}
