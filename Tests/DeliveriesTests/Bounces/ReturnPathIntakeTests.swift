import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct ReturnPathIntakeTests {
    private static let settings = [
        "mail.return-path": "own", "mail.return-path-domain": "rueck.depesche.example", "mail.route": "smtp",
        "mail.system-sender": "zustellung@depesche.example", "smtp.host": "mail.example",
    ]

    /// A delivery that the mail server took over, with the keyed return path of its first mail.
    private struct Scene {
        let house: DeliveryHouse
        let intake: ReturnPathIntake
        let entry: OutboxEntry
        let address: EmailAddress

        init(settings: [String: String] = ReturnPathIntakeTests.settings) async throws {
            house = try await DeliveryHouse(settings: settings)
            let delivery = try await house.sent()
            try await house.handOver(delivery)
            let bernd = try EmailAddress(parsing: "bernd@praxis.example")
            let entries = try await house.database.read {
                try $0.outbox.entries(OutboxFilter(delivery: delivery.id), offset: 0, limit: 10)
            }
            entry = try #require(entries.first { $0.to == bernd })
            let parts = house.parts
            let spool = MessageSpool(database: house.database, keys: parts.keys, random: parts.random, now: parts.now)
            intake = ReturnPathIntake(parts, spool: spool)
            address = try ReturnPathAddress.make(
                for: entry.id, at: try MailDomain(parsing: "rueck.depesche.example"), keys: parts.keys, now: house.now)
        }

        func take(
            _ text: String, sender: String = "bernd@praxis.example", to recipient: EmailAddress? = nil
        ) async throws -> ReturnPathIntake.Verdict {
            try await intake.take(
                IncomingMail(
                    octets: Array(text.replacing("\n", with: "\r\n").utf8), sender: try ReversePath(parsing: sender),
                    recipients: [recipient ?? address]))
        }

        /// Messages that were passed on, with whom they go to.
        func passedOn() async throws -> [(to: [String], text: String)] {
            let keys = house.parts.keys
            let spool = MessageSpool(
                database: house.database, keys: keys, random: house.parts.random, now: house.parts.now)
            let entries = try await house.database.read { transaction in
                try transaction.outbox.entries(OutboxFilter(states: [.queued]), offset: 0, limit: 100)
            }
            var found: [StoredMessageID: [String]] = [:]
            for entry in entries {
                if case .message(let id) = entry.content { found[id, default: []].append(entry.to.wireForm) }
            }
            var result: [(to: [String], text: String)] = []
            for (id, to) in found {
                let message = try #require(try await house.database.read { try $0.messages.message(id) })
                #expect(message.origin == .forward && message.envelopeFrom == nil)
                var octets: [UInt8] = []
                for number in 0..<message.chunks { octets += try await spool.chunk(number, of: id) }
                result.append((to.sorted(), String(decoding: octets, as: UTF8.self)))
            }
            return result
        }
    }

    private static func report(_ recipient: String, id: String = "r1", status: String = "5.1.1") -> String {
        """
        From: MAILER-DAEMON@mx.example
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <\(id)@mx.example>
        Content-Type: multipart/report; report-type=delivery-status; boundary=x

        --x
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; \(recipient)
        Action: failed
        Status: \(status)
        Diagnostic-Code: smtp; 550 \(status) said no

        --x--
        """
    }

    private static let complaint = """
        From: feedback@gross.example
        Subject: complaint
        Message-ID: <c1@gross.example>
        Content-Type: multipart/report; report-type=feedback-report; boundary=x

        --x
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: Gross/1
        Version: 1

        --x
        Content-Type: text/rfc822-headers

        Subject: Ihre Unterlagen

        --x--
        """

    private static func answer(_ more: String = "", id: String = "a1") -> String {
        """
        From: Bernd Beispiel <bernd@praxis.example>
        To: x@y.example
        Subject: =?UTF-8?Q?R=C3=BCckfrage?=
        Message-ID: <\(id)@praxis.example>
        \(more)Content-Type: text/plain; charset=utf-8

        Welches Aktenzeichen?
        """
    }

    @Test func aReportFailsTheMailAndSuppressesTheAddress() async throws {
        let scene = try await Scene()
        #expect(try await scene.take(Self.report("bernd@praxis.example"), sender: "<>") == .applied)
        let after = try await scene.house.database.read { try $0.outbox.entry(scene.entry.id) }
        #expect(after?.state == .failed && after?.failureClass == "no-such-user")
        let reason = try await scene.house.database.read { try $0.suppressions.suppression(of: scene.entry.to)?.reason }
        #expect(reason == .noSuchUser)
        #expect(try await scene.take(Self.report("bernd@praxis.example"), sender: "<>") == .known)
        let returned = try await scene.house.database.read {
            try $0.outbox.hours(since: .distantPast).filter { $0.outcome == "returned" }
        }
        #expect(returned.map(\.count) == [1])
        #expect(try await scene.passedOn().isEmpty)
    }

    @Test func aForgedReportChangesNothing() async throws {
        let scene = try await Scene()
        // It names somebody else than whom the mail went to.
        #expect(try await scene.take(Self.report("clara@amt.example"), sender: "<>") == .foreign)
        // The key of another row.
        let other = try ReturnPathAddress.make(
            for: scene.house.parts.newID(scene.house.now), at: try MailDomain(parsing: "rueck.depesche.example"),
            keys: scene.house.parts.keys, now: scene.house.now)
        #expect(try await scene.take(Self.report("bernd@praxis.example"), sender: "<>", to: other) == .foreign)
        // An address that only looks like ours.
        var octets = Array(scene.address.localPart.utf8)
        octets[octets.count - 2] = octets[octets.count - 2] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        let forged = try EmailAddress(
            localPart: String(decoding: octets, as: UTF8.self), domain: scene.address.domain)
        #expect(try await scene.intake.purpose(of: forged) == nil)
        #expect(try await scene.take(Self.report("bernd@praxis.example"), sender: "<>", to: forged) == .foreign)
        let after = try await scene.house.database.read { try $0.outbox.entry(scene.entry.id) }
        #expect(after?.state == .handedOver)
        #expect(try await scene.house.database.read { try $0.suppressions.suppressionCount(search: "") } == 0)
    }

    @Test(arguments: ["5.7.1", "5.2.2", "5.3.4"])
    func whatIsNotTheAddressesFaultSuppressesNothing(_ status: String) async throws {
        let scene = try await Scene()
        let report = Self.report("bernd@praxis.example", status: status)
        #expect(try await scene.take(report, sender: "<>") == .applied)
        #expect(try await scene.house.database.read { try $0.suppressions.suppressionCount(search: "") } == 0)
    }

    @Test func aComplaintSuppressesAndIsToldToSenderAndAdministrators() async throws {
        let scene = try await Scene()
        let admin = Account(
            id: scene.house.parts.newID(scene.house.now), email: try EmailAddress(parsing: "it@kunde.example"),
            name: "IT", isAdministrator: true, state: .active, language: .german, passwordHash: nil,
            createdAt: scene.house.now)
        try await scene.house.database.write { try $0.accounts.insert(admin) }
        #expect(try await scene.take(Self.complaint, sender: "feedback@gross.example") == .applied)
        let reason = try await scene.house.database.read { try $0.suppressions.suppression(of: scene.entry.to)?.reason }
        #expect(reason == .complaint)
        let id = try #require(scene.entry.delivery)
        let kinds = try await scene.house.database.read { try $0.events.events(of: id).map(\.kind) }
        #expect(kinds.last == .reported)
        let told = try await scene.house.database.read {
            try $0.outbox.entries(OutboxFilter(states: [.queued]), offset: 0, limit: 100).filter {
                $0.kind == .reported
            }
        }
        #expect(told.map(\.to) == [admin.email])
        #expect(try await scene.take(Self.complaint, sender: "feedback@gross.example") == .known)
    }

    @Test func aReportOfFailedAuthenticationIsNobodysComplaint() async throws {
        let scene = try await Scene()
        let report = Self.complaint.replacing("Feedback-Type: abuse", with: "Feedback-Type: auth-failure")
            .replacing("Subject: Ihre", with: "To: bernd@praxis.example\nSubject: Ihre")
        #expect(try await scene.take(report, sender: "feedback@gross.example") == .applied)
        #expect(try await scene.house.database.read { try $0.suppressions.suppressionCount(search: "") } == 0)
    }

    @Test func aPersonsAnswerGoesToTheSenderOnce() async throws {
        let scene = try await Scene()
        #expect(try await scene.take(Self.answer()) == .passedOn)
        #expect(try await scene.take(Self.answer()) == .known)
        let passedOn = try await scene.passedOn()
        #expect(passedOn.map(\.to) == [["anna@kunde.example"]])
        let mail = MessageParser().parse(Array(try #require(passedOn.first).text.utf8))
        #expect(mail.mailboxes(.from).map(\.address.wireForm) == ["zustellung@depesche.example"])
        #expect(mail.mailboxes(.replyTo).map(\.address.wireForm) == ["bernd@praxis.example"])
        #expect(mail.subject == "Antwort von Bernd Beispiel: Rückfrage")
        #expect(mail.plainText?.contains("Welches Aktenzeichen?") == true)
        #expect(mail.plainText?.contains("Ihre Unterlagen") == true)
        #expect(mail.rawHeader(.autoSubmitted) == "auto-generated")
        let original = try #require(mail.root.all.first { $0.contentType.mediaType == "message/rfc822" })
        guard case .leaf(let octets) = original.content else { return }
        #expect(MessageParser().parse(octets).messageID?.left == "a1")
    }

    @Test func whoAnswersIsAlive() async throws {
        let scene = try await Scene()
        let now = scene.house.now
        let address = scene.entry.to
        try await scene.house.database.write {
            try $0.suppressions.set(
                Suppression(address: address, reason: .inactive, answer: "", source: nil, at: now))
        }
        #expect(try await scene.take(Self.answer()) == .passedOn)
        #expect(try await scene.house.database.read { try $0.suppressions.suppression(of: address) } == nil)
    }

    @Test(arguments: [
        "Auto-Submitted: auto-replied\n", "Auto-Submitted: auto-generated\n", "List-Id: <l.example>\n",
        "List-Unsubscribe: <https://l.example>\n", "Precedence: bulk\n", "Precedence: list\n", "Precedence: junk\n",
        "X-Autoreply: yes\n", "Return-Path: <>\n",
    ])
    func whatProgramsWriteIsDroppedAndNeverAnswered(_ header: String) async throws {
        let scene = try await Scene()
        #expect(try await scene.take(Self.answer(header)) == .dropped)
        #expect(try await scene.passedOn().isEmpty)
    }

    @Test func whatHasANullSenderAndIsNoReportIsDropped() async throws {
        let scene = try await Scene()
        #expect(try await scene.take(Self.answer(), sender: "<>") == .dropped)
        #expect(try await scene.passedOn().isEmpty)
    }

    @Test func mailThatWasPassedOnAndComesBackIsALoop() async throws {
        let scene = try await Scene()
        #expect(try await scene.take(Self.answer()) == .passedOn)
        let mail = try #require(try await scene.passedOn().first).text.replacing("\r\n", with: "\n")
        #expect(try await scene.take(mail) == .loop)
        let wrapped =
            "From: a@b.example\nContent-Type: multipart/mixed; boundary=q\n\n--q\n"
            + "Content-Type: multipart/mixed; boundary=r\nX-Depesche-Passed-On: "
            + (MessageParser().parse(Array(mail.utf8)).headers.first { $0.name == "X-Depesche-Passed-On" }?.value ?? "")
            + "\n\n--q--\n"
        #expect(try await scene.take(wrapped) == .loop)
        let hops = String(repeating: "Received: from a by b\n", count: 51)
        #expect(try await scene.take(Self.answer(hops, id: "a2")) == .loop)
    }

    @Test func aFloodOfAnswersEnds() async throws {
        let scene = try await Scene()
        var verdicts: [ReturnPathIntake.Verdict] = []
        for number in 0..<25 { verdicts.append(try await scene.take(Self.answer(id: "n\(number)"))) }
        #expect(verdicts.filter { $0 == .passedOn }.count == ReturnPathIntake.mostAnswersPerDay)
        scene.house.pass(86_401)
        #expect(try await scene.take(Self.answer(id: "later")) == .passedOn)
    }

    @Test func mailToPostmasterGoesToWhomTheSettingNames() async throws {
        let scene = try await Scene(
            settings: Self.settings.merging(["mail.postmaster": "post@kunde.example"]) { $1 })
        let postmaster = try EmailAddress(parsing: "PostMaster@rueck.depesche.example")
        #expect(try await scene.intake.purpose(of: postmaster) == .administrators)
        #expect(try await scene.take(Self.answer(), to: postmaster) == .passedOn)
        #expect(try await scene.take(Self.answer(), to: postmaster) == .known)
        #expect(try await scene.passedOn().map(\.to) == [["post@kunde.example"]])
        // A report to postmaster is about nothing of ours, and answers nobody.
        #expect(try await scene.take(Self.report("x@y.example", id: "p"), sender: "<>", to: postmaster) == .dropped)
    }

    @Test func mailForNobodyHereIsForeign() async throws {
        let scene = try await Scene()
        for text in ["otto@rueck.depesche.example", "postmaster@elsewhere.example", "bounce-@rueck.depesche.example"] {
            let address = try EmailAddress(parsing: text)
            #expect(try await scene.intake.purpose(of: address) == nil)
            #expect(try await scene.take(Self.answer(), to: address) == .foreign)
        }
        #expect(
            try await scene.intake.purpose(of: try EmailAddress(parsing: "dmarc-reports@rueck.depesche.example"))
                == .reports)
    }

    @Test func aMailToSeveralAddressesIsTakenForEach() async throws {
        let scene = try await Scene()
        let postmaster = try EmailAddress(parsing: "postmaster@rueck.depesche.example")
        let admin = Account(
            id: scene.house.parts.newID(scene.house.now), email: try EmailAddress(parsing: "admin@kunde.example"),
            name: "Admin", isAdministrator: true, state: .active, language: .german, passwordHash: nil,
            createdAt: scene.house.now)
        try await scene.house.database.write { try $0.accounts.insert(admin) }
        try await scene.intake.take(
            Array(Self.answer().replacing("\n", with: "\r\n").utf8), sender: scene.entry.to,
            recipients: [scene.address, postmaster, scene.address])
        #expect(
            Set(try await scene.passedOn().flatMap(\.to)) == ["anna@kunde.example", "admin@kunde.example"])
        #expect(try await scene.intake.isOurs(postmaster))
        #expect(scene.intake.mostOctets == ReturnPathIntake.largestMail)
    }

    @Test func aMailThatIsTooLargeIsNotRead() async throws {
        let scene = try await Scene()
        let large = Self.answer() + String(repeating: "x", count: ReturnPathIntake.largestMail)
        #expect(try await scene.take(large) == .tooLarge)
    }

    @Test func anAnswerThatIsNotPlainIsAttachedAsAFile() async throws {
        let scene = try await Scene()
        #expect(try await scene.take(Self.answer().replacing("Welches", with: "Größe")) == .passedOn)
        let text = try #require(try await scene.passedOn().first).text
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        let mail = MessageParser().parse(Array(text.utf8))
        #expect(mail.attachments.map(\.fileName) == ["mail.eml"])
        #expect(mail.plainText?.contains("Größe Aktenzeichen?") == true)
    }
}
