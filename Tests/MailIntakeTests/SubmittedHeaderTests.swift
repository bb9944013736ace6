import Foundation
import MailMessage
import Testing

@testable import MailIntake

@Suite struct SubmittedHeaderTests {
    private static func header(_ text: String) -> SubmittedHeader {
        var header = SubmittedHeader()
        _ = header.take(Array(text.utf8))
        return header
    }

    private static func problem(_ text: String) -> SubmittedHeader.Problem? {
        do throws(SubmittedHeader.Problem) {
            _ = try header(text).read()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: 1...40)
    func findsTheEndWhereverPiecesAreCut(size: Int) {
        let message = Array("From: a@b.example\r\nSubject: x\r\n\r\nHello\r\n\r\nWorld\r\n".utf8)
        var header = SubmittedHeader()
        var body: [UInt8] = []
        var isComplete = false
        for start in stride(from: 0, to: message.count, by: size) {
            let piece = Array(message[start..<min(start + size, message.count)])
            if isComplete {
                body += piece
                continue
            }
            if case .complete(let rest) = header.take(piece) {
                isComplete = true
                body = rest
            }
        }
        #expect(String(decoding: header.octets, as: UTF8.self) == "From: a@b.example\r\nSubject: x\r\n")
        #expect(String(decoding: body, as: UTF8.self) == "\r\nHello\r\n\r\nWorld\r\n")
    }

    @Test func aMessageMayBeNothingButABody() {
        var header = SubmittedHeader()
        #expect(header.take(Array("\r\nHello".utf8)) == .complete(body: Array("\r\nHello".utf8)))
        #expect(header.octets.isEmpty)
    }

    @Test func aHeaderWithoutEndIsGivenUp() {
        var header = SubmittedHeader()
        let line = Array(repeating: UInt8(ascii: "x"), count: 98) + [13, 10]
        var pieces = 0
        while header.take(line) == .more { pieces += 1 }
        #expect(pieces == SubmittedHeader.maximumOctets / 100)
    }

    @Test func readsWhatMatters() throws {
        let facts = try Self.header(
            "FROM : Anna <a@b.example>,\r\n\tc@b.example\r\nsender: d@b.example\r\nMessage-ID:\r\n <x@y>\r\nDate: now\r\n"
                + "Subject: ü\r\n\r\n"
        ).read()
        #expect(facts.from.map(\.wireForm) == ["a@b.example", "c@b.example"])
        #expect(facts.sender?.wireForm == "d@b.example")
        #expect(facts.messageID == "x@y")
        #expect(facts.hasDate && facts.hasMessageID && facts.hasEightBit)
    }

    @Test(arguments: [
        ("Subject: x\r\n\r\n", SubmittedHeader.Problem.missing("from")), ("\r\n", .missing("from")),
        ("From: a@b.example\r\nfrom: c@d.example\r\n\r\n", .duplicate("from")),
        ("From: a@b.example\r\nFrom : c@d.example\r\n\r\n", .duplicate("from")),
        ("From: a@b.example\r\nSender: a@b.example\r\nSender: c@d.example\r\n\r\n", .duplicate("sender")),
        ("From: a@b.example\r\nDate: x\r\nDate: y\r\n\r\n", .duplicate("date")),
        ("From: a@b.example c@d.example\r\n\r\n", .ambiguous("from")),
        ("From: a@b.example\r\nSender: a@b.example, c@d.example\r\n\r\n", .ambiguous("sender")),
        ("no field\r\nFrom: a@b.example\r\n\r\n", .malformed), (" folded\r\nFrom: a@b.example\r\n\r\n", .malformed),
        ("From: a@b.example\r\nX\u{1}: y\r\n\r\n", .malformed), ("From: a@b.example\r\nX: \u{0}\r\n\r\n", .malformed),
        ("From: a@b.example\r\n: y\r\n\r\n", .malformed),
        ("From a@b.example Thu\r\nFrom: a@b.example\r\n\r\n", .malformed),
    ])
    func refuses(text: String, problem: SubmittedHeader.Problem) {
        #expect(Self.problem(text) == problem)
    }

    @Test func addsWhatIsMissing() throws {
        let header = Self.header("Return-Path: <x@y.example>\r\n\t(folded)\r\nFrom: a@b.example\r\nX: y\r\n\r\n")
        let completed = header.completed(
            try header.read(), trace: Array("Received: t\r\n".utf8), messageID: "i@d",
            date: Date(timeIntervalSince1970: 0))
        #expect(
            String(decoding: completed, as: UTF8.self)
                == "Received: t\r\nMessage-ID: <i@d>\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\n"
                + "From: a@b.example\r\nX: y\r\n")
    }

    @Test func changesNothingThatIsThere() throws {
        let text = "From: a@b.example\r\nMessage-ID: <x@y>\r\nDate: now\r\nX:  odd \t\r\n  fold\r\n"
        let header = Self.header(text + "\r\n")
        let completed = header.completed(try header.read(), trace: [], messageID: "i@d", date: .now)
        #expect(String(decoding: completed, as: UTF8.self) == text)
    }
}
