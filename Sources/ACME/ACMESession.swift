import Foundation

/// A conversation with a certificate authority under one account: signs what is asked, and keeps the nonces.
struct ACMESession {
    /// A nonce may be refused at any time, and the refusal brings a new one (RFC 8555, 6.5).
    private static let mostNonces = 10

    let directory: ACMEDirectory
    private let exchange: any ACMEExchange
    private let key: ACMEAccountKey
    private let now: @Sendable () -> Date
    private var nonce: String?
    private var account: String?

    /// Reads the directory.
    init(
        directory url: String, key: ACMEAccountKey, exchange: any ACMEExchange, now: @escaping @Sendable () -> Date
    ) async throws(ACMEFailure) {
        self.exchange = exchange
        self.key = key
        self.now = now
        let answer = try await Self.ask(ACMERequest(method: .get, url: url), exchange)
        guard answer.status == 200 else {
            throw .unreachable("the directory answers with status \(answer.status)")
        }
        directory = try Self.decode(ACMEDirectory.self, answer)
        guard directory.meta?.externalAccountRequired != true else { throw .needsExternalAccount }
    }

    /// Finds the account of the key, or makes it (RFC 8555, 7.3).
    mutating func signIn(contact: String?) async throws(ACMEFailure) {
        let wanted = contact.map { ["mailto:\($0)"] }
        let answer = try await post(
            ACMEAccount(contact: wanted, termsOfServiceAgreed: true), to: directory.newAccount)
        guard let location = answer.header["location"] else { throw .malformed("the account has no address") }
        account = location
        // An account that was there already keeps its contact until it is told (RFC 8555, 7.3.2).
        guard answer.status == 200, let known = try? Self.decode(ACMEAccount.self, answer),
            (known.contact ?? []) != (wanted ?? [])
        else { return }
        _ = try await post(ACMEAccount(contact: wanted ?? []), to: location)
    }

    /// Sends something.
    mutating func post(_ payload: some Encodable, to url: String) async throws(ACMEFailure) -> ACMEAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let octets = try? encoder.encode(payload) else { throw .malformed("a request cannot be written") }
        return try await send(octets, to: url)
    }

    /// Asks for a resource (RFC 8555, 6.3).
    mutating func fetch<Resource: Decodable>(
        _ type: Resource.Type, at url: String
    ) async throws(ACMEFailure) -> (resource: Resource, pause: TimeInterval?) {
        let answer = try await send(Data(), to: url)
        return (try Self.decode(type, answer), answer.pause(now: now()))
    }

    /// Asks for a certificate and those that lead to its authority.
    mutating func fetchCertificate(at url: String) async throws(ACMEFailure) -> String {
        let answer = try await send(Data(), to: url, accept: "application/pem-certificate-chain")
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// Reads a resource.
    static func decode<Resource: Decodable>(
        _ type: Resource.Type, _ answer: ACMEAnswer
    ) throws(ACMEFailure) -> Resource {
        do {
            return try JSONDecoder().decode(type, from: answer.body)
        } catch {
            throw .malformed("\(type) cannot be read")
        }
    }

    private mutating func send(
        _ payload: Data, to url: String, accept: String? = nil
    ) async throws(ACMEFailure) -> ACMEAnswer {
        var problem = ACMEProblem(kind: "badNonce", detail: "")
        for _ in 0..<Self.mostNonces {
            let nonce = try await freshNonce()
            guard let body = try? key.sign(payload, account: account, nonce: nonce, url: url) else {
                throw .malformed("a request cannot be signed")
            }
            let answer = try await Self.ask(
                ACMERequest(method: .post, url: url, body: body, accept: accept), exchange)
            self.nonce = answer.header["replay-nonce"]
            if (200..<300).contains(answer.status) { return answer }
            problem =
                (try? Self.decode(ACMEProblem.self, answer))
                ?? ACMEProblem(kind: "", detail: "status \(answer.status)")
            guard problem.kind == "badNonce" else { throw .refused(problem, pause: answer.pause(now: now())) }
        }
        throw .refused(problem, pause: nil)
    }

    private mutating func freshNonce() async throws(ACMEFailure) -> String {
        if let nonce {
            self.nonce = nil
            return nonce
        }
        let answer = try await Self.ask(ACMERequest(method: .head, url: directory.newNonce), exchange)
        guard let nonce = answer.header["replay-nonce"] else { throw .malformed("the authority hands out no nonce") }
        return nonce
    }

    /// All of it goes over HTTPS (RFC 8555, 6.1), whatever the authority names.
    private static func ask(
        _ request: ACMERequest, _ exchange: any ACMEExchange
    ) async throws(ACMEFailure) -> ACMEAnswer {
        guard request.url.lowercased().hasPrefix("https://") else { throw .malformed("an address without https") }
        return try await exchange.ask(request)
    }
}
