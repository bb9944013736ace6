import NIOCore
import Secrets
import Testing

@testable import WebServer

@Suite struct MultipartParserTests {
    /// A part that was read completely.
    struct Whole: Equatable {
        var part: MultipartPart
        var content: [UInt8] = []
    }

    /// Reads a body that comes in these pieces.
    static func read(_ pieces: [[UInt8]], boundary: String = "b", mostParts: Int = 20_000) throws -> [Whole] {
        var parser = MultipartParser(boundary: boundary, mostParts: mostParts)
        var parts: [Whole] = []
        var isOpen = false
        for piece in pieces {
            parser.feed(ByteBuffer(bytes: piece))
            while let event = try parser.next() {
                switch event {
                case .began(let part):
                    #expect(!isOpen)
                    isOpen = true
                    parts.append(Whole(part: part))
                case .content(let content):
                    #expect(isOpen && content.readableBytes > 0)
                    parts[parts.count - 1].content += content.readableBytesView
                case .ended:
                    #expect(isOpen)
                    isOpen = false
                }
            }
        }
        try parser.finish()
        #expect(!isOpen)
        return parts
    }

    private static func read(_ text: String, boundary: String = "b") throws -> [Whole] {
        try read([Array(text.utf8)], boundary: boundary)
    }

    private static let sample = """
        an old mail program would say something here\r
        --b\r
        Content-Disposition: form-data; name="subject"\r
        \r
        Grüße\r
        --b \t\r
        content-disposition:form-data; name=file; filename="Übersicht \\"neu\\" 100%22.txt"\r
        Content-Type: application/PDF; charset=x\r
        X-Other: one\r
         and its second line\r
        \r
        \r
        --\r
        --bb\u{0}--b\r\n\r\r\n--\r\n-b\r
        --b\r
        Content-Disposition: form-data; name="empty"; filename=""\r
        \r
        \r
        --b--\r
        and here
        """

    private static let sampleParts = [
        Whole(part: MultipartPart(name: "subject", fileName: nil), content: Array("Grüße".utf8)),
        Whole(
            part: MultipartPart(
                name: "file", fileName: "Übersicht \"neu\" 100\".txt", mediaType: "application/pdf"),
            content: Array("\r\n--".utf8)),
        Whole(part: MultipartPart(name: "empty", fileName: "", mediaType: "application/octet-stream")),
    ]

    @Test func aLineThatOnlyBeginsLikeADelimiterIsRefused() {
        // RFC 2046, 5.1.1: it is one to some readers; so the body means two things.
        #expect(throws: MultipartError.malformed) { try Self.read(Self.sample) }
    }

    /// The sample without the line that is refused above.
    private static let clean = Array(sample.replacing("\r\n--bb\u{0}--b\r\n\r\r\n--\r\n-b\r\n", with: "\r\n").utf8)

    @Test func partsAreReadWithTheirHeads() throws {
        #expect(try Self.read([Self.clean]) == Self.sampleParts)
    }

    @Test func aBodyMayBeCutAnywhere() throws {
        for cut in 0...Self.clean.count {
            let pieces = [Array(Self.clean[..<cut]), Array(Self.clean[cut...])]
            #expect(try Self.read(pieces) == Self.sampleParts, "cut at \(cut)")
        }
        #expect(try Self.read(Self.clean.map { [$0] }) == Self.sampleParts)
    }

    @Test func anyContentComesOutAsItWentInHoweverItIsCut() throws {
        let random = SeededRandomSource(seed: 23)
        // Boundaries that resemble themselves and the content, which is made of their own letters.
        for boundary in ["-", "--", "a", "----a--a", "aaaaaaaa", "'()+_,-./:=? x", String(repeating: "-a", count: 35)] {
            let letters = Array("\r\n-a".utf8)
            let delimiter = "\r\n--\(boundary)"
            for _ in 0..<60 {
                var contents: [[UInt8]] = []
                while contents.count < 4 {
                    let length = Int(random.uniform(below: 200))
                    let content = (0..<length).map { _ in letters[Int(random.uniform(below: 4))] }
                    // No sender may choose a boundary that the content has.
                    if !String(decoding: Array("\r\n".utf8) + content + Array("\r\n--".utf8), as: UTF8.self).utf8
                        .containsRun(of: Array(delimiter.utf8))
                    {
                        contents.append(content)
                    } else {
                        contents.append(content.filter { $0 != 0x2D })
                    }
                }
                var body: [UInt8] = []
                for content in contents {
                    body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
                    body += content + Array("\r\n".utf8)
                }
                body += Array("--\(boundary)--".utf8)
                var pieces: [[UInt8]] = []
                var rest = body[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(1 + Int(random.uniform(below: 40)))
                    rest = rest.dropFirst(piece.count)
                    pieces.append(Array(piece))
                }
                #expect(try Self.read(pieces, boundary: boundary).map(\.content) == contents)
            }
        }
    }

    @Test func thousandsOfPartsAreReadAndMoreAreRefused() throws {
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
        let body = Array((String(repeating: part, count: 5_000) + "--b--").utf8)
        #expect(try Self.read([body]).count == 5_000)
        #expect(throws: MultipartError.tooManyParts) { try Self.read([body], mostParts: 4_999) }
    }

    @Test func aFormWithoutPartsIsOne() throws { #expect(try Self.read("--b--") == []) }

    @Test(arguments: [
        "", "--b", "--b\r\n", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b",
        "--b\r\nContent-Disposition: form-data; name=a",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b-", "no delimiter at all",
    ])
    func aBodyThatEndsEarlyIsNotTaken(body: String) {
        #expect(throws: MultipartError.incomplete) { try Self.read(body) }
    }

    @Test(arguments: [
        "--bx--", "--b x", "--b\nx", "--b\rx", "--b\r\n\r\nx\r\n--b--", "--b\r\nno colon\r\n\r\nx\r\n--b--",
        "--b\r\n: x\r\n\r\nx\r\n--b--", "--b\r\n folded\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\u{0}\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
    ])
    func whatIsNoFormIsRefused(body: String) {
        #expect(throws: MultipartError.malformed) { try Self.read(body) }
        #expect(throws: MultipartError.malformed) { try Self.read(body.utf8.map { [$0] }) }
    }

    @Test func aHugeHeadIsRefusedBeforeItIsAllThere() throws {
        let head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX: "
        var parser = MultipartParser(boundary: "b")
        parser.feed(ByteBuffer(string: head))
        #expect(try parser.next() == nil)
        parser.feed(ByteBuffer(repeating: 0x78, count: MultipartParser.longestHead))
        #expect(throws: MultipartError.headTooLong) { try parser.next() }
        // One that is just short enough is read.
        let line = String(repeating: "x", count: MultipartParser.longestHead - head.utf8.count)
        #expect(try Self.read("\(head)\(line)\r\n\r\ny\r\n--b--").map(\.content) == [Array("y".utf8)])
    }

    @Test func endlessPaddingIsRefused() {
        #expect(throws: MultipartError.malformed) { try Self.read("--b" + String(repeating: " ", count: 300)) }
    }

    @Test func rubbishNeverTripsTheParser() {
        let random = SeededRandomSource(seed: 4)
        let words = [
            "\r\n", "--b", "--", "\r", "\n", "Content-Disposition: form-data; name=", "\"", "\\", ";", "=", "a", " ",
            "\u{0}", ":",
        ]
        for _ in 0..<3_000 {
            let body = (0..<Int(random.uniform(below: 30))).map { _ in
                words[Int(random.uniform(below: UInt32(words.count)))]
            }
            let whole = Result { try Self.read(body.joined()) }
            let pieces = Result { try Self.read(body.map { Array($0.utf8) }) }
            #expect((try? whole.get()) == (try? pieces.get()))
        }
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=b", "b"), ("Multipart/Form-Data;charset=utf-8 ; Boundary=\"a b\"", "a b"),
        ("multipart/form-data; boundary=----WebKitFormBoundary7MA4", "----WebKitFormBoundary7MA4"),
        ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("multipart/mixed; boundary=b", nil),
        ("multipart/form-data; boundary=\"b \"", nil), ("multipart/form-data; boundary=\"b\r\n\"", nil),
        ("multipart/form-data; boundary=ü", nil), ("multipart/form-data; boundary=a; boundary=b", nil), ("", nil),
        ("multipart/form-data; boundary=" + String(repeating: "b", count: 71), nil),
    ])
    func boundariesAreThoseThatTheStandardAllows(type: String, boundary: String?) {
        #expect(MultipartPart.boundary(of: type) == boundary)
    }

    @Test(arguments: [
        (#"form-data; name="a"; filename="C:\Akten\x.txt""#, #"C:\Akten\x.txt"#),
        (#"form-data; name="a"; filename="x\""#, #"x\"#), (#"form-data; name="a"; filename="a\"b\\c""#, #"a"b\c"#),
        (#"form-data; name="a"; filename="a;b=c""#, "a;b=c"), (#"form-data; name="a"; filename=x.txt;"#, "x.txt"),
        (#"form-data; name="a"; filename="a%0D%0Ab""#, "a\r\nb"), (#"form-data; filename="x"; name="a""#, "x"),
    ])
    func fileNamesComeAsTheyWereMeant(disposition: String, fileName: String) throws {
        let part = try MultipartPart(head: Array("Content-Disposition: \(disposition)".utf8))
        #expect(part == MultipartPart(name: "a", fileName: fileName, mediaType: "application/octet-stream"))
    }
}

extension Sequence<UInt8> {
    /// Whether these octets stand in it, one after the other.
    fileprivate func containsRun(of run: [UInt8]) -> Bool {
        let all = Array(self)
        guard all.count >= run.count else { return false }
        return (0...all.count - run.count).contains { all[$0..<$0 + run.count].elementsEqual(run) }
    }
}
