public import Foundation

/// What an order for a certificate has come to.
public enum ACMEStep: String, Sendable, CaseIterable {
    /// The authority is asked where everything is, and who we are.
    case account
    /// The certificate is ordered.
    case order
    /// The authority looks whether the names lead here.
    case challenge
    /// It issues the certificate.
    case issuing
}

/// Who takes part in an order.
public protocol ACMEApplicant: Sendable {
    /// Makes an answer to a challenge reachable, before the authority looks for it.
    func publish(_ challenge: HTTPChallenge) async throws
    /// Learns how far the order is.
    func reached(_ step: ACMEStep) async throws
}

/// Gets certificates from an authority (RFC 8555), by challenges over HTTP.
public struct ACMEClient: Sendable {
    /// For how long the authority is waited for, at each step.
    static let patience: TimeInterval = 180
    private static let longestPause: TimeInterval = 10

    private let directory: String
    private let key: ACMEAccountKey
    private let contact: String?
    private let exchange: any ACMEExchange
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - directory: the address of the authority's directory.
    ///   - key: the key of our account there; the account is made if there is none.
    ///   - contact: the mail address that the authority may write to.
    ///   - exchange: asks it.
    ///   - clock: waits between questions.
    ///   - now: the time.
    public init(
        directory: String, key: ACMEAccountKey, contact: String?, exchange: any ACMEExchange,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date
    ) {
        self.directory = directory
        self.key = key
        self.contact = contact
        self.exchange = exchange
        self.clock = clock
        self.now = now
    }

    /// Gets a certificate. Whoever calls this has agreed to the authority's terms.
    ///
    /// - Parameters:
    ///   - names: the host names that it is for.
    ///   - certificateKey: its key.
    ///   - applicant: takes part in it.
    /// - Throws: ``ACMEFailure``, and what the applicant throws.
    public func certificate(
        for names: [String], key certificateKey: CertificateKey, applicant: some ACMEApplicant
    ) async throws -> CertificateChain {
        try await applicant.reached(.account)
        var session = try await ACMESession(directory: directory, key: key, exchange: exchange, now: now)
        try await session.signIn(contact: contact)
        try await applicant.reached(.order)
        let ordered = try await session.post(NewOrder(names), to: session.directory.newOrder)
        guard let location = ordered.header["location"] else {
            throw ACMEFailure.malformed("the order has no address")
        }
        try await applicant.reached(.challenge)
        for authorization in try ACMESession.decode(ACMEOrder.self, ordered).authorizations {
            try await authorize(authorization, &session, applicant)
        }
        try await applicant.reached(.issuing)
        let ready = try await order(at: location, &session) { $0.status != .pending }
        if ready.status == .ready {
            guard let request = try? certificateKey.request(names: names) else {
                throw ACMEFailure.malformed("a certificate cannot be requested")
            }
            _ = try await session.post(Finalization(csr: Base64URLText.encode(request)), to: ready.finalize)
        }
        let issued = try await order(at: location, &session) { $0.status == .valid }
        guard let address = issued.certificate else { throw ACMEFailure.malformed("there is no certificate") }
        return try CertificateChain(
            pem: try await session.fetchCertificate(at: address), key: certificateKey, names: names)
    }

    private struct NewOrder: Encodable {
        let identifiers: [ACMEAuthorization.Identifier]

        init(_ names: [String]) { identifiers = names.map { .init(type: "dns", value: $0) } }
    }

    private struct Finalization: Encodable {
        let csr: String
    }

    private struct Readiness: Encodable {}

    /// Shows that a name leads here.
    private func authorize(
        _ url: String, _ session: inout ACMESession, _ applicant: some ACMEApplicant
    ) async throws {
        let known = try await session.fetch(ACMEAuthorization.self, at: url).resource
        let name = known.identifier.value
        if known.status == .valid { return }
        guard let offered = known.challenges.first(where: { $0.type == "http-01" }), let token = offered.token,
            let challenge = HTTPChallenge(token: token, key: key)
        else { throw ACMEFailure.noChallenge(name: name) }
        try await applicant.publish(challenge)
        _ = try await session.post(Readiness(), to: offered.url)
        let settled = try await poll(ACMEAuthorization.self, at: url, &session) {
            $0.status != .pending && $0.status != .processing
        }
        guard settled.status == .valid else {
            let problem = settled.challenges.compactMap(\.error).first
            throw ACMEFailure.challengeRefused(
                name: name, problem ?? ACMEProblem(kind: "", detail: settled.status.rawValue))
        }
    }

    private func order(
        at url: String, _ session: inout ACMESession, until isFarEnough: (ACMEOrder) -> Bool
    ) async throws -> ACMEOrder {
        let order = try await poll(ACMEOrder.self, at: url, &session) { isFarEnough($0) || $0.status == .invalid }
        guard order.status != .invalid else {
            throw ACMEFailure.refused(
                order.error ?? ACMEProblem(kind: "", detail: "the order is invalid"), pause: nil)
        }
        return order
    }

    /// Asks again and again, as slowly as the authority wants, until something is settled.
    private func poll<Resource: Decodable>(
        _ type: Resource.Type, at url: String, _ session: inout ACMESession, until isSettled: (Resource) -> Bool
    ) async throws -> Resource {
        var waited: TimeInterval = 0
        var pause: TimeInterval = 1
        while true {
            let (resource, wanted) = try await session.fetch(type, at: url)
            if isSettled(resource) { return resource }
            let wait = max(wanted ?? pause, 1)
            waited += wait
            guard waited <= Self.patience else { throw ACMEFailure.tooSlow }
            try await clock.sleep(for: .seconds(wait))
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
