import Foundation
import SMTP
import Testing

@Suite("Received fields")
struct SMTPReceivedFieldTests {
    private func field(
        _ clientAddress: String?, id: String = "q1", recipients: [String] = ["b@example.net"]
    ) throws -> String {
        text(
            SMTPReceivedField(
                clientName: try #require(SMTPHelloName("client.example")), clientAddress: clientAddress,
                hostName: try #require(SMTPHelloName("mail.example")), transmission: .esmtpSA, id: id,
                recipients: try recipients.map { try SMTPEnvelopeAddress($0) }, date: Date(timeIntervalSince1970: 0)
            ).serialized)
    }

    @Test("The trace of a mail (RFC 5321, 4.4)")
    func whole() throws {
        #expect(
            try field("192.0.2.1") == "Received: from client.example\r\n\t([192.0.2.1])\r\n"
                + "\tby mail.example with ESMTPSA id q1\r\n\tfor <b@example.net>;\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\n"
        )
        #expect(try field("2001:db8::1").contains("([IPv6:2001:db8::1])"))
    }

    @Test("One recipient does not learn of another, and an address may be kept out")
    func discretion() throws {
        let shown = try field(nil, recipients: ["b@example.net", "c@example.net"])
        #expect(!shown.contains("for ") && !shown.contains("["))
        #expect(shown.contains("id q1;\r\n"))
    }

    @Test("Nothing breaks out of its field")
    func hostile() throws {
        let shown = try field("1.2.3.4\r\nX: y", id: "a b\r\n(")
        #expect(shown.split(separator: "\r\n").dropFirst().allSatisfy { $0.hasPrefix("\t") })
        #expect(shown.contains("id a-b"))
    }

    @Test("The word behind \"with\" (RFC 3848; RFC 6531, 4.3)")
    func transmissions() {
        var words: [String] = []
        for utf8 in [false, true] {
            for secured in [false, true] {
                for authenticated in [false, true] {
                    words.append(
                        SMTPTransmission(
                            isExtended: true, isSecured: secured, isAuthenticated: authenticated, smtpUTF8: utf8
                        ).rawValue)
                }
            }
        }
        #expect(
            words == [
                "ESMTP", "ESMTPA", "ESMTPS", "ESMTPSA", "UTF8SMTP", "UTF8SMTPA", "UTF8SMTPS", "UTF8SMTPSA",
            ])
        #expect(SMTPTransmission(isExtended: false, isSecured: false, isAuthenticated: false) == .smtp)
    }

    @Test(
        "Counting them",
        arguments: [
            ("", 0), ("Received: a\r\n", 1), ("received:\r\nRECEIVED : x\r\n", 2),
            ("X-Received: a\r\nReceived-SPF: b\r\n", 0),
            (" Received: folded\r\n", 0), ("Received: a\r\n\r\nReceived: b\r\n", 1), ("\r\nReceived: b\r\n", 0),
            ("Receive\r\nd: x\r\n", 0),
        ])
    func counting(_ message: String, _ count: Int) {
        var counter = SMTPReceivedCounter()
        counter.take(message.utf8)
        #expect(counter.count == count)
        counter = SMTPReceivedCounter()
        for octet in message.utf8 { counter.take([octet]) }
        #expect(counter.count == count)
    }
}
