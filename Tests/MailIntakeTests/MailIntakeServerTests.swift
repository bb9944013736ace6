import Foundation
import NIOConcurrencyHelpers
import SMTP
import SMTPTransport
import Testing

@testable import MailIntake

/// The server on real sockets, with our own client and with clients that do everything wrong.
@Suite struct MailIntakeServerTests {
    private static let mail = Array("Subject: x\r\n\r\nHello\r\n.\r\n..two\r\n".utf8)

    private static func transaction() throws -> SMTPTransaction {
        SMTPTransaction(
            sender: try SMTPEnvelopeAddress("anna@example.org"), recipients: [try SMTPEnvelopeAddress("b@example.net")])
    }

    @Test(arguments: [SMTPSecurity.none, .startTLS, .tls])
    func takesMail(security: SMTPSecurity) async throws {
        let desk = ScriptedDesk(requiresAuthentication: security != .none)
        let context = try TestCertificate.context()
        let listener: MailListener.Security =
            switch security {
            case .tls: .tls(context)
            case .none: .none
            default: .startTLS(context)
            }
        try await withServer([.test(listener, desk)]) { ports, _ in
            let credentials = security == .none ? nil : SMTPCredentials.password(user: "u", password: "secret")
            let connection = try await SMTPConnection.connect(
                client(port: ports[0], security: security, credentials: credentials))
            let result = await connection.send(try Self.transaction(), content: .octets(Self.mail))
            await connection.quit()
            #expect(result.outcomes.map(\.isAccepted) == [true])
            let stored = try #require(desk.stored.first)
            #expect(stored.octets == Self.mail)
            #expect(stored.message.clientName.wire == "client.example")
            #expect(stored.message.transmission == (security == .none ? .esmtp : .esmtpSA))
        }
    }

    @Test func largeMessagesGoThroughWhole() async throws {
        let desk = ScriptedDesk()
        let line = Array(repeating: UInt8(ascii: "x"), count: 76) + [13, 10]
        let large = Array("Subject: x\r\n\r\n".utf8) + Array((0..<10_000).map { _ in line }.joined())
        try await withServer([.test(.none, desk)]) { ports, _ in
            let connection = try await SMTPConnection.connect(client(port: ports[0]))
            let result = await connection.send(try Self.transaction(), content: .octets(large))
            await connection.quit()
            #expect(result.outcomes.map(\.isAccepted) == [true])
            #expect(desk.stored.first?.octets == large)
        }
    }

    @Test func oversizedMessagesAreReadAndRefused() async throws {
        var offer = SMTPServerOffer.everything
        offer.size = 10_000
        let desk = ScriptedDesk(offer: offer)
        try await withServer([.test(.none, desk)]) { ports, _ in
            let raw = try await RawClient.connect(ports[0])
            try await raw.beginMessage()
            try await raw.send(String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 200) + ".\r\n")
            #expect(await raw.reply()?.hasPrefix("552 5.3.4") == true)
            try await raw.send("QUIT\r\n")
            #expect(await raw.rest().last?.hasPrefix("221") == true)
        }
        #expect(desk.stored.isEmpty)
        #expect(desk.discarded == 1)
    }

    @Test func oversizedLinesEndTheConnection() async throws {
        let desk = ScriptedDesk()
        try await withServer([.test(.none, desk)]) { ports, _ in
            let raw = try await RawClient.connect(ports[0])
            try? await raw.send(String(repeating: "x", count: 200_000))
            #expect(await raw.rest().last?.hasPrefix("421 4.7.0") == true)
        }
    }

    @Test(arguments: ["\n.\n", "\n.\r\n", "\r.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r", "\r\n\u{0}.\r\n"])
    func smugglingMakesNoSecondMail(end: String) async throws {
        let desk = ScriptedDesk()
        try await withServer([.test(.none, desk)]) { ports, _ in
            let raw = try await RawClient.connect(ports[0])
            try await raw.beginMessage()
            try await raw.send(
                "Subject: one\r\n\r\nHello\(end)MAIL FROM:<admin@example.com>\r\nRCPT TO:<v@example.com>\r\nDATA\r\n"
                    + "Subject: smuggled\r\n\r\nPay now\r\n.\r\n")
            let reply = await raw.reply()
            // A NUL is no line end for anybody; all others are refused.
            if end.contains("\u{0}") {
                #expect(reply?.hasPrefix("250 ") == true)
                #expect(desk.stored.count == 1)
            } else {
                #expect(reply?.hasPrefix("550 5.6.0") == true)
                #expect(desk.stored.isEmpty)
            }
            try await raw.send("QUIT\r\n")
            // One reply for one message: what looked like commands was none.
            #expect(await raw.rest().count == 1)
        }
    }

    @Test func injectionBehindSTARTTLS() async throws {
        let desk = ScriptedDesk()
        try await withServer([.test(.startTLS(try TestCertificate.context()), desk)]) { ports, _ in
            let raw = try await RawClient.connect(ports[0])
            _ = await raw.reply()
            try await raw.send("EHLO client.example\r\nSTARTTLS\r\nNOOP\r\n")
            let rest = await raw.rest()
            #expect(rest.last?.hasPrefix("421 4.7.0") == true)
            #expect(!rest.contains { $0.hasPrefix("220") })
        }
    }

    @Test func passwordsInTheClearAreRefused() async throws {
        let desk = ScriptedDesk(requiresTLS: true, requiresAuthentication: true)
        try await withServer([.test(.startTLS(try TestCertificate.context()), desk)]) { ports, _ in
            let raw = try await RawClient.connect(ports[0])
            _ = await raw.reply()
            try await raw.send(
                "EHLO client.example\r\nAUTH PLAIN AHUAc2VjcmV0\r\nMAIL FROM:<a@example.com>\r\nQUIT\r\n")
            let rest = await raw.rest()
            #expect(rest.contains { $0.hasPrefix("538 5.7.11") })
            #expect(rest.contains { $0.hasPrefix("530 5.7.0") })
            #expect(!rest.contains { $0.contains("AUTH") })
        }
    }

    @Test func wrongPasswordsInARowEndTheConnection() async throws {
        let desk = ScriptedDesk(requiresAuthentication: true)
        try await withServer([.test(.tls(try TestCertificate.context()), desk)]) { ports, _ in
            let wrong = SMTPCredentials.password(user: "u", password: "wrong")
            await #expect(throws: SMTPFailure.self) {
                _ = try await SMTPConnection.connect(client(port: ports[0], security: .tls, credentials: wrong))
            }
        }
    }

    @Test func thousandsOfConnectionsOfOneAddressAreTurnedAway() async throws {
        let desk = ScriptedDesk()
        var limits = MailIntakeLimits()
        limits.connectionsPerAddress = 20
        try await withServer([.test(.none, desk)], limits: limits) { ports, _ in
            var held: [RawClient] = []
            for _ in 0..<20 {
                let raw = try await RawClient.connect(ports[0])
                #expect(await raw.reply()?.hasPrefix("220 ") == true)
                held.append(raw)
            }
            for _ in 0..<2_000 {
                let raw = try await RawClient.connect(ports[0])
                let rest = await raw.rest()
                #expect(rest == ["421 4.4.5 Too many connections, come back later"])
            }
            // Those that are in still work, and each that leaves makes room for another.
            try await held[0].send("NOOP\r\n")
            #expect(await held[0].reply()?.hasPrefix("250 ") == true)
            try await held[1].send("QUIT\r\n")
            _ = await held[1].rest()
            await held[1].close()
            var isIn = false
            while !isIn {
                let raw = try await RawClient.connect(ports[0])
                isIn = await raw.reply()?.hasPrefix("220 ") == true
                await raw.close()
            }
            for raw in held { await raw.close() }
        }
    }

    @Test func aMessageThatIsBeingStoredIsAnsweredAtShutdown() async throws {
        let (isStoring, storing) = AsyncStream.makeStream(of: Void.self)
        let (mayGoOn, going) = AsyncStream.makeStream(of: Void.self)
        let desk = ScriptedDesk {
            storing.yield()
            for await _ in mayGoOn { break }
        }
        try await withServer([.test(.none, desk)]) { ports, stop in
            let idle = try await RawClient.connect(ports[0])
            _ = await idle.reply()
            let raw = try await RawClient.connect(ports[0])
            try await raw.beginMessage()
            try await raw.send("Subject: x\r\n\r\n.\r\n")
            for await _ in isStoring { break }
            await stop()
            #expect(await idle.rest() == ["421 4.3.2 mx.example.com The service goes down"])
            going.yield()
            #expect(await raw.reply() == "250 2.0.0 Stored as m1")
            #expect(await raw.rest() == ["421 4.3.2 mx.example.com The service goes down"])
        }
        #expect(desk.stored.count == 1)
    }

    @Test func anAddressInUseIsSaid() async throws {
        let desk = ScriptedDesk()
        try await withServer([.test(.none, desk)]) { ports, _ in
            let second = MailIntakeServer(
                listeners: [
                    MailListener(name: "second", host: "127.0.0.1", port: ports[0], security: .none, desk: desk)
                ], logger: .quiet)
            let error = await #expect(throws: MailListenError.self) { try await second.run() }
            #expect(error?.description.contains("another program listens there already") == true)
        }
    }
}
