import DNS
import Testing

struct DNSMessageTests {
    /// An answer as a server sends it: kunde.example MX, one record, its address, and an OPT record.
    private static let answer: [UInt8] =
        [0x12, 0x34, 0x85, 0x00, 0, 1, 0, 1, 0, 0, 0, 2]
        + [5] + Array("kunde".utf8) + [7] + Array("example".utf8) + [0, 0, 15, 0, 1]
        + [0xC0, 12, 0, 15, 0, 1, 0, 0, 2, 0x58, 0, 9, 0, 10, 4] + Array("mail".utf8) + [0xC0, 12]
        + [0xC0, 45, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 25]
        + [0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 8, 0, 15, 0, 4, 0, 18] + Array("no".utf8)

    private static func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    @Test func readsWhatAServerSends() throws {
        let message = try DNSMessage(decoding: Self.answer)
        #expect(message.id == 0x1234)
        #expect(message.isResponse && message.isAuthoritative && message.isRecursionDesired)
        #expect(!message.isTruncated && !message.isRecursionAvailable)
        #expect(message.responseCode == .noError)
        #expect(message.questions == [DNSQuestion(try Self.name("kunde.example"), .mx)])
        let mail = try Self.name("mail.kunde.example")
        #expect(
            message.answers == [
                DNSRecord(try Self.name("kunde.example"), ttl: 600, .mx(preference: 10, exchange: mail))
            ])
        #expect(message.additionals == [DNSRecord(mail, ttl: 60, .a(try #require(IPAddress("192.0.2.25"))))])
        let edns = try #require(message.edns)
        #expect(edns.payloadSize == 1_232 && edns.wantsSignatures && edns.version == 0)
        #expect(edns.extendedErrors.map(\.description) == ["error 18: no"])
        #expect(try message.encoded() == Self.answer)
    }

    @Test func compressesNamesAsTheStandardShows() throws {
        // RFC 1035, 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root.
        var message = DNSMessage(id: 0, questions: [])
        for name in ["F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", "."] {
            message.questions.append(DNSQuestion(try Self.name(name), .a))
        }
        let octets = try message.encoded()
        let expected: [UInt8] =
            [1, 0x46, 3, 0x49, 0x53, 0x49, 4, 0x41, 0x52, 0x50, 0x41, 0, 0, 1, 0, 1]
            + [3, 0x46, 0x4F, 0x4F, 0xC0, 12, 0, 1, 0, 1] + [0xC0, 18, 0, 1, 0, 1] + [0, 0, 1, 0, 1]
        #expect(Array(octets.dropFirst(12)) == expected)
        #expect(try DNSMessage(decoding: octets) == message)
    }

    @Test func carriesTheUpperBitsOfTheCode() throws {
        var message = DNSMessage(id: 7, questions: [])
        message.responseCode = .badVersionOrSignature
        message.edns = DNSExtension(payloadSize: 512)
        #expect(try DNSMessage(decoding: message.encoded()).responseCode == .badVersionOrSignature)
    }

    @Test func countsAnImpossibleTimeToLiveAsZero() throws {
        var message = DNSMessage(id: 7, questions: [])
        message.answers = [DNSRecord(try Self.name("a"), ttl: 0x8000_0000, .txt("x"))]
        #expect(try DNSMessage(decoding: message.encoded()).answers.map(\.ttl) == [0])
    }

    @Test func leavesOutRecordsOfOtherClasses() throws {
        var octets = Self.answer
        octets[36] = 3
        let message = try DNSMessage(decoding: octets)
        #expect(message.answers.isEmpty && message.additionals.count == 1)
        octets = Self.answer
        octets[30] = 3
        #expect(throws: DNSMessageError.foreignClass) { try DNSMessage(decoding: octets) }
    }

    @Test func refusesEachTruncation() throws {
        for count in 0..<Self.answer.count {
            #expect(throws: DNSMessageError.self) { try DNSMessage(decoding: Array(Self.answer.prefix(count))) }
        }
        #expect(throws: DNSMessageError.trailingOctets) { try DNSMessage(decoding: Self.answer + [0]) }
    }

    private static let header: [UInt8] = [0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    @Test(
        "Refuses names that point forwards, at themselves, in circles, or grow without end",
        arguments: [
            [0xC0, 12], [0xC0, 14, 0], [0xC0, 0xFF], [1, 0x61, 0xC0, 12], [1, 0x61, 0xC0, 14], [0x40, 0],
            [0x80, 0], [0xC0], [3, 0x61],
            // A label into which the pointer behind it leads, with the pointer inside it.
            [3, 0xC0, 13, 0, 0xC0, 13],
        ] as [[UInt8]])
    func refusesHostileNames(_ name: [UInt8]) {
        #expect(throws: DNSMessageError.self) { try DNSMessage(decoding: Self.header + name + [0, 1, 0, 1]) }
    }

    @Test func refusesANameThatGrowsByPointing() throws {
        // 63 octets and a pointer to the name before: the fourth is too long.
        var octets = Self.header
        octets[5] = 5
        var places: [Int] = []
        for number in 0..<5 {
            places.append(octets.count)
            octets += [63] + [UInt8](repeating: 0x61, count: 63)
            octets += number == 0 ? [0] : [0xC0, UInt8(places[number - 1])]
            octets += [0, 1, 0, 1]
        }
        #expect(throws: DNSMessageError.malformedName) { try DNSMessage(decoding: octets) }
    }

    @Test(
        "Refuses data that does not fit its type",
        arguments: [
            (1, [192, 0, 2]), (1, [192, 0, 2, 1, 0]), (28, [0, 0, 0, 0]), (15, [0, 10]), (15, [0, 10, 0, 0]),
            (16, []), (16, [5, 0x61]), (6, [0, 0, 0]), (2, [0xC0, 40]), (52, [3, 1]),
        ] as [(UInt16, [UInt8])])
    func refusesMalformedData(_ type: UInt16, _ data: [UInt8]) {
        let octets =
            [0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0] + [0, UInt8(type >> 8), UInt8(type & 0xFF), 0, 1, 0, 0, 0, 1]
            + [0, UInt8(data.count)] + data
        #expect(throws: DNSMessageError.self) { try DNSMessage(decoding: octets) }
    }

    @Test func refusesTwoExtensions() throws {
        let opt: [UInt8] = [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]
        let header: [UInt8] = [0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(try DNSMessage(decoding: header + [1] + opt).edns?.payloadSize == 512)
        #expect(throws: DNSMessageError.malformedExtension) { try DNSMessage(decoding: header + [2] + opt + opt) }
        let cut: [UInt8] = [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 3, 0, 15, 0]
        #expect(throws: DNSMessageError.malformedExtension) { try DNSMessage(decoding: header + [1] + cut) }
    }

    @Test func refusesToWriteWhatFitsNoMessage() throws {
        var message = DNSMessage(id: 0, questions: [])
        let name = try Self.name("a")
        message.answers = [DNSRecord(name, ttl: 1, .txt([[UInt8](repeating: 0, count: 256)]))]
        #expect(throws: DNSMessageError.malformedRecord(.txt)) { try message.encoded() }
        message.answers = [DNSRecord(name, ttl: 1, .a(try #require(IPAddress("::1"))))]
        #expect(throws: DNSMessageError.malformedRecord(.a)) { try message.encoded() }
        let large = DNSRecord(name, ttl: 1, .txt([[UInt8]](repeating: [UInt8](repeating: 0, count: 255), count: 255)))
        message.answers = [large, large]
        #expect(throws: DNSMessageError.tooLong) { try message.encoded() }
    }

    @Test func readsWhatItWrites() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let message = RandomMessage.make(using: &generator)
            #expect(try DNSMessage(decoding: message.encoded()) == message)
        }
    }

    @Test func survivesChangedOctets() throws {
        var generator = SeededGenerator(seed: 2)
        var read = 0
        for _ in 0..<600 {
            var octets = try RandomMessage.make(using: &generator).encoded()
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                octets[Int.random(in: 0..<octets.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let message = try? DNSMessage(decoding: octets) else { continue }
            read += 1
            // Whatever could be read can be written, and says the same again.
            if let again = try? message.encoded() { #expect(try DNSMessage(decoding: again) == message) }
        }
        #expect(read > 20)
    }
}
