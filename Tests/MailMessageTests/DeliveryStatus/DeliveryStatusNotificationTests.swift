import Foundation
import Testing

@testable import MailMessage

@Suite struct DeliveryStatusNotificationTests {
    private static let original = """
        Received: from client.example by mx.depesche.example; Thu, 26 Nov 2026 02:00:00 +0000
        From: =?UTF-8?Q?Anna_M=C3=BCller?= <anna@kunde.example>
        To: bea@praxis.example
        Subject: Befund
        Message-ID: <b1@kunde.example>

        Streng geheim.
        """

    private func notification(original: String = original) throws -> DeliveryStatusNotification {
        DeliveryStatusNotification(
            reportingServer: try MailDomain(parsing: "mx.depesche.example"), envelopeID: "QQ314159",
            arrival: Date(timeIntervalSince1970: 1_795_658_400),
            recipients: [
                NotifiedRecipient(
                    address: try EmailAddress(parsing: "bea@praxis.example"),
                    original: .init(type: "rfc822", address: "Bea@Praxis.Example"), action: .failed,
                    status: try #require(EnhancedStatusCode(5, 1, 1)), failureClass: .noSuchUser,
                    remoteServer: "mx.praxis.example", diagnostic: "550 5.1.1 <bea@praxis.example>: no such user here",
                    lastAttempt: Date(timeIntervalSince1970: 1_795_658_460)),
                NotifiedRecipient(
                    address: try EmailAddress(parsing: "jörg@praxis.example"), action: .delayed,
                    status: try #require(EnhancedStatusCode(4, 4, 1)), failureClass: .routing,
                    willRetryUntil: Date(timeIntervalSince1970: 1_796_090_400)),
            ],
            original: Array(original.replacing("\n", with: "\r\n").utf8))
    }

    private func written(_ notification: DeliveryStatusNotification) throws -> [UInt8] {
        notification.message(
            from: Mailbox(
                name: "Mail Delivery System", address: try EmailAddress(parsing: "postmaster@depesche.example")),
            to: try EmailAddress(parsing: "anna@kunde.example"), subject: HeaderText(cleaning: "Nicht zugestellt"),
            explanation: "Nicht zugestellt.", date: Date(timeIntervalSince1970: 1_795_658_470),
            messageID: try #require(MessageID(parsing: "<r1@depesche.example>")),
            boundary: try #require(MIMEBoundary(unique: "b"))
        ).serialized
    }

    @Test func aReportIsWrittenAsTheStandardsSay() throws {
        let text = String(decoding: try written(notification()), as: UTF8.self)
        #expect(
            text.replacing("\r\n", with: "\n")
                == """
                Date: Thu, 26 Nov 2026 02:01:10 +0000
                From: Mail Delivery System <postmaster@depesche.example>
                To: anna@kunde.example
                Subject: Nicht zugestellt
                Message-ID: <r1@depesche.example>
                In-Reply-To: <b1@kunde.example>
                References: <b1@kunde.example>
                Auto-Submitted: auto-replied
                X-Auto-Response-Suppress: All
                MIME-Version: 1.0
                Content-Type: multipart/report; boundary="=_b"; report-type=delivery-status

                --=_b
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Nicht zugestellt.

                --=_b
                Content-Type: message/delivery-status
                Content-Transfer-Encoding: 7bit

                Original-Envelope-Id: QQ314159
                Reporting-MTA: dns; mx.depesche.example
                Arrival-Date: Thu, 26 Nov 2026 02:00:00 +0000

                Original-Recipient: rfc822; Bea@Praxis.Example
                Final-Recipient: rfc822; bea@praxis.example
                Action: failed
                Status: 5.1.1
                Remote-MTA: dns; mx.praxis.example
                Diagnostic-Code: smtp; 550 5.1.1 <bea@praxis.example>: no such user here
                Last-Attempt-Date: Thu, 26 Nov 2026 02:01:00 +0000

                Final-Recipient: utf-8; j\\x{F6}rg@praxis.example
                Action: delayed
                Status: 4.4.1
                Will-Retry-Until: Tue, 01 Dec 2026 02:00:00 +0000

                --=_b
                Content-Type: text/rfc822-headers
                Content-Transfer-Encoding: 7bit

                Received: from client.example by mx.depesche.example; Thu, 26 Nov 2026 02:00:00 +0000
                From: =?UTF-8?Q?Anna_M=C3=BCller?= <anna@kunde.example>
                To: bea@praxis.example
                Subject: Befund
                Message-ID: <b1@kunde.example>

                --=_b--

                """.replacing("Tue, 01 Dec", with: "Tue, 1 Dec"))
        #expect(!text.contains("geheim"))
    }

    @Test func ourOwnParserReadsIt() throws {
        let report = DeliveryReportParser().parse(try written(notification()))
        #expect(report.kind == .bounce)
        #expect(report.reporter == "mx.depesche.example")
        #expect(report.originalMessageID?.wireForm == "<b1@kunde.example>")
        #expect(report.recipients.map(\.address.displayForm) == ["bea@praxis.example", "jörg@praxis.example"])
        #expect(report.recipients.map(\.action) == [.failed, .delayed])
        #expect(report.recipients.first?.originalAddress?.comparisonKey == "bea@praxis.example")
        #expect(report.recipients.first?.failureClass == .noSuchUser)
        #expect(report.recipients.first?.isAddressWrong == true)
        #expect(report.originalHeaders.map(\.name) == ["Received", "From", "To", "Subject", "Message-ID"])
    }

    @Test func itIsNeverAnsweredByAReport() {
        #expect(DeliveryStatusNotification.envelopeSender == .null)
    }

    @Test func aHostileHeaderEndsNoPartAndStaysSmall() throws {
        let hostile =
            "--=_b--: x\r\nSubject: a\u{0}b\rc\u{1B}[31m\r\n--=_b\r\nContent-Type: text/html\r\nX: "
            + String(repeating: "y", count: 5_000) + "\r\n" + String(repeating: "A: b\r\n", count: 20_000)
            + "\r\nStreng geheim."
        let octets = try written(notification(original: hostile))
        #expect(octets.count < 40_000)
        let message = MessageParser().parse(octets)
        #expect(
            message.root.all.map(\.contentType.mediaType) == [
                "multipart/report", "text/plain", "message/delivery-status", "text/rfc822-headers",
            ])
        let lines = octets.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.dropLast().allSatisfy { $0.last == 0x0D && $0.count <= 999 && !$0.dropLast().contains(0x0D) })
        #expect(octets.allSatisfy { $0 >= 0x20 || $0 == 0x0D || $0 == 0x0A || $0 == 0x09 })
    }

    @Test func aHeaderBeyondASCIIComesInAnEncoding() throws {
        let octets = try written(notification(original: "Subject: Größe\r\n\r\n"))
        #expect(octets.allSatisfy { $0 < 0x80 })
        #expect(DeliveryReportParser().parse(octets).originalHeaders.first?.value == "Größe")
    }

    @Test func whatAServerSaidAddsNoFieldsAndHasAnEnd() throws {
        var notification = try notification()
        notification.envelopeID = "a\r\nFinal-Recipient: rfc822; x@y.example"
        notification.recipients[0].diagnostic =
            "550 no\r\n\r\nFinal-Recipient: rfc822; otto@firma.example\r\nAction: failed "
            + String(repeating: "x", count: 5_000)
        notification.recipients[0].remoteServer = "mx\r\nStatus: 2.0.0"
        notification.recipients[0].original = .init(type: "rfc822\r\nX", address: "a\nAction: delivered")
        let report = DeliveryReportParser().parse(try written(notification))
        #expect(report.recipients.map(\.address.displayForm) == ["bea@praxis.example", "jörg@praxis.example"])
        #expect(report.recipients.map(\.action) == [.failed, .delayed])
        #expect(notification.statusLines.allSatisfy { $0.utf8.count <= 998 })
    }

    private static let outcomes: [(Set<NotificationRequest.Event>?, ReportedRecipient.Action, Bool)] = [
        (nil, .failed, true), (nil, .delayed, true),
        (nil, .delivered, false), (nil, .relayed, false), ([], .failed, false), ([], .delayed, false),
        ([.failure], .failed, true), ([.failure], .delayed, false), ([.delay], .delayed, true),
        ([.delay], .failed, false), ([.success], .delivered, true), ([.success], .relayed, true),
        ([.success], .expanded, true), ([.success], .failed, false), ([.success, .failure], .failed, true),
    ]

    @Test(arguments: outcomes)
    func aReportIsWrittenWhenItWasAskedFor(
        _ events: Set<NotificationRequest.Event>?, _ action: ReportedRecipient.Action, _ expected: Bool
    ) throws {
        let request = NotificationRequest(events)
        let sender = ReversePath.address(try EmailAddress(parsing: "anna@kunde.example"))
        #expect(request.deserves(reportOf: action, to: sender) == expected)
        #expect(!request.deserves(reportOf: action, to: .null))
    }
}
