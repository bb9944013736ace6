import Foundation
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct SuppressionTests {
    private let bernd: EmailAddress

    init() throws {
        bernd = try EmailAddress(parsing: "bernd@praxis.example")
    }

    private func suppressions(_ house: DeliveryHouse) -> Suppressions {
        Suppressions(database: house.database, now: house.parts.now)
    }

    private func suppress(_ address: EmailAddress, _ reason: Suppression.Reason, in house: DeliveryHouse) async throws {
        let now = house.now
        try await house.database.write {
            try $0.suppressions.set(
                Suppression(address: address, reason: reason, answer: "550", source: nil, at: now))
        }
    }

    private func reason(_ address: EmailAddress, in house: DeliveryHouse) async throws -> Suppression.Reason? {
        try await suppressions(house).of([address]).first?.reason
    }

    private func audit(_ house: DeliveryHouse) async throws -> [String] {
        try await house.database.read { try $0.ledger.audit(offset: 0, limit: 10).map(\.action) }
    }

    /// The mail to Bernd fails with that class.
    private func fail(
        _ failureClass: FailureClass, answer: String? = nil, in house: DeliveryHouse
    ) async throws {
        let answers: [FailureClass: String] = [
            .noSuchUser: "550 5.1.1 no such user", .noSuchDomain: "556 5.1.10 null MX", .inactive: "550 5.2.1 disabled",
        ]
        let delivery = try await house.sent()
        let (address, now, outcome) = (bernd, house.now, house.outcome)
        try await house.database.write { transaction in
            let entries = try transaction.outbox.entries(
                OutboxFilter(delivery: delivery.id), offset: 0, limit: 10)
            var entry = try #require(entries.first { $0.to == address })
            entry.state = .failed
            entry.failureClass = failureClass.rawValue
            entry.lastAnswer = answer ?? answers[failureClass] ?? "550"
            try transaction.outbox.update(entry)
            try outcome.record(.failed, of: entry, in: transaction, at: now)
        }
    }

    @Test(arguments: FailureClass.allCases)
    func onlyAWrongAddressIsSuppressed(_ failureClass: FailureClass) async throws {
        let house = try await DeliveryHouse()
        try await fail(failureClass, in: house)
        let condemned: Set<FailureClass> = [.noSuchUser, .noSuchDomain, .inactive]
        #expect(
            try await reason(bernd, in: house)?.rawValue
                == (condemned.contains(failureClass) ? failureClass.rawValue : nil))
        #expect(try await audit(house).contains("address-suppressed") == condemned.contains(failureClass))
    }

    /// `550 Rejected` is what filters say, too.
    @Test func aBareReplyCodeSuppressesNothing() async throws {
        let house = try await DeliveryHouse()
        try await fail(.noSuchUser, answer: "550 Rejected", in: house)
        #expect(try await reason(bernd, in: house) == nil)
    }

    @Test func aFailureDoesNotReplaceTheOwnersWish() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        #expect(delivery.state == .sent)
        try await suppress(bernd, .unsubscribed, in: house)
        let (address, now, outcome) = (bernd, house.now, house.outcome)
        try await house.database.write { transaction in
            let entries = try transaction.outbox.entries(OutboxFilter(delivery: delivery.id), offset: 0, limit: 10)
            var entry = try #require(entries.first { $0.to == address })
            entry.failureClass = "no-such-user"
            try outcome.record(.failed, of: entry, in: transaction, at: now)
        }
        #expect(try await reason(bernd, in: house) == .unsubscribed)
    }

    @Test func aSuppressedRecipientIsToldBeforeSendingAndTheSenderMayKnowBetter() async throws {
        let house = try await DeliveryHouse()
        let clara = try EmailAddress(parsing: "clara@amt.example")
        try await suppress(bernd, .noSuchUser, in: house)
        try await suppress(clara, .complaint, in: house)
        let draft = try await house.draft()
        let refused = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(refused?.fields.map(\.field) == ["recipients[0]", "recipients[1]"])
        #expect(refused?.fields.map(\.reason) == ["suppressed-no-such-user", "suppressed-complaint"])
        // What an owner wished no sender lifts.
        let lifting = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id, form: DraftForm(liftsSuppressions: true))
        }
        #expect(lifting?.fields.map(\.reason) == ["suppressed-complaint"])
        #expect(try await reason(bernd, in: house) == .noSuchUser)
        try await house.sending.send(
            draft.id, by: house.sender.id,
            form: DraftForm(recipients: "Bernd@PRAXIS.example", liftsSuppressions: true))
        #expect(try await reason(bernd, in: house) == nil)
        #expect(try await reason(clara, in: house) == .complaint)
        #expect(try await audit(house).prefix(2) == ["delivery-sent", "suppression-lifted"])
    }

    @Test func aCodeThatWasGivenProvesTheAddressAlive() async throws {
        let house = try await DeliveryHouse()
        let address = try EmailAddress(parsing: "b@x.example")
        let (link, codes, cookie) = try await house.mailedCodes(1)
        try await suppress(address, .inactive, in: house)
        _ = try await house.fetching.giveCode(link, cookie: cookie, typed: codes[0])
        #expect(try await reason(address, in: house) == nil)
        #expect(try await audit(house).first == "suppression-healed")
    }

    @Test(arguments: Suppression.Reason.allCases)
    func fetchingProvesTheAddressAliveAndChangesNoWish(_ reason: Suppression.Reason) async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        try await suppress(bernd, reason, in: house)
        try await house.fetchAll(delivery)
        #expect(try await self.reason(bernd, in: house) == (reason.isOwnersWish ? reason : nil))
    }

    @Test func sendingAgainByHandLiftsWhatIsNoWish() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let recipient = try await house.recipients(of: delivery)[0]
        try await suppress(bernd, .complaint, in: house)
        let refused = await #expect(throws: DeliveriesError.self) {
            try await house.actions.resend(recipient.id, by: house.sender.id)
        }
        #expect(refused?.fields.map(\.reason) == ["suppressed-complaint"])
        try await suppress(bernd, .noSuchUser, in: house)
        try await house.actions.resend(recipient.id, by: house.sender.id)
        #expect(try await reason(bernd, in: house) == nil)
    }

    @Test func anAddressIsNotCorrectedToASuppressedOne() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let recipient = try await house.recipients(of: delivery)[0]
        let other = try EmailAddress(parsing: "ben@praxis.example")
        try await suppress(other, .noSuchUser, in: house)
        let refused = await #expect(throws: DeliveriesError.self) {
            try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: "ben@praxis.example")
        }
        #expect(refused?.fields == [FieldError("address", "suppressed-no-such-user")])
    }

    @Test func administratorsEnterAndLiftAddresses() async throws {
        let house = try await DeliveryHouse()
        let use = suppressions(house)
        let wrong = await #expect(throws: DeliveriesError.self) {
            try await use.add("nobody", by: nil, origin: .commandLine)
        }
        #expect(wrong?.fields.map(\.field) == ["address"])
        try await use.add(" Jörg@Müller.example ", by: house.sender.id, origin: .commandLine)
        #expect(try await use.list(search: "MÜLLER").suppressions.map(\.reason) == [.unsubscribed])
        #expect(try await use.list(search: "x%").total == 0)
        let address = try EmailAddress(parsing: "jörg@müller.example")
        try await use.lift(address, by: house.sender.id, origin: .commandLine)
        await #expect(throws: DeliveriesError(.notFound)) {
            try await use.lift(address, by: house.sender.id, origin: .commandLine)
        }
        #expect(try await audit(house).prefix(2) == ["suppression-lifted", "address-suppressed"])
    }

    @Test func whatTheAddresseeAskedForIsSentAllTheSame() {
        #expect(
            Set(MailKind.allCases.filter(\.ignoresSuppressions))
                == [
                    .code, .passwordForgotten, .invitation, .test, .domainControl, .passwordChanged, .newSignIn,
                    .accountDisabled,
                ])
    }
}
