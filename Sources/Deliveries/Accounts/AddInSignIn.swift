public import Foundation
public import Secrets

/// How an add-in comes to act for somebody: it shows a code, the person compares and confirms it in the browser, where
/// password and second factor belong, and the add-in gets an API token (after RFC 8628).
public struct AddInSignIn: Sendable {
    /// For how long a request can be confirmed and its token be fetched, seconds.
    public static let lifetime: TimeInterval = 600
    /// How often the add-in asks, seconds (RFC 8628, 3.2).
    public static let interval = 3
    /// What the add-in's token may do.
    static let scopes: Set<APIToken.Scope> = [.read, .send]
    /// No vowels and nothing that looks like something else (RFC 8628, 6.1).
    private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ23456789")

    private let parts: AccountParts
    private let tokens: APITokens

    /// Works with the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
        tokens = APITokens(parts)
    }

    /// How an add-in's question is answered.
    public enum Answer: Equatable, Sendable {
        /// Nobody has answered yet.
        case waiting
        /// The person refused.
        case refused
        /// The token, told this one time.
        case token(String)
    }

    /// Begins a request.
    ///
    /// - Parameters:
    ///   - client: what asks.
    ///   - origin: from where.
    /// - Returns: the request, and the secret by which its answer is asked for.
    /// - Throws: ``DeliveriesError`` `.throttled`, `.forbidden` if add-ins are switched off.
    public func begin(
        _ client: SignInRequest.Client, origin: RequestOrigin
    ) async throws -> (request: SignInRequest, secret: Token) {
        let now = parts.now()
        let secret = Token(random: parts.random, strength: .bits160)
        let request = SignInRequest(
            id: parts.newID(now), secretHash: secret.hash.hex, code: code(), client: client,
            clientAddress: origin.clientAddress, state: .waiting, createdAt: now,
            expiresAt: now.addingTimeInterval(Self.lifetime))
        let settings = parts.settings
        try await parts.database.write { transaction in
            try settings.current(in: transaction).checkAddIns()
            try Throttle.addInSignIn.count(origin.clientAddress, in: transaction, now: now)
            try transaction.signInRequests.removeExpired(now: now)
            try transaction.signInRequests.insert(request)
        }
        return (request, secret)
    }

    /// The request, for the page where it is confirmed.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` if it has run out or never was.
    public func request(_ id: SignInRequestID) async throws -> SignInRequest {
        let now = parts.now()
        return try await parts.database.read { transaction in
            guard let request = try transaction.signInRequests.request(id, now: now) else {
                throw DeliveriesError(.notFound)
            }
            return request
        }
    }

    /// Answers a request as somebody who is signed in.
    ///
    /// - Parameters:
    ///   - id: the request.
    ///   - account: who answers.
    ///   - isApproved: whether the add-in may act for them.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it was answered before, `.forbidden` if
    ///   the account may not use add-ins.
    public func answer(_ id: SignInRequestID, by account: AccountID, isApproved: Bool) async throws {
        let now = parts.now()
        let settings = parts.settings
        try await parts.database.write { transaction in
            if isApproved { try transaction.checkAddIns(account, try settings.current(in: transaction)) }
            guard var request = try transaction.signInRequests.request(id, now: now) else {
                throw DeliveriesError(.notFound)
            }
            guard request.state == .waiting else { throw DeliveriesError(.conflict) }
            request.state = isApproved ? .approved : .refused
            request.account = account
            try transaction.signInRequests.update(request)
        }
    }

    /// The add-in asks for the answer. A token is made and told once; the request is then gone.
    ///
    /// - Parameters:
    ///   - id: the request.
    ///   - secret: its secret, as text.
    ///   - origin: from where it asks.
    /// - Throws: ``DeliveriesError`` `.notFound` if it is unknown, has run out or was used, `.tooMany` if the account
    ///   has too many tokens.
    public func redeem(_ id: SignInRequestID, secret: String, origin: RequestOrigin) async throws -> Answer {
        let request = try await request(id)
        guard let secret = Token(text: secret),
            constantTimeEqual(secret.hash.hex.utf8, request.secretHash.utf8)
        else { throw DeliveriesError(.notFound) }
        switch request.state {
        case .waiting: return .waiting
        case .refused:
            try await parts.database.write { try $0.signInRequests.remove(id) }
            return .refused
        case .approved:
            guard let account = request.account else { throw DeliveriesError(.notFound) }
            let made = try await tokens.create(
                account: account, name: request.client.name, scopes: Self.scopes, origin: origin, redeeming: request)
            return .token(made.text)
        }
    }

    private func code() -> String {
        let drawn = (0..<8).map { _ in Self.letters[Int(parts.random.uniform(below: UInt32(Self.letters.count)))] }
        return String(drawn.prefix(4)) + "-" + String(drawn.suffix(4))
    }
}
