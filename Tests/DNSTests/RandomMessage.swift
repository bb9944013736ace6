import DNS

/// Messages with everything in them that can be written and read again.
enum RandomMessage {
    static func make(using generator: inout SeededGenerator) -> DNSMessage {
        var message = DNSMessage(id: .random(in: 0 ... .max, using: &generator), questions: [])
        message.isResponse = .random(using: &generator)
        message.operation = [.query, .update, .other(4)].randomElement(using: &generator) ?? .query
        message.isAuthoritative = .random(using: &generator)
        message.isTruncated = .random(using: &generator)
        message.isRecursionDesired = .random(using: &generator)
        message.isRecursionAvailable = .random(using: &generator)
        message.isAuthenticData = .random(using: &generator)
        message.isCheckingDisabled = .random(using: &generator)
        message.responseCode = DNSResponseCode(rawValue: .random(in: 0...10, using: &generator))
        message.questions = some(&generator) { DNSQuestion(name(&$0), type(&$0)) }
        message.answers = some(&generator, record)
        message.authorities = some(&generator, record)
        message.additionals = some(&generator, record)
        if .random(using: &generator) {
            message.edns = DNSExtension(
                payloadSize: .random(in: 0 ... .max, using: &generator), version: .random(in: 0...2, using: &generator),
                wantsSignatures: .random(using: &generator),
                options: some(&generator) {
                    DNSExtension.Option(code: .random(in: 0...20, using: &$0), data: octets(0...20, &$0))
                })
        }
        return message
    }

    private static func some<Element>(
        _ generator: inout SeededGenerator, _ make: (inout SeededGenerator) -> Element
    ) -> [Element] {
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in make(&generator) }
    }

    private static func octets(_ counts: ClosedRange<Int>, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: counts, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
    }

    private static func type(_ generator: inout SeededGenerator) -> DNSRecordType {
        [.a, .mx, .txt, .aaaa, .tlsa].randomElement(using: &generator) ?? .a
    }

    /// Few labels, so that names share their ends and are compressed; now and then any octets.
    private static func name(_ generator: inout SeededGenerator) -> DNSName {
        let labels = some(&generator) { generator in
            Bool.random(using: &generator)
                ? Array((["a", "kunde", "example"].randomElement(using: &generator) ?? "a").utf8)
                : octets(1...63, &generator)
        }
        return DNSName(labels: labels) ?? .root
    }

    private static func record(_ generator: inout SeededGenerator) -> DNSRecord {
        DNSRecord(name(&generator), ttl: .random(in: 0...0x7FFF_FFFF, using: &generator), data(&generator))
    }

    private static func data(_ generator: inout SeededGenerator) -> DNSRecordData {
        switch Int.random(in: 0...9, using: &generator) {
        case 0: IPAddress(octets: octets(4...4, &generator)).map(DNSRecordData.a) ?? .txt("")
        case 1: IPAddress(octets: octets(16...16, &generator)).map(DNSRecordData.aaaa) ?? .txt("")
        case 2: .mx(preference: .random(in: 0 ... .max, using: &generator), exchange: name(&generator))
        case 3: .txt([octets(0...255, &generator)] + some(&generator) { octets(0...255, &$0) })
        case 4: .cname(name(&generator))
        case 5: .ns(name(&generator))
        case 6: .ptr(name(&generator))
        case 7:
            .soa(
                DNSStartOfAuthority(
                    primary: name(&generator), mailbox: name(&generator),
                    serial: .random(in: 0 ... .max, using: &generator), refresh: 1, retry: 2, expire: 3, minimum: 4))
        case 8:
            .tlsa(
                usage: .random(in: 0...255, using: &generator), selector: 1, matchingType: 1,
                data: octets(0...64, &generator))
        default:
            .other(DNSRecordType(rawValue: .random(in: 1_000...2_000, using: &generator)), octets(0...40, &generator))
        }
    }
}
