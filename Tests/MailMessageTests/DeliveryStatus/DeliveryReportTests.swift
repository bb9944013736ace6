import Testing

@testable import MailMessage

@Suite struct DeliveryReportTests {
    static func parse(_ text: String) -> DeliveryReport { DeliveryReportParser().parse(Array(text.utf8)) }

    @Test func aStandardReportTellsOfEachRecipient() throws {
        let report = Self.parse(ReportSamples.postfix)
        #expect(report.kind == .bounce)
        #expect(report.reporter == "mx.depesche.example")
        #expect(report.originalMessageID?.wireForm == "<01abc@depesche.example>")
        #expect(report.originalHeaders.contains { $0.name == "Subject" && $0.value == "Befunde" })
        try #require(report.recipients.count == 2)
        let bea = report.recipients[0]
        #expect(bea.address.wireForm == "bea@praxis.example")
        #expect(bea.originalAddress?.wireForm == "Bea@praxis.example")
        #expect(bea.action == .failed && bea.status == EnhancedStatusCode(5, 1, 1) && bea.replyCode == 550)
        #expect(bea.failureClass == .noSuchUser && bea.isPermanent && bea.isAddressWrong)
        #expect(
            bea.diagnostic
                == "550 5.1.1 <bea@praxis.example>: Recipient address rejected: User unknown in virtual mailbox table")
        #expect(bea.remoteServer == "mail.praxis.example")
        let carl = report.recipients[1]
        #expect(carl.action == .delayed && carl.failureClass == .full && !carl.isPermanent && !carl.isAddressWrong)
    }

    @Test(arguments: [
        (ReportSamples.qmail, ["dora@kanzlei.example no-such-user 5.1.1", "emil@kanzlei.example full -"]),
        (ReportSamples.exim, ["fritz@amt.example inactive 5.2.1"]),
        (ReportSamples.exchange, ["gerd@werk.example no-such-user -"]),
        (ReportSamples.exchangeHTML, ["hans@werk.example no-such-user 5.1.1"]),
        (ReportSamples.provider, ["ida@gmail.example no-such-user 5.1.1"]),
        (ReportSamples.domino, ["jan@bank.example no-such-user -"]),
        (ReportSamples.sendmail, ["karl@uni.example too-large 5.2.3"]),
    ])
    func theFormsOfCommonServersAreRead(_ sample: String, _ expected: [String]) {
        for text in [sample, sample.replacing("\n", with: "\r\n"), sample.replacing("\n", with: "\r")] {
            let report = Self.parse(text)
            #expect(report.kind == .bounce && report.isBounce)
            #expect(
                report.recipients.map {
                    "\($0.address) \($0.failureClass.rawValue) \($0.status?.description ?? "-")"
                } == expected)
            #expect(report.recipients.allSatisfy { $0.action == .failed && $0.isPermanent && !$0.diagnostic.isEmpty })
        }
    }

    @Test func theMessageIDIsReadFromACopyInTheText() {
        #expect(Self.parse(ReportSamples.qmail).originalMessageID?.wireForm == "<01abc@depesche.example>")
        #expect(Self.parse(ReportSamples.exim).originalMessageID?.wireForm == "<01abc@depesche.example>")
    }

    @Test func aWarningIsADelayAndNoFailure() throws {
        let report = Self.parse(ReportSamples.delay)
        #expect(report.kind == .delay)
        let lena = try #require(report.recipients.first)
        #expect(lena.address.wireForm == "lena@amt.example" && lena.action == .delayed)
        #expect(lena.failureClass == .delayed && !lena.isPermanent)
    }

    @Test func aComplaintNamesItsRecipient() throws {
        let report = Self.parse(ReportSamples.complaint)
        #expect(report.kind == .complaint && report.isBounce)
        let mona = try #require(report.recipients.first)
        #expect(mona.address.wireForm == "mona@provider.example" && mona.failureClass == .complaint)
        #expect(report.originalMessageID?.wireForm == "<01abc@depesche.example>")
        let redacted = Self.parse(
            ReportSamples.complaint.replacing("<mona@provider.example>", with: "<>").replacing("mona", with: "redacted")
        )
        #expect(redacted.kind == .complaint && redacted.recipients.isEmpty)
        let praise = ReportSamples.complaint.replacing("Feedback-Type: abuse", with: "Feedback-Type: not-spam")
        #expect(Self.parse(praise).kind == .message)
    }

    @Test func whatAProgramAnswersIsNoBounce() {
        let report = Self.parse(ReportSamples.outOfOffice)
        #expect(report.kind == .autoReply && !report.isBounce)
        #expect(report.recipients.map(\.failureClass) == [.autoReply])
        #expect(report.originalMessageID?.wireForm == "<01abc@depesche.example>")
    }

    @Test func whatAPersonAnswersIsNoBounceWhateverItSays() {
        let report = Self.parse(ReportSamples.answer)
        #expect(report.kind == .message && report.recipients.isEmpty && !report.isBounce)
        let quoting = ReportSamples.answer.replacing("Re: Befunde", with: "Re: Undelivered Mail Returned to Sender")
        #expect(Self.parse(quoting).kind == .message)
    }

    @Test func aForwardedReportIsRead() {
        let attached = """
            From: admin@kunde.example
            To: b@depesche.example
            Subject: Fwd: zur Kenntnis
            Content-Type: multipart/mixed; boundary="w"

            --w
            Content-Type: text/plain

            Siehe Anhang.
            --w
            Content-Type: message/rfc822

            \(ReportSamples.postfix)
            --w--
            """
        #expect(Self.parse(attached).recipients.map(\.address.wireForm).first == "bea@praxis.example")
        let quoted =
            """
            From: admin@kunde.example
            To: b@depesche.example
            Subject: Fwd: failure notice

            zur Kenntnis

            """
            + ReportSamples.qmail.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }.joined(
                separator: "\n")
        #expect(
            Self.parse(quoted).recipients.map(\.address.wireForm) == ["dora@kanzlei.example", "emil@kanzlei.example"])
    }

    @Test func aReportInAnyTransferEncodingAndCharsetIsRead() throws {
        let status =
            "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: utf-8; jörg@firma.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        let encoded = String(decoding: Base64.encodeLines(Array(status.utf8)), as: UTF8.self)
        let report = Self.parse(
            """
            From: MAILER-DAEMON@mx.example
            Content-Type: multipart/report; boundary=x

            --x
            Content-Type: text/plain; charset=utf-16le
            Content-Transfer-Encoding: base64

            \(String(decoding: Base64.encodeLines("Voll".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }), as: UTF8.self))
            --x
            Content-Type: message/global-delivery-status
            Content-Transfer-Encoding: base64

            \(encoded)
            --x--
            """)
        let recipient = try #require(report.recipients.first)
        #expect(recipient.address.localPart == "jörg" && recipient.failureClass == .full)
        let escaped = ReportSamples.postfix.replacing(
            "Content-Type: message/delivery-status\n",
            with: "Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n"
        ).replacing("Status: 5.1.1", with: "Status: 5.1=2E1")
        #expect(Self.parse(escaped).recipients.first?.status == EnhancedStatusCode(5, 1, 1))
    }

    /// A line of the header that was folded without a blank takes the boundary away from the parts.
    @Test func aReportWithBrokenBoundariesIsRead() throws {
        let report = Self.parse(
            """
            From: post_master@vtext.example
            Subject: Re:Befunde
            Content-Type: multipart/mixed; boundary="a"

            --a
            Content-Type: multipart/alternative;
            boundary="b"

            --b
            Content-Type: text/plain; charset=us-ascii

            Error: Invalid user address

            Error message below:
            550 - Requested action not taken: no such user here

            Message details:
              MAIL FROM: anna@kunde.example
              RCPT TO: nora@vtext.example

            --b--
            --a--
            """)
        let nora = try #require(report.recipients.first)
        #expect(report.kind == .bounce && report.recipients.count == 1)
        #expect(nora.address.wireForm == "nora@vtext.example")
    }

    @Test func aReportThatOnlyBringsTheMailBackIsRead() throws {
        let report = Self.parse(
            """
            From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>
            Subject: Returned mail: Cannot send message for 4 days

               ----- Transcript of session follows -----
            421 praxis.example (smtp)... Deferred: Connection timed out during user open with praxis.example

               ----- Unsent message follows -----
            Received: by mx.example; Thu, 26 Nov 2026 02:00:00 +0000
            From: anna@kunde.example
            To: otto@praxis.example
            Subject: Befunde
            """)
        #expect(report.recipients.map(\.address.wireForm) == ["otto@praxis.example"])
        #expect(report.recipients.first?.isAddressWrong == false)
    }

    @Test(arguments: [
        ("550 5.2.0 Message Filtered", FailureClass.content),
        ("550 5.1.1 RCP-P2 Refused due to recipient preferences", .policy),
    ])
    func whatIsAboutTheMailCondemnsNoAddress(_ answer: String, _ expected: FailureClass) {
        let report = Self.parse(
            ReportSamples.exim.replacing("550 5.2.1 This account is disabled", with: answer))
        #expect(report.recipients.first?.failureClass == expected)
    }

    @Test(arguments: [
        ("550 5.1.1 no such user", true), ("550 User unknown", true), ("5.1.1", true), ("550 Rejected", false),
        ("550", false), ("", false), ("550 5.7.1 Access denied", false),
    ])
    func aBareReplyCodeIsNoEvidence(_ answer: String, _ expected: Bool) {
        #expect(FailureClass.noSuchUser.isEvident(in: answer) == expected)
    }

    @Test func whatIsSaidOfTheSenderCondemnsNoRecipient() throws {
        let report = Self.parse(
            ReportSamples.exim.replacing(
                "after RCPT TO:<fritz@amt.example>", with: "after MAIL FROM:<anna@kunde.example>"
            ).replacing("550 5.2.1 This account is disabled", with: "550 5.1.8 domain does not exist"))
        let fritz = try #require(report.recipients.first)
        #expect(fritz.failureClass == .policy && !fritz.isAddressWrong)
    }

    @Test func aGeneralStatusGivesWayToWhatTheServerSaid() throws {
        let report = Self.parse(
            ReportSamples.postfix.replacing("Status: 5.1.1", with: "Status: 5.0.0").replacing(
                "550 5.1.1 <bea@praxis.example>: Recipient address\n        rejected: User unknown in virtual mailbox table",
                with: "554 5.7.1 blocked using zen.spamhaus.example"))
        #expect(report.recipients.first?.status != EnhancedStatusCode(5, 0, 0))
    }
}
