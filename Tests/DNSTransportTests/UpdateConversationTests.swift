import Crypto
import DNS
import Testing

@testable import DNSTransport

/// The client's side of a signed update. The server's answers are signed here by hand, after RFC 8945, 4.3.
struct UpdateConversationTests {
    private static let secret = [UInt8](repeating: 7, count: 32)
    private static let now: UInt64 = 1_800_000_000
    private let key: TSIGKey
    private let update: DNSUpdate
    private let server: DNSServer

    init() throws {
        key = TSIGKey(name: try #require(DNSName("Depesche")), algorithm: .hmacSHA256, secret: Self.secret)
        var update = DNSUpdate(zone: try #require(DNSName("kunde.example")))
        update.add(DNSRecord(try #require(DNSName("a.kunde.example")), ttl: 600, .txt("x")))
        self.update = update
        server = try #require(DNSServer("192.0.2.1"))
    }

    private func conversation() throws -> UpdateConversation {
        try UpdateConversation(
            update, id: 0x0102, key: key, server: server, timeout: .seconds(5), time: { Self.now })
    }

    private func sent(_ step: UpdateConversation.Step) throws -> [UInt8] {
        guard case .send(let octets, _, .tcp, .seconds(5)) = step else { throw DNSFailure(.malformed) }
        return octets
    }

    private static let keyName: [UInt8] = [8] + Array("depesche".utf8) + [0]
    private static let algorithm: [UInt8] = [11] + Array("hmac-sha256".utf8) + [0]
    private static let time: [UInt8] = [0, 0, 0x6B, 0x49, 0xD2, 0x00, 1, 0x2C]

    /// An answer with a signature record; what is left out is as it must be.
    private func answer(
        to request: [UInt8], code: UInt8 = 0, error: UInt8 = 0, secret: [UInt8] = Self.secret,
        time: [UInt8] = Self.time, isSigned: Bool = true
    ) -> [UInt8] {
        let body: [UInt8] = [1, 2, 0xA8, code, 0, 0, 0, 0, 0, 0, 0, 0]
        let variables =
            Self.keyName + [0, 255, 0, 0, 0, 0] + Self.algorithm + time + [0, error, 0, 0]
        let requestSignature = Array(request.suffix(38).prefix(32))
        let signature =
            isSigned
            ? Array(
                HMAC<SHA256>.authenticationCode(
                    for: [0, 32] + requestSignature + body + variables, using: SymmetricKey(data: secret))) : []
        let data = Self.algorithm + time + [0, UInt8(signature.count)] + signature + [1, 2, 0, error, 0, 0]
        return Array(body[..<11]) + [1] + Self.keyName + [0, 250, 0, 255, 0, 0, 0, 0, 0, UInt8(data.count)] + data
    }

    private func failure(_ answer: (_ request: [UInt8]) -> [UInt8]) throws -> DNSUpdateFailure? {
        var conversation = try conversation()
        let request = try sent(conversation.start())
        switch conversation.received(answer(request), elapsed: .zero) {
        case .finish(.success): return nil
        case .finish(.failure(let failure)): return failure
        case .fail(let failure): return .failed(failure)
        case .send, .wait: throw DNSFailure(.malformed)
        }
    }

    @Test func signsRequests() throws {
        var conversation = try conversation()
        let request = try sent(conversation.start())
        let plain = try update.encoded(id: 0x0102)
        #expect(request[11] == 1)
        let variables = Self.keyName + [0, 255, 0, 0, 0, 0] + Self.algorithm + Self.time + [0, 0, 0, 0]
        let signature = Array(
            HMAC<SHA256>.authenticationCode(for: plain + variables, using: SymmetricKey(data: Self.secret)))
        #expect(Array(request.suffix(38).prefix(32)) == signature)
    }

    @Test func believesWhatTheServerSigned() throws {
        #expect(try failure { answer(to: $0) } == nil)
        #expect(try failure { answer(to: $0, code: 5) } == .refused(.refused))
    }

    @Test func believesNothingElse() throws {
        #expect(
            try failure { answer(to: $0, secret: [1]) } == .notAuthentic("the signature is wrong"))
        #expect(
            try failure { answer(to: $0, time: [0, 0, 0x6B, 0x49, 0xD0, 0, 1, 0x2C]) }
                == .notAuthentic("the signature is of another time"))
        #expect(
            try failure { _ in [1, 2, 0xA8, 0, 0, 0, 0, 0, 0, 0, 0, 0] }
                == .notAuthentic("NOERROR without a signature"))
        #expect(
            try failure { request in
                var changed = answer(to: request, code: 5)
                changed[3] = 0
                return changed
            } == .notAuthentic("the signature is wrong"))
        #expect(
            try failure { answer(to: [UInt8](repeating: 0, count: $0.count)) }
                == .notAuthentic("the signature is wrong"))
        #expect(try failure { Array(answer(to: $0).dropLast()) } != nil)
        #expect(try failure { _ in [0, 0] } != nil)
    }

    @Test func saysThatTheKeyWasRejected() throws {
        #expect(try failure { answer(to: $0, code: 9, error: 17, isSigned: false) } == .keyRejected(.badKey))
        #expect(try failure { answer(to: $0, code: 9, error: 18) } == .keyRejected(.badTime))
    }

    @Test func readsKeysAsConfigurationsHaveThem() throws {
        let name = try #require(DNSName("depesche"))
        let read = try #require(TSIGKey(name: name, algorithm: .hmacSHA512, base64: "c2VjcmV0IHNlY3JldA=="))
        #expect(read == TSIGKey(name: name, algorithm: .hmacSHA512, secret: Array("secret secret".utf8)))
        #expect(!"\(read)".contains("c2VjcmV0") && "\(read)" == "depesche (hmac-sha512)")
        #expect(TSIGKey(name: name, algorithm: .hmacSHA256, base64: "?") == nil)
        #expect(TSIGKey(name: name, algorithm: .hmacSHA256, base64: "") == nil)
    }
}
