import Foundation
import Localization
import MailMessage
import MailTemplates
import SenderDomains
import Testing

@testable import Deliveries

@Suite struct DomainSendingTests {
    static let smtp = [
        "mail.route": "smtp", "smtp.host": "127.0.0.1", "smtp.security": "none", "smtp.dkim-signing": "rsa",
    ]

    @Test func theDecisionBeforeSendingFollowsTheDomain() async throws {
        let house = try await DomainHouse(settings: Self.smtp)
        let anna = house.house.sender.id
        let sending = Sending(house.house.parts)
        #expect(try await sending.preview(for: anna)?.code == "foreign-domain")
        house.probe.find(.missing)
        let name = try await house.add().domain
        #expect(try await sending.preview(for: anna)?.code == "pending-domain")
        house.probe.find(.ok)
        _ = try await house.administration.check(name)
        let own = try #require(try await sending.preview(for: anna))
        #expect(own.code == "dkim-aligned" && own.outcome == .own && own.from.address.wireForm == "anna@kunde.example")
        house.probe.find(.missing)
        for _ in 0..<2 {
            house.house.pass(120)
            _ = try await house.administration.check(name)
        }
        #expect(try await sending.preview(for: anna)?.code == "degraded-domain")
        try await house.administration.setPolicy(.hold, of: name, by: house.boss.id, origin: DomainHouse.origin)
        #expect(try await sending.preview(for: anna)?.outcome == .hold)
        try await house.administration.setPolicy(.reject, of: name, by: house.boss.id, origin: DomainHouse.origin)
        #expect(try await sending.preview(for: anna)?.code == "reject-degraded-domain")
    }

    @Test func nothingIsSentInTheNameOfARejectedDomain() async throws {
        let house = try await DomainHouse(settings: Self.smtp.merging(["domains.policy": "reject"]) { $1 })
        house.probe.find(.missing)
        try await house.add()
        let draft = try await house.house.drafts.create(by: house.house.sender.id, language: .german)
        let error = await refused {
            try await house.house.sending.send(
                draft.id, by: house.house.sender.id,
                form: DraftForm(recipients: "bea@praxis.example", subject: "Unterlagen", message: "Guten Tag"))
        }
        #expect(
            error?.fields == [FieldError("sender", "sender-domain-not-in-order", ["domain": "kunde.example"])])
        #expect(try await house.mails(.delivery).isEmpty)
    }
}
