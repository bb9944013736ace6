import Foundation
import MailMessage
import Testing

@Suite struct EncodingTests {
    @Test func base64GoesBackAndForth() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1_000 {
            let bytes = random.bytes(0...300)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.encode(bytes) == Array(Data(bytes).base64EncodedString().utf8))
            let lines = Base64.encodeLines(bytes)
            #expect(Base64.decode(lines) == bytes)
            #expect(
                String(decoding: lines, as: UTF8.self).components(separatedBy: "\r\n").allSatisfy { $0.count <= 76 })
        }
    }

    @Test func quotedPrintableGoesBackAndForth() {
        var random = SeededGenerator(seed: 8)
        let alphabet = trickyPieces + ["\r\n", "\n", "\r", "\t", "From ", ".", "\u{0}"]
        for _ in 0..<2_000 {
            let text = random.text(0...150, from: alphabet)
            let encoded = QuotedPrintable.encode(text: text)
            for line in String(decoding: encoded, as: UTF8.self).components(separatedBy: "\r\n") {
                #expect(line.utf8.count <= 76)
                #expect(line.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 < 0x7F) })
                #expect(
                    !line.hasSuffix(" ") && !line.hasSuffix("\t") && !line.hasPrefix(".") && !line.hasPrefix("From "))
            }
            let decoded = String(decoding: QuotedPrintable.decode(encoded), as: UTF8.self)
            #expect(decoded == Self.canonical(text))
        }
    }

    @Test func malformedQuotedPrintableIsReadAsFarAsItGoes() {
        func decode(_ text: String) -> String {
            String(decoding: QuotedPrintable.decode(Array(text.utf8)), as: UTF8.self)
        }
        #expect(decode("a=ZZb") == "a=ZZb")
        #expect(decode("a=") == "a")
        #expect(decode("a=  \r\nb") == "ab")
        #expect(decode("a  \r\nb") == "a\r\nb")
        #expect(decode("a=c3=a4\nb") == "aä\nb")
        #expect(decode("=4") == "=4")
    }

    /// Each line end is CRLF, and the last line has one.
    static func canonical(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar == "\r" || (scalar == "\n" && previous != "\r") {
                scalars.append("\r")
                scalars.append("\n")
            } else if scalar != "\n" {
                scalars.append(scalar)
            }
            previous = scalar
        }
        if let last = text.unicodeScalars.last, last != "\n", last != "\r" {
            scalars.append(contentsOf: "\r\n".unicodeScalars)
        }
        return String(scalars)
    }
}
