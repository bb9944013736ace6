import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import SenderDomains
import Testing

@testable import Outbox

@Suite struct OutgoingMailMessageTests {
    static func mail(author: Mailbox? = nil) throws -> OutgoingMail {
        OutgoingMail(
            kind: .delivery, author: author,
            to: Mailbox(name: "Bea Öztürk", address: try EmailAddress(parsing: "bea@praxis.example")),
            subject: "Grüße aus München", plainText: "Guten Tag\nAnna", html: "<p>Guten Tag</p>",
            date: OutboxHouse.start, messageID: "01jabc@depesche.example", inReplyTo: "thread@depesche.example",
            references: ["thread@depesche.example"], language: .german)
    }

    static func decision(author: Mailbox?, homeDomains: [String]) throws -> SenderDecision {
        SenderDecision.decide(
            author: author,
            systemSender: Mailbox(name: "Muster", address: try EmailAddress(parsing: "zustellung@depesche.example")),
            homeDomains: homeDomains, names: SenderNames(fallback: .standardFallback("über Depesche")))
    }

    func lines(_ mail: OutgoingMail, _ sender: SenderDecision) throws -> [String] {
        String(decoding: try mail.message(sender: sender).serialized, as: UTF8.self)
            .replacingOccurrences(of: "\r\n ", with: " ").components(separatedBy: "\r\n")
    }

    @Test func theSameMailGivesTheSameOctets() throws {
        let author = Mailbox(name: "Anna", address: try EmailAddress(parsing: "anna@kunde.example"))
        let mail = try Self.mail(author: author)
        let sender = try Self.decision(author: author, homeDomains: ["kunde.example"])
        let first = try mail.message(sender: sender).serialized
        let stored = try JSONDecoder().decode(OutgoingMail.self, from: JSONEncoder().encode(mail))
        #expect(try stored.message(sender: sender).serialized == first)
    }

    @Test func aHomeDomainIsNamedInFrom() throws {
        let author = Mailbox(name: "Anna Muster", address: try EmailAddress(parsing: "anna@kunde.example"))
        let sender = try Self.decision(author: author, homeDomains: ["kunde.example"])
        let lines = try lines(Self.mail(author: author), sender)
        #expect(lines.contains("From: Anna Muster <anna@kunde.example>"))
        #expect(!lines.contains { $0.hasPrefix("Reply-To:") })
        #expect(sender.envelopeFrom == .address(author.address))
    }

    @Test func anotherDomainLeavesByWayOfTheSystemSender() throws {
        let author = Mailbox(name: "Anna Muster", address: try EmailAddress(parsing: "anna@kunde.example"))
        let lines = try lines(
            Self.mail(author: author), Self.decision(author: author, homeDomains: ["other.example"]))
        #expect(lines.contains { $0.hasPrefix("From: ") && $0.hasSuffix("<zustellung@depesche.example>") })
        #expect(lines.contains("Reply-To: Anna Muster <anna@kunde.example>"))
    }

    @Test func headersComeFromTheStoredMail() throws {
        let lines = try lines(Self.mail(), Self.decision(author: nil, homeDomains: []))
        #expect(lines.contains("Message-ID: <01jabc@depesche.example>"))
        #expect(lines.contains("In-Reply-To: <thread@depesche.example>"))
        #expect(lines.contains("References: <thread@depesche.example>"))
        #expect(lines.contains { $0.hasPrefix("Date: ") })
    }

    @Test func aSpoiledMessageIDIsAnError() throws {
        var mail = try Self.mail()
        mail.messageID = "x\r\nBcc: eve@evil.example"
        let sender = try Self.decision(author: nil, homeDomains: [])
        #expect(throws: DeliveriesError.self) { try mail.message(sender: sender) }
    }
}
