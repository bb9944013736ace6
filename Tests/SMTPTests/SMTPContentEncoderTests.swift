import SMTP
import Testing

@Suite("Content encoder")
struct SMTPContentEncoderTests {
    private func encode(_ text: String) throws -> String {
        var encoder = SMTPContentEncoder()
        let octets = try encoder.encode(Array(text.utf8)) + encoder.end()
        return String(decoding: octets, as: UTF8.self)
    }

    @Test(
        "Dots at line starts are doubled, the end is marked",
        arguments: [
            ("", ".\r\n"), ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), (".\r\n", "..\r\n.\r\n"),
            ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"), ("..a\r\n", "...a\r\n.\r\n"),
            ("a.b\r\n.", "a.b\r\n..\r\n.\r\n"),
            ("\r\n\r\n", "\r\n\r\n.\r\n"),
        ])
    func table(_ text: String, _ wire: String) throws {
        #expect(try encode(text) == wire)
    }

    @Test("A bare CR or LF and overlong lines are refused")
    func refused() throws {
        #expect(throws: SMTPContentEncoder.Problem.bareLineFeed) { try encode("a\n.\nb") }
        #expect(throws: SMTPContentEncoder.Problem.bareLineFeed) { try encode("\n") }
        #expect(throws: SMTPContentEncoder.Problem.bareCarriageReturn) { try encode("a\rb") }
        #expect(throws: SMTPContentEncoder.Problem.bareCarriageReturn) { try encode("a\r\r\n") }
        #expect(throws: SMTPContentEncoder.Problem.bareCarriageReturn) { try encode("a\r") }
        #expect(throws: SMTPContentEncoder.Problem.lineTooLong) { try encode(String(repeating: "x", count: 999)) }
        _ = try encode(String(repeating: "x", count: 998) + "\r\n" + String(repeating: "y", count: 998))
    }

    @Test("However the message is cut, the same octets go out, and undone they are the message")
    func cuts() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let pieces = ["\r\n", ".", "a", "..", "\r\n.", "é"]
            let text = (0..<40).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let whole = try encode(text)
            var encoder = SMTPContentEncoder()
            var octets: [UInt8] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let length = Int.random(in: 1...5, using: &random)
                octets += try encoder.encode(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            #expect(encoder.octets == text.utf8.count)
            octets += try encoder.end()
            #expect(String(decoding: octets, as: UTF8.self) == whole)
            #expect(unstuffed(octets) == Array((text.hasSuffix("\r\n") || text.isEmpty ? text : text + "\r\n").utf8))
        }
    }

    /// What a server does: RFC 5321, 4.5.2. Nil if the final dot is not the very end.
    private func unstuffed(_ octets: [UInt8]) -> [UInt8]? {
        var lines = String(decoding: octets, as: UTF8.self).unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { String(String.UnicodeScalarView($0)) + "\n" }
        guard lines.popLast() == "\n", lines.popLast() == ".\r\n", !lines.contains(".\r\n") else { return nil }
        return Array(lines.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }.joined().utf8)
    }
}
