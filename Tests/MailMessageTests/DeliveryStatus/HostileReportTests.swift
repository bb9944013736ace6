import Testing

@testable import MailMessage

@Suite struct HostileReportTests {
    private static let header = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n"

    @Test func whatIsShownHasNoControlCharactersAndAnEnd() throws {
        let report = DeliveryReportTests.parse(
            ReportSamples.exim.replacing(
                "This account is disabled", with: "a\u{1B}[31m\u{202E}b\u{0} " + String(repeating: "x", count: 9_000)))
        let diagnostic = try #require(report.recipients.first?.diagnostic)
        #expect(diagnostic.count <= 1_000)
        #expect(!diagnostic.unicodeScalars.contains { $0.isControl || $0.isInvisibleFormat })
    }

    @Test func addressesWithControlCharactersAreNotTaken() {
        let report = DeliveryReportTests.parse(
            Self.header + "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
                + "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; \"a\u{1}b\"@c.example\nAction: failed\nStatus: 5.1.1\n--x--\n"
        )
        #expect(report.recipients.isEmpty)
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            String(repeating: "a@b.example ", count: 40_000), String(repeating: "@", count: 200_000),
            String(repeating: "<a@b.example>:\nno such user\n\n", count: 10_000),
            String(repeating: "<p", count: 60_000),
            String(repeating: "> ", count: 100_000), String(repeating: "5.", count: 100_000),
            String(repeating: "\n", count: 200_000),
            String(repeating: "Final-Recipient: rfc822; a@b.example\n\n", count: 10_000),
            String(repeating: "\"", count: 40_000) + "@", String(repeating: "<style>", count: 20_000),
        ])
    func longInputIsReadInLimitedTime(_ body: String) {
        for type in ["text/plain", "text/html", "message/delivery-status"] {
            let report = DeliveryReportTests.parse(Self.header + "Content-Type: \(type)\n\n" + body)
            #expect(report.recipients.count <= 1_000)
        }
    }

    @Test func wrapsBeyondTheLimitAreNotFollowed() {
        var mail = ReportSamples.postfix
        for level in 0..<30 {
            mail =
                Self.header.replacing("failure notice", with: "Fwd")
                + "Content-Type: multipart/mixed; boundary=\"w\(level)\"\n\n--w\(level)\nContent-Type: message/rfc822\n\n\(mail)\n--w\(level)--\n"
        }
        #expect(DeliveryReportTests.parse(mail).recipients.isEmpty)
    }

    @Test func anyOctetsAreReadWithoutHarm() {
        var random = SeededGenerator(seed: 7)
        let samples = [ReportSamples.postfix, ReportSamples.qmail, ReportSamples.exchangeHTML, ReportSamples.complaint]
        for round in 0..<150 {
            var bytes = Array(samples[round % samples.count].utf8)
            for _ in 0..<20 {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(place + 40, bytes.count))
                default: bytes.insert(contentsOf: bytes[place..<min(place + 60, bytes.count)], at: place)
                }
            }
            let report = DeliveryReportParser().parse(bytes)
            #expect(
                report.recipients.allSatisfy { !$0.address.wireForm.contains("\n") && $0.diagnostic.count <= 1_000 })
        }
    }
}
