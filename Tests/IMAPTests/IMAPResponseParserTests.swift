import IMAP
import Testing

@Suite struct IMAPResponseParserTests {
    static func parse(_ text: String, limits: IMAPResponseParser.Limits = .init()) -> IMAPResponseParser.Outcome {
        var parser = IMAPResponseParser(limits: limits)
        return parser.consume(Array(text.utf8)).outcome
    }

    static func responses(_ octets: [UInt8], inPiecesOf size: Int) -> [IMAPResponse] {
        var parser = IMAPResponseParser()
        var result: [IMAPResponse] = []
        var start = 0
        while start < octets.count {
            let piece = octets[start..<min(start + size, octets.count)]
            var rest = piece
            while !rest.isEmpty {
                let (consumed, outcome) = parser.consume(rest)
                rest = rest.dropFirst(consumed)
                if case .response(let response) = outcome { result.append(response) }
            }
            start += size
        }
        return result
    }

    @Test func statusesHaveTheirCodes() {
        #expect(
            Self.parse("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Dovecot ready.\r\n")
                == .response(
                    .status(
                        .ok, code: [.atom("CAPABILITY"), .atom("IMAP4rev1"), .atom("AUTH=PLAIN")],
                        text: "Dovecot ready.")))
        #expect(
            Self.parse("d1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n")
                == .response(
                    .tagged(tag: "d1", .no, code: [.atom("AUTHENTICATIONFAILED")], text: "Authentication failed.")))
        #expect(Self.parse("* BYE\r\n") == .response(.status(.bye, code: [], text: "")))
        #expect(Self.parse("+ idling\r\n") == .response(.continuation(text: "idling")))
        #expect(Self.parse("+\r\n") == .response(.continuation(text: "")))
    }

    @Test func aFetchedMailIsReadWhereverTheStreamIsCut() throws {
        let text =
            "* 3 FETCH (UID 17 FLAGS (\\Seen) RFC822.SIZE 9 BODY[]<0> {9}\r\na)\r\n{5}\"x BODY[HEADER.FIELDS (TO)] \"q\\\"\")\r\nd2 OK done\r\n"
        for size in 1...40 {
            let found = Self.responses(Array(text.utf8), inPiecesOf: size)
            try #require(found.count == 2)
            guard case .data(let words) = found[0] else {
                Issue.record("no data")
                return
            }
            #expect(words[0].number == 3 && words[1].keyword == "FETCH")
            guard case .list(let items) = words[2] else {
                Issue.record("no list")
                return
            }
            #expect(items[1].number == 17)
            #expect(items[7] == .string(Array("a)\r\n{5}\"x".utf8)))
            #expect(items[8].keyword == "BODY[HEADER.FIELDS (TO)]" && items[9] == .string(Array("q\"".utf8)))
        }
    }

    @Test func textForPeopleIsNeverTakenForALiteral() {
        #expect(Self.parse("* OK welcome {5}\r\n") == .response(.status(.ok, code: [], text: "welcome {5}")))
    }

    @Test(arguments: [
        ("* OK a\nb\r\n", IMAPResponseParser.Violation.bareControl), ("* OK a\rb\r\n", .bareControl),
        ("* OK \u{0}\r\n", .bareControl), ("garbage\r\n", .malformed), ("d1 FETCH\r\n", .malformed),
        ("* 1 FETCH (\r\n", .malformed), ("* 1 FETCH )\r\n", .malformed), ("* 1 FETCH \"a\r\n", .malformed),
        ("* 1 FETCH (BODY[] {999999999}\r\n", .literalTooLarge),
        ("* 1 FETCH {99999999999999999999}\r\n", .literalTooLarge),
        ("* 1 X " + String(repeating: "(", count: 100) + "\r\n", .tooComplex),
        ("* SEARCH" + String(repeating: " 1", count: 30_000) + "\r\n", .tooComplex),
    ])
    func whatIsNoResponseIsRefused(_ text: String, _ expected: IMAPResponseParser.Violation) {
        #expect(Self.parse(text) == .violation(expected))
    }

    @Test func aLineWithoutEndIsNotGathered() {
        var parser = IMAPResponseParser()
        var outcome = IMAPResponseParser.Outcome.incomplete
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
        for _ in 0..<7 { outcome = parser.consume(piece).outcome }
        #expect(outcome == .violation(.lineTooLong))
        #expect(parser.consume(Array("* OK\r\n".utf8)).outcome == .incomplete)
    }

    @Test func manyLiteralsTogetherAreLimitedToo() {
        var limits = IMAPResponseParser.Limits()
        limits.literalOctets = 10
        limits.responseOctets = 15
        #expect(Self.parse("* 1 X {10}\r\n1234567890 {6}\r\n", limits: limits) == .violation(.literalTooLarge))
        #expect(
            Self.parse("* 1 X {0}\r\n {2}\r\nab\r\n", limits: limits)
                == .response(
                    .data([
                        .atom("1"), .atom("X"), .string([]), .string(Array("ab".utf8)),
                    ])))
    }

    @Test func anyOctetsAreReadWithoutHarm() {
        var seed: UInt64 = 1
        func next() -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return seed >> 33
        }
        let alphabet = Array("* d1 OK NO BYE FETCH ({})[]\"\\+ 12345 BODY[]\r\n".utf8)
        for _ in 0..<500 {
            var parser = IMAPResponseParser()
            var octets = (0..<200).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] }[...]
            while !octets.isEmpty {
                let (consumed, outcome) = parser.consume(octets)
                if case .violation = outcome { break }
                guard consumed > 0 else { break }
                octets = octets.dropFirst(consumed)
            }
        }
    }
}
