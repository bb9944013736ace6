import Deliveries
import Foundation
import MailMessage
import MailTemplates
import SMTP
import SenderDomains
import Testing

@testable import Outbox

/// What the state of a sender domain does to mail on its way.
@Suite struct SenderDomainMailTests {
    /// A domain with a key that signs, in the given state.
    static func put(
        _ name: String, state: SenderDomain.State = .verified, policy: SenderDomain.Policy = .fallback,
        in house: OutboxHouse
    ) async throws {
        let domain = try MailDomain(parsing: name)
        let made = try await DomainKeyVault(keys: house.parts.keys).make(
            [.rsa: "depesche1", .ed25519: "depesche1e"], for: domain, publication: { _ in .txt }, now: house.now)
        let keys = made.map { key in
            DomainKey(
                selector: key.selector, type: key.type, publicRecord: key.publicRecord,
                sealedPrivateKey: key.sealedPrivateKey, phase: .active, publication: .txt, origin: .generated,
                createdAt: key.createdAt, seenAt: key.createdAt, activatedAt: key.createdAt, retiringSince: nil,
                retiredAt: nil, goneAt: nil, isCompromised: false, remindedAt: nil)
        }
        let stored = SenderDomain(
            domain: domain, state: state, policy: policy, keys: keys,
            control: ControlProof(token: "t", method: .txt, provenAt: house.now), createdAt: house.now,
            stateSince: house.now, changedAt: house.now, alignedBy: state == .degraded ? [] : [.dkim],
            bouncesReady: false, doubtedAt: nil, lastReport: nil, nextCheckAt: house.now)
        try await house.database.write { transaction in
            if try transaction.senderDomains.domain(domain) == nil {
                try transaction.senderDomains.insert(stored)
            } else {
                try transaction.senderDomains.update(stored)
            }
        }
    }

    /// Carries out all that is due.
    static func drain(_ house: OutboxHouse) async throws {
        while let leased = try await house.lease().first {
            _ = try await house.attempt.carryOut(leased, settings: try await house.parts.settings.current())
        }
    }

    static func selectors(_ message: String) -> [String] {
        message.replacing("\r\n\t", with: " ").replacing("\r\n ", with: " ").split(separator: "\r\n")
            .filter { $0.hasPrefix("DKIM-Signature:") }
            .compactMap { line in
                line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.first { $0.hasPrefix("s=") }
            }
    }

    @Test func mailOfAVerifiedDomainLeavesUnderItsOwnAddressAndSigned() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await Self.put("kunde.example", in: house)
                let row = try await house.send()[0]
                #expect(try await house.attemptNext().entry.state == .handedOver)
                let mail = try #require(server.mails.first?.text)
                #expect(Self.selectors(mail) == ["s=depesche1", "s=depesche1e"])
                #expect(mail.contains("d=kunde.example"))
                let entry = try await house.entry(row.id)
                #expect(entry.senderReason == "dkim-aligned" && entry.visibleFrom == "anna@kunde.example")
            }
        }
    }

    @Test func theSettingSaysHowManySignatures() async throws {
        for (setting, expected) in [("rsa", ["s=depesche1"]), ("none", [])] {
            try await MailServer.with { server in
                try await OutboxHouse.with(port: server.port, settings: ["smtp.dkim-signing": setting]) { house in
                    try await Self.put("kunde.example", in: house)
                    try await house.send()
                    try await house.attemptNext()
                    #expect(Self.selectors(try #require(server.mails.first?.text)) == expected)
                }
            }
        }
    }

    @Test func mailFromTheSystemSenderIsSignedForItsDomain() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await Self.put("depesche.example", in: house)
                try await house.send()
                try await house.attemptNext()
                let mail = try #require(server.mails.first?.text)
                #expect(mail.contains("d=depesche.example") && Self.selectors(mail).count == 2)
            }
        }
    }

    @Test func mailWaitsForADomainThatHoldsAndGoesOnWhenItHeals() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await Self.put("kunde.example", state: .degraded, policy: .hold, in: house)
                let rows = try await house.send(to: "bea@praxis.example; carl@praxis.example")
                try await Self.drain(house)
                let held = try await house.entry(rows[0].id)
                #expect(held.state == .held && held.heldFor?.ascii == "kunde.example" && held.attempts == 0)
                #expect(held.senderReason == "hold-degraded-domain")
                #expect(try await house.events(of: held) == [.held, .held], "one for each mail")
                #expect(server.mails.allSatisfy { $0.recipient == "anna@kunde.example" })
                let notices = try await house.entries().filter { $0.kind == .held }
                #expect(notices.map(\.to.wireForm) == ["anna@kunde.example"], "once for two mails")

                try await Self.put("kunde.example", in: house)
                let domain = try MailDomain(parsing: "kunde.example")
                let now = house.now
                let released = try await house.database.write { transaction in
                    try transaction.outbox.release(heldFor: domain, isReleased: false, at: now)
                }
                #expect(released == 2)
                try await Self.drain(house)
                #expect(try await house.entry(rows[0].id).state == .handedOver)
            }
        }
    }

    @Test func anAdministratorReleasesHeldMailWhichTheSystemSenderThenCarries() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await Self.put("kunde.example", state: .degraded, policy: .hold, in: house)
                let row = try await house.send()[0]
                try await Self.drain(house)
                try await house.actions.retry(row.id, by: nil, origin: OutboxHouse.origin)
                try await Self.drain(house)
                let entry = try await house.entry(row.id)
                #expect(entry.state == .handedOver && entry.isReleased)
                #expect(entry.visibleFrom == "zustellung@depesche.example")
            }
        }
    }

    @Test func mailOfADomainThatRejectsMeanwhileFails() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                let row = try await house.send()[0]
                try await Self.put("kunde.example", state: .degraded, policy: .reject, in: house)
                try await Self.drain(house)
                let entry = try await house.entry(row.id)
                #expect(entry.state == .failed && entry.failureClass == "authentication")
                #expect(entry.senderReason == "reject-degraded-domain")
                #expect(!server.mails.contains { $0.recipient == "bea@praxis.example" })
            }
        }
    }

    @Test func mailWhoseKeyCannotBeOpenedIsNotSentUnsigned() async throws {
        try await MailServer.with { server in
            try await OutboxHouse.with(port: server.port) { house in
                try await Self.put("kunde.example", in: house)
                let domain = try MailDomain(parsing: "kunde.example")
                try await house.database.write { transaction in
                    let before = try #require(try transaction.senderDomains.domain(domain))
                    var keys = before.keys
                    keys[0].sealedPrivateKey = Data([1, 2, 3])
                    try transaction.senderDomains.update(
                        SenderDomain(
                            domain: domain, state: before.state, policy: before.policy, keys: keys,
                            control: before.control, createdAt: before.createdAt, stateSince: before.stateSince,
                            changedAt: before.changedAt, alignedBy: before.alignedBy, bouncesReady: false,
                            doubtedAt: nil, lastReport: nil, nextCheckAt: before.nextCheckAt))
                }
                let row = try await house.send()[0]
                try await Self.drain(house)
                let entry = try await house.entry(row.id)
                #expect(entry.state == .queued && entry.lastAnswer == "The mail cannot be signed.")
                #expect(server.mails.isEmpty)
            }
        }
    }
}
