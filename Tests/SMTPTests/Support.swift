import SMTP
import Testing

/// SplitMix64: the same numbers on each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func reply(_ code: Int, _ lines: String...) -> SMTPReply { SMTPReply(code: code, lines: lines) }

func address(_ text: String) throws -> SMTPEnvelopeAddress { try SMTPEnvelopeAddress(text) }

/// A session and what it was told to do, as one line of text for each action.
struct Driver {
    var session: SMTPClientSession
    var results: [SMTPTransactionResult] = []
    var failures: [SMTPFailure] = []

    init(
        security: SMTPSecurity = .none, credentials: SMTPCredentials? = nil, cleartext: Bool = false
    ) throws {
        let name = try #require(SMTPHelloName("client.example"))
        session = SMTPClientSession(
            configuration: .init(
                helloName: name, security: security, credentials: credentials,
                allowsCleartextAuthentication: cleartext))
    }

    @discardableResult
    mutating func on(_ event: SMTPClientSession.Event) -> [String] {
        session.received(event).map { action in
            switch action {
            case .send(let commands):
                return commands.map { String(decoding: $0.wire.dropLast(2), as: UTF8.self) }.joined(separator: "|")
            case .startTLS: return "(tls)"
            case .ready: return "(ready)"
            case .sendContent: return "(content)"
            case .sendFinalDot: return "(dot)"
            case .finished(let result):
                results.append(result)
                return "(finished)"
            case .failed(let failure):
                failures.append(failure)
                return "(failed)"
            case .close: return "(close)"
            }
        }
    }

    @discardableResult
    mutating func on(_ code: Int, _ lines: String...) -> [String] {
        on(.reply(SMTPReply(code: code, lines: lines)))
    }

    /// A session that is ready for mail.
    static func ready(_ capabilities: String...) throws -> Driver {
        var driver = try Driver()
        driver.on(.connected)
        driver.on(220, "mail.example ESMTP")
        #expect(driver.on(.reply(SMTPReply(code: 250, lines: ["mail.example"] + capabilities))) == ["(ready)"])
        return driver
    }

    static func mail(to count: Int = 1, size: Int? = nil) throws -> SMTPTransaction {
        SMTPTransaction(
            sender: try address("anna@example.org"),
            recipients: try (1...count).map { try address("r\($0)@example.net") }, size: size)
    }
}
