import Deliveries
import Foundation
import MailMessage
import SMTP
import SenderDomains
import Testing

@testable import MailIntake

/// What a program may hand in, and what becomes of it.
@Suite struct SubmissionTests {
    private static let mail = "From: Shop <shop@kunde.example>\r\nSubject: x\r\n\r\nHello\r\n"

    private func signedIn(
        _ body: (IntakeHouse, Asker) async throws -> Void
    ) async throws {
        try await IntakeHouse.with { house in
            try await house.addDomain("kunde.example")
            try await house.addDomain("zweite.example")
            try await house.addDomain("alt.example", .degraded)
            let made = try await house.credential()
            let asker = Asker(try await house.submission())
            #expect(await asker.signIn(made.user, made.password) == .accepted)
            try await body(house, asker)
        }
    }

    @Test func aMailGoesIntoTheOutboxOnceForEachRecipient() async throws {
        try await signedIn { (house, asker) async throws in
            var parameters = SMTPMailParameters()
            parameters.envelopeID = "env-1"
            parameters.reportContent = .full
            parameters.requireTLS = true
            let refusal = try await asker.mail(
                from: "bounces@kunde.example", to: ["a@ziel.example", "b@ziel.example"], Self.mail,
                parameters: parameters)
            #expect(refusal == nil)
            let rows = try await house.outbox()
            #expect(rows.map(\.entry.to.wireForm).sorted() == ["a@ziel.example", "b@ziel.example"])
            #expect(Set(rows.map(\.message.id)).count == 1)
            let message = try #require(rows.first?.message)
            #expect(message.origin == .submission)
            #expect(message.envelopeFrom?.wireForm == "bounces@kunde.example")
            #expect(message.from.wireForm == "shop@kunde.example")
            #expect(message.envelopeID == "env-1" && message.returnsAll && message.protection == .required)
            let text = try #require(rows.first?.text)
            let trace = "Received: from client.example\r\n\tby mx.example.com with ESMTPSA id \(message.id);"
            #expect(text.hasPrefix(trace))
            #expect(!text.contains("198.51.100.7"))
            #expect(!text.contains("for <"))
            #expect(text.contains("\r\nMessage-ID: <\(message.messageID)>\r\nDate: "))
            #expect(message.messageID == "\(message.id)@kunde.example")
            #expect(text.hasSuffix("From: Shop <shop@kunde.example>\r\nSubject: x\r\n\r\nHello\r\n"))
        }
    }

    @Test(arguments: [
        ("x@zweite.example", mail, "MAIL 5.7.1"), ("x@alt.example", mail, "MAIL 5.7.1"),
        ("x@fremdkunde.example", mail, "MAIL 5.7.1"), ("x@[192.0.2.1]", mail, "MAIL 5.7.1"),
        ("x@kunde.example", "From: a@sub.kunde.example\r\n\r\n", "5.7.1"),
        ("x@kunde.example", "From: a@zweite.example\r\n\r\n", "5.7.1"),
        ("x@kunde.example", "From: a@kunde.example, b@zweite.example\r\n\r\n", "5.7.1"),
        ("x@kunde.example", "From: a@kunde.example\r\nSender: b@zweite.example\r\n\r\n", "5.7.1"),
        ("x@kunde.example", "From: a@kunde.example\r\nFrom: b@zweite.example\r\n\r\n", "5.6.0"),
        ("x@kunde.example", "Subject: x\r\n\r\nFrom: a@kunde.example\r\n", "5.6.0"),
        ("", "From: a@zweite.example\r\n\r\n", "5.7.1"),
    ])
    func foreignSendersAreRefused(sender: String, text: String, refusal: String) async throws {
        try await signedIn { (house, asker) async throws in
            #expect(try await asker.mail(from: sender, text)?.hasPrefix(refusal) == true)
            #expect(try await house.outbox().isEmpty)
            #expect(try await house.abandonedChunks() == 0)
        }
    }

    @Test func reportsMayGoToANameBeneath() async throws {
        try await signedIn { (house, asker) async throws in
            #expect(try await asker.mail(from: "bounce-1@rueck.kunde.example", Self.mail) == nil)
            #expect(try await house.outbox().first?.message.envelopeFrom?.wireForm == "bounce-1@rueck.kunde.example")
        }
    }

    @Test func theNullSenderIsForReportsOfOnesOwn() async throws {
        try await signedIn { (house, asker) async throws in
            #expect(try await asker.mail(from: "", Self.mail) == nil)
            #expect(try await house.outbox().first?.message.envelopeFrom == nil)
        }
    }

    @Test func aMessageOfNothingButAHeaderIsTaken() async throws {
        try await signedIn { (house, asker) async throws in
            #expect(try await asker.mail(from: "a@kunde.example", "From: a@kunde.example\r\n") == nil)
            #expect(try await house.outbox().first?.text.hasSuffix("\r\nFrom: a@kunde.example\r\n") == true)
        }
    }

    @Test func largeMessagesAreCutIntoChunksAndHalfOnesLeaveNothing() async throws {
        try await signedIn { (house, asker) async throws in
            let body = String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 9_000)
            #expect(try await asker.mail(from: "a@kunde.example", Self.mail + body, pieces: 65_536) == nil)
            let row = try #require(try await house.outbox().first)
            #expect(row.message.chunks == 4)
            #expect(row.text.hasSuffix(body))
            // Over the credential's limit: found while it comes, and what was stored is gone.
            let refusal = try await asker.mail(from: "a@kunde.example", Self.mail + body + body, pieces: 65_536)
            #expect(refusal?.hasPrefix("5.3.4") == true)
            #expect(try await house.outbox().count == 1)
            #expect(try await house.abandonedChunks() == 0)
        }
    }

    @Test func aMessageThatIsCutOffLeavesNothing() async throws {
        try await signedIn { (house, asker) async throws in
            let envelope = SMTPServerSession.Envelope(
                sender: try SMTPEnvelopeAddress("a@kunde.example"),
                recipients: [.init(address: try SMTPEnvelopeAddress("b@ziel.example"))])
            #expect(await asker.conversation.checkSender(envelope) == .accepted)
            let message = MailIntakeMessage(
                envelope: envelope, clientName: .test, transmission: .esmtpSA)
            #expect(await asker.conversation.beginMessage(message) == .accepted)
            await asker.conversation.take(Array(Self.mail.utf8))
            await asker.conversation.take(Array(repeating: UInt8(ascii: "x"), count: 600_000))
            await asker.conversation.discardMessage()
            #expect(try await house.abandonedChunks() == 0)
            #expect(try await house.outbox().isEmpty)
        }
    }

    @Test func limitsOfACredentialHold() async throws {
        try await IntakeHouse.with { house in
            try await house.addDomain("kunde.example")
            let made = try await house.credential(mailsPerHour: 2, recipients: 2)
            let asker = Asker(try await house.submission())
            #expect(await asker.signIn(made.user, made.password) == .accepted)
            let many = try await asker.mail(
                from: "a@kunde.example", to: ["a@z.example", "b@z.example", "c@z.example"], Self.mail)
            #expect(many?.hasPrefix("RCPT 4.5.3") == true)
            for _ in 0..<2 { #expect(try await asker.mail(from: "a@kunde.example", Self.mail) == nil) }
            #expect(try await asker.mail(from: "a@kunde.example", Self.mail)?.hasPrefix("MAIL 4.7.1") == true)
            var parameters = SMTPMailParameters()
            parameters.size = 2 << 20
            let large = try await asker.mail(from: "a@kunde.example", Self.mail, parameters: parameters)
            #expect(large?.hasPrefix("MAIL 5.3.4") == true)
        }
    }

    @Test func aRevokedCredentialHandsNothingInOverAnOpenConnection() async throws {
        try await IntakeHouse.with { house in
            try await house.addDomain("kunde.example")
            let made = try await house.credential()
            let asker = Asker(try await house.submission())
            #expect(await asker.signIn(made.user, made.password) == .accepted)
            #expect(try await asker.mail(from: "a@kunde.example", Self.mail) == nil)
            try await SubmissionCredentials(house.parts).revoke(made.credential.id, by: nil, origin: .commandLine)
            #expect(try await asker.mail(from: "a@kunde.example", Self.mail)?.hasPrefix("MAIL 5.7.1") == true)
        }
    }

    @Test func trustedNetworksNeedNoSignInAndVerifiedDomainsAllTheSame() async throws {
        try await IntakeHouse.with { house in
            try await house.addDomain("kunde.example")
            try await house.addDomain("alt.example", .degraded)
            let networks = [try #require(AddressBlock("127.0.0.0/8"))]
            let desk = try await house.submission(.networks(networks))
            #expect(!desk.configuration.requiresTLS && desk.configuration.offer.authentication.isEmpty)
            let near = Asker(desk, from: "127.0.0.1")
            #expect(try await near.mail(from: "a@kunde.example", Self.mail) == nil)
            #expect(try await near.mail(from: "a@alt.example", Self.mail)?.hasPrefix("MAIL 5.7.1") == true)
            let far = Asker(desk, from: "192.0.2.1")
            #expect(try await far.mail(from: "a@kunde.example", Self.mail)?.hasPrefix("MAIL 5.7.1") == true)
        }
    }

    @Test func wrongPasswordsInARowAreNotAnsweredAnyMore() async throws {
        try await IntakeHouse.with { house in
            try await house.addDomain("kunde.example")
            let made = try await house.credential()
            let desk = try await house.submission()
            for _ in 0..<30 { #expect(await Asker(desk).signIn(made.user, "wrong") == .refused) }
            #expect(await Asker(desk).signIn(made.user, "wrong") == .unavailable)
            #expect(await Asker(desk).signIn(made.user, made.password) == .accepted)
        }
    }

    @Test func notifyAndOriginalRecipientAreKept() async throws {
        let address = try SMTPEnvelopeAddress("a@ziel.example")
        var parameters = SMTPRecipientParameters()
        #expect(SMTPServerSession.Envelope.Recipient(address: address).spooled?.notification.notify == nil)
        parameters.notify = []
        parameters.original = .init(type: "rfc822", address: "o@ziel.example")
        let never = SMTPServerSession.Envelope.Recipient(address: address, parameters: parameters).spooled
        #expect(never?.notification.notify == "NEVER")
        #expect(never?.notification.originalRecipient == "rfc822;o@ziel.example")
        parameters.notify = [.success, .delay]
        let some = SMTPServerSession.Envelope.Recipient(address: address, parameters: parameters).spooled
        #expect(some?.notification.notify == "DELAY,SUCCESS")
    }
}
