import DNS

/// One signed change, sent to a zone's primary server over TCP, once: a change that was perhaps made is not repeated
/// here, and the caller looks first.
struct UpdateConversation: DNSConversation, Sendable {
    typealias Output = Result<Void, DNSUpdateFailure>
    typealias Step = DNSStep<Output>

    private let octets: [UInt8]
    private let id: UInt16
    private let signature: [UInt8]
    private let key: TSIGKey
    private let server: DNSServer
    private let timeout: Duration
    /// Seconds since 1970.
    private let time: @Sendable () -> UInt64

    init(
        _ update: DNSUpdate, id: UInt16, key: TSIGKey, server: DNSServer, timeout: Duration,
        time: @escaping @Sendable () -> UInt64
    ) throws(DNSMessageError) {
        (octets, signature) = try TransactionSignature.sign(try update.encoded(id: id), with: key, time: time())
        self.id = id
        self.key = key
        self.server = server
        self.timeout = timeout
        self.time = time
    }

    mutating func start() -> Step { .send(octets, to: server, over: .tcp, patience: timeout) }

    mutating func received(_ octets: [UInt8], elapsed: Duration) -> Step {
        let answer: DNSMessage
        do throws(DNSMessageError) {
            answer = try DNSMessage(decoding: octets)
        } catch {
            return failed(.malformed, "an answer that cannot be read: \(error)")
        }
        guard answer.isResponse, answer.operation == .update, answer.id == id else {
            return failed(.malformed, "an answer to another request")
        }
        do throws(TransactionSignature.Refusal) {
            try TransactionSignature.verify(octets, to: signature, with: key, time: time())
        } catch {
            switch error {
            case .rejected(let code): return .finish(.failure(.keyRejected(code)))
            case .unsigned: return .finish(.failure(.notAuthentic("\(answer.responseCode) without a signature")))
            case .wrong: return .finish(.failure(.notAuthentic("the signature is wrong")))
            case .untimely: return .finish(.failure(.notAuthentic("the signature is of another time")))
            }
        }
        guard answer.responseCode == .noError else { return .finish(.failure(.refused(answer.responseCode))) }
        return .finish(.success(()))
    }

    mutating func timedOut(elapsed: Duration) -> Step { failed(.timeout, "no answer in time") }

    mutating func broke(_ detail: String, elapsed: Duration) -> Step { failed(.unreachable, detail) }

    private func failed(_ code: DNSFailure.Code, _ detail: String) -> Step {
        .fail(DNSFailure(code, server: server.description, detail: detail))
    }
}
