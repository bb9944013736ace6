import Foundation
import Secrets

/// Tokens by which programs act for an account.
public struct APITokens: Sendable {
    /// How often the use of a token is noted at the most, seconds.
    static let touchInterval: TimeInterval = 60
    /// The most tokens that an account may have in use.
    public static let mostPerAccount = 50
    /// The most characters of a token's name.
    public static let nameCharacters = 100

    private let parts: AccountParts

    /// API tokens at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Makes a token.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - name: what its owner calls it.
    ///   - scopes: what it may do.
    ///   - origin: from where.
    /// - Returns: the text of the token, shown this one time, and what is stored of it.
    /// - Throws: ``DeliveriesError`` `.invalid` (fields `name`, `scopes`), `.forbidden` for scopes beyond what the
    ///   account's roles allow, or for an account that may not use the API, `.tooMany`, or `.notFound`.
    public func create(
        account: AccountID, name: String, scopes: Set<APIToken.Scope>, origin: RequestOrigin
    ) async throws -> (text: String, token: APIToken) {
        try await create(account: account, name: name, scopes: scopes, origin: origin, redeeming: nil)
    }

    /// The same; in the same transaction the add-in's request that led to it is used up.
    func create(
        account: AccountID, name: String, scopes: Set<APIToken.Scope>, origin: RequestOrigin,
        redeeming request: SignInRequest?
    ) async throws -> (text: String, token: APIToken) {
        let now = parts.now()
        var fields = AccountFields()
        let cleaned = fields.name(name)
        if cleaned.count > Self.nameCharacters {
            fields.add([FieldError("name", "too-long", ["most": String(Self.nameCharacters)])])
        }
        if scopes.isEmpty { fields.add([FieldError("scopes", "required")]) }
        try fields.check()
        let secret = Token(random: parts.random, strength: .bits160)
        let token = APIToken(
            id: parts.newID(now), account: account, name: cleaned, tokenHash: secret.hash.hex, scopes: scopes,
            client: request?.client, createdAt: now)
        let parts = parts
        try await parts.database.write { transaction in
            if let request {
                guard try transaction.signInRequests.request(request.id, now: now) != nil else {
                    throw DeliveriesError(.notFound)
                }
                try transaction.signInRequests.remove(request.id)
            }
            try transaction.checkUse(of: token, try parts.settings.current(in: transaction))
            guard let owner = try transaction.accounts.account(account), owner.state == .active else {
                throw DeliveriesError(.notFound)
            }
            guard Self.scopes(scopes, of: owner) == scopes else {
                throw DeliveriesError(.forbidden, fields: [FieldError("scopes", "beyond-own-rights")])
            }
            let inUse = try transaction.accounts.apiTokens(of: account).filter { $0.revokedAt == nil }
            guard inUse.count < Self.mostPerAccount else {
                throw DeliveriesError(
                    .tooMany, fields: [FieldError("name", "too-many", ["most": String(Self.mostPerAccount)])])
            }
            try transaction.accounts.insert(token)
            try transaction.ledger.append(
                AuditAction.apiTokenCreated.record(
                    by: account, target: token.id.description, origin: origin, at: now))
        }
        return (secret.apiText, token)
    }

    /// The account's tokens that are in use, newest first.
    public func list(of account: AccountID) async throws -> [APIToken] {
        try await parts.database.read { transaction in
            try transaction.accounts.apiTokens(of: account).filter { $0.revokedAt == nil }
        }
    }

    /// Revokes one of the account's tokens.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` if the account has no such.
    public func revoke(_ id: APITokenID, of account: AccountID, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            guard try transaction.accounts.revokeAPIToken(id, of: account, at: now) else {
                throw DeliveriesError(.notFound)
            }
            try transaction.ledger.append(
                AuditAction.apiTokenRevoked.record(by: account, target: id.description, origin: origin, at: now))
        }
    }

    /// Who a bearer token belongs to, and what it may do now; `nil` for anything that is no token in use. Its use is
    /// noted at most once a minute.
    ///
    /// - Throws: ``DeliveriesError`` `.forbidden` if the account's groups do not let it be used.
    public func authenticate(_ bearer: String) async throws -> (account: Account, token: APIToken)? {
        guard let secret = Token(apiText: bearer) else { return nil }
        let now = parts.now()
        let parts = parts
        let found = try await parts.database.read { transaction -> (Account, APIToken)? in
            guard let token = try transaction.accounts.apiToken(hash: secret.hash.hex), token.revokedAt == nil,
                let account = try transaction.accounts.account(token.account), account.state == .active
            else { return nil }
            try transaction.checkUse(of: token, try parts.settings.current(in: transaction))
            return (account, token)
        }
        guard let (account, token) = found else { return nil }
        if token.lastUsedAt.map({ now.timeIntervalSince($0) >= Self.touchInterval }) ?? true {
            try await parts.database.write { try $0.accounts.touchAPIToken(token.id, at: now) }
        }
        let scopes = Self.scopes(token.scopes, of: account)
        let effective = APIToken(
            id: token.id, account: token.account, name: token.name, tokenHash: token.tokenHash, scopes: scopes,
            client: token.client, createdAt: token.createdAt, lastUsedAt: token.lastUsedAt, revokedAt: token.revokedAt)
        return (account, effective)
    }

    /// What of these scopes the account's roles allow: a token never does more than its owner, whatever it says.
    private static func scopes(_ scopes: Set<APIToken.Scope>, of account: Account) -> Set<APIToken.Scope> {
        scopes.filter { scope in
            switch scope {
            case .read: true
            case .send: account.permits(.send)
            case .administer: account.permits(.seeAdministration)
            }
        }
    }
}

extension Transaction {
    /// Refuses a token whose owner's groups do not allow it: that of an add-in, or any other.
    fileprivate func checkUse(of token: APIToken, _ settings: Settings) throws {
        let policy = try policy(of: token.account, settings)
        guard token.client == nil ? policy.allowsAPI : policy.allowsAddIns else {
            throw DeliveriesError(.forbidden, fields: [FieldError("scopes", "api-not-allowed")])
        }
    }
}
