import Deliveries
import Foundation
import MailMessage
import NIOConcurrencyHelpers
import SMTP
import Testing

@testable import MailIntake

@Suite struct ReturnPathTests {
    /// Takes mail to one address.
    private final class Taker: ReturnedMailTaker {
        struct Trouble: Error {}
        let ours: String
        let fails: Bool
        private let box = NIOLockedValueBox<[(text: String, sender: String?, recipients: [String])]>([])

        init(_ ours: String = "bounce-1@rueck.example", fails: Bool = false) {
            self.ours = ours
            self.fails = fails
        }

        var taken: [(text: String, sender: String?, recipients: [String])] { box.withLockedValue { $0 } }
        var mostOctets: Int { 100_000 }

        func isOurs(_ address: EmailAddress) async throws -> Bool { address.comparisonKey == ours }

        func take(_ octets: [UInt8], sender: EmailAddress?, recipients: [EmailAddress]) async throws {
            if fails { throw Trouble() }
            box.withLockedValue {
                $0.append((String(decoding: octets, as: UTF8.self), sender?.wireForm, recipients.map(\.wireForm)))
            }
        }
    }

    private static let report = "From: MAILER-DAEMON@mx.example\r\nSubject: failed\r\n\r\nNo such user\r\n"

    private func desk(_ house: IntakeHouse, _ taker: Taker, offersTLS: Bool = true) -> ReturnPathDesk {
        ReturnPathDesk(hostName: .test, offersTLS: offersTLS, taker: taker, parts: house.parts)
    }

    @Test func aReportIsTakenWithItsTrace() async throws {
        try await IntakeHouse.with { (house) async throws in
            let taker = Taker()
            let asker = Asker(desk(house, taker))
            #expect(try await asker.mail(from: "", to: ["bounce-1@rueck.example"], Self.report) == nil)
            let mail = try #require(taker.taken.first)
            #expect(mail.sender == nil)
            #expect(mail.recipients == ["bounce-1@rueck.example"])
            #expect(mail.text.hasPrefix("Return-Path: <>\r\nReceived: from client.example\r\n\t([198.51.100.7])\r\n"))
            #expect(mail.text.hasSuffix("\r\n" + Self.report))
        }
    }

    @Test func nothingIsRelayedAndNobodySignsIn() async throws {
        try await IntakeHouse.with { (house) async throws in
            let taker = Taker()
            let desk = desk(house, taker)
            #expect(desk.configuration.offer.authentication.isEmpty)
            let asker = Asker(desk)
            for address in ["x@ziel.example", "bounce-2@rueck.example", "postmaster@fremd.example", "x@[192.0.2.1]"] {
                let refusal = try await asker.mail(from: "a@b.example", to: [address], Self.report)
                #expect(refusal == "RCPT 5.1.1 No such address here")
            }
            #expect(await asker.signIn("x", "y") == .refused)
            #expect(taker.taken.isEmpty)
        }
    }

    @Test func whoTriesOutAddressesIsSentAwayAndKeptAway() async throws {
        try await IntakeHouse.with { (house) async throws in
            let desk = desk(house, Taker())
            for _ in 0..<10 {
                let asker = Asker(desk)
                for number in 1...10 {
                    let refusal = try await asker.mail(from: "", to: ["u\(number)@rueck.example"], Self.report)
                    #expect(refusal?.hasPrefix(number < 10 ? "RCPT 5.1.1" : "RCPT 4.7.0") == true)
                }
            }
            let later = Asker(desk)
            let barred = try await later.mail(from: "", to: ["bounce-1@rueck.example"], Self.report)
            #expect(barred?.hasPrefix("MAIL 4.7.0") == true)
            let elsewhere = Asker(desk, from: "192.0.2.9")
            #expect(try await elsewhere.mail(from: "", to: ["bounce-1@rueck.example"], Self.report) == nil)
        }
    }

    @Test func whatCannotBeStoredIsTriedAgainBySomebodyElse() async throws {
        try await IntakeHouse.with { (house) async throws in
            let asker = Asker(desk(house, Taker(fails: true)))
            let refusal = try await asker.mail(from: "", to: ["bounce-1@rueck.example"], Self.report)
            #expect(refusal?.hasPrefix("4.3.0") == true)
        }
    }

    @Test func mailLoopsEnd() async throws {
        try await IntakeHouse.with { (house) async throws in
            let taker = Taker()
            try await withServer([.test(.none, desk(house, taker, offersTLS: false))]) { ports, _ in
                let raw = try await RawClient.connect(ports[0])
                try await raw.beginMessage(from: "a@b.example", to: "bounce-1@rueck.example")
                try await raw.send(String(repeating: "Received: by x\r\n", count: 101) + "\r\nHello\r\n.\r\n")
                #expect(await raw.reply()?.hasPrefix("554 5.4.6") == true)
                try await raw.send("QUIT\r\n")
                _ = await raw.rest()
            }
            #expect(taker.taken.isEmpty)
        }
    }
}
