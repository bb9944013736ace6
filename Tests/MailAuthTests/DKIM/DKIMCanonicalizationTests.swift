import Foundation
import Testing

@testable import MailAuth

struct DKIMCanonicalizationTests {
    private static func body(_ text: String, _ method: DKIMCanonicalization.Method, pieces: Int = 1_000) -> String {
        var canonicalizer = DKIMBodyCanonicalizer(method)
        var result: [UInt8] = []
        let octets = text.octets
        for start in stride(from: 0, to: octets.count, by: pieces) {
            canonicalizer.append(octets[start..<min(start + pieces, octets.count)]) { result += $0 }
        }
        canonicalizer.finish { result += $0 }
        return result.text
    }

    /// RFC 6376, 3.4.5.
    @Test func treatsTheExampleOfTheStandard() throws {
        #expect(Self.body(" C \r\nD \t E\r\n\r\n\r\n", .relaxed) == " C\r\nD E\r\n")
        #expect(Self.body(" C \r\nD \t E\r\n\r\n\r\n", .simple) == " C \r\nD \t E\r\n")
        let first = try #require(DKIMHeaderField(raw: "A: X\r\n".octets))
        let second = try #require(DKIMHeaderField(raw: "B : Y\t\r\n\tZ  \r\n".octets))
        #expect(first.canonical(.relaxed).text == "a:X\r\n")
        #expect(second.canonical(.relaxed).text == "b:Y Z\r\n")
        #expect(second.canonical(.simple).text == "B : Y\t\r\n\tZ  \r\n")
    }

    @Test(arguments: [
        ("", "\r\n", ""), ("\r\n\r\n", "\r\n", ""), ("  \r\n\t\r\n", "  \r\n\t\r\n", ""), ("a", "a\r\n", "a\r\n"),
        ("a ", "a \r\n", "a\r\n"), ("\r\na", "\r\na\r\n", "\r\na\r\n"), ("a\nb\n\n", "a\r\nb\r\n", "a\r\nb\r\n"),
        ("a\rb\r\n", "a\rb\r\n", "a\rb\r\n"), ("a\r", "a\r\r\n", "a\r\r\n"), ("a \r\r\n", "a \r\r\n", "a \r\r\n"),
        ("a\r\n \r\nb", "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n"),
    ]) func treatsEdges(_ text: String, _ simple: String, _ relaxed: String) {
        for pieces in 1...3 {
            #expect(Self.body(text, .simple, pieces: pieces) == simple)
            #expect(Self.body(text, .relaxed, pieces: pieces) == relaxed)
        }
    }

    @Test func doesNotCareHowABodyIsCut() {
        var generator = SeededGenerator(seed: 6_376)
        let pieces = ["a", "bc", " ", "\t", "\r\n", "\r", "\n", "\r\n\r\n", "word", "=20"]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...60, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for method in DKIMCanonicalization.Method.allCases {
                let whole = Self.body(text, method)
                #expect(Self.body(text, method, pieces: Int.random(in: 1...7, using: &generator)) == whole)
                #expect(Self.body(whole, method) == whole, "a second time changes nothing")
            }
        }
    }

    @Test func passesLongRunsThrough() {
        let lines = String(repeating: "\r\n", count: 50_000)
        #expect(Self.body(lines + "x", .relaxed) == lines + "x\r\n")
        #expect(Self.body(lines, .relaxed).isEmpty)
        let word = String(repeating: "x", count: 100_000)
        #expect(Self.body(word, .simple, pieces: 33_333) == word + "\r\n")
    }

    @Test func putsLineEndsRight() {
        #expect(LineEndNormalizer.normalized("a\nb\rc\r\nd\r\r\ne\r".octets).text == "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n")
        var normalizer = LineEndNormalizer()
        let cut = ["a\r", "\nb\r", "c"].flatMap { normalizer.normalize($0.octets) } + normalizer.finish()
        #expect(cut.text == "a\r\nb\r\nc")
    }

    @Test func readsTheTag() {
        #expect(DKIMCanonicalization("relaxed") == DKIMCanonicalization(header: .relaxed, body: .simple))
        #expect(DKIMCanonicalization("simple/relaxed")?.description == "simple/relaxed")
        #expect(DKIMCanonicalization("relaxed/strict") == nil)
        #expect(DKIMCanonicalization("a/b/c") == nil)
    }
}
