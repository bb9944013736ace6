import Deliveries
import Foundation

extension SQLAccountStore {
    private static let tokenColumns: Statement = "token_hash, purpose, account, created_at, expires_at"

    private static func readToken(_ row: inout RowReader) throws -> AccountToken {
        AccountToken(
            tokenHash: try row.text(), purpose: try row.choice(), account: try row.identifierOrNil(),
            createdAt: try row.date(), expiresAt: try row.date())
    }

    func insert(_ token: AccountToken) throws {
        try sql.run(
            """
            INSERT INTO account_token (\(Self.tokenColumns)) VALUES (
                \(token.tokenHash), \(token.purpose), \(token.account), \(token.createdAt), \(token.expiresAt)
            )
            """)
    }

    func token(hash: String, purpose: AccountToken.Purpose, now: Date) throws -> AccountToken? {
        try sql.first(
            """
            SELECT \(Self.tokenColumns) FROM account_token
            WHERE token_hash = \(hash) AND purpose = \(purpose) AND expires_at > \(now)
            """, Self.readToken)
    }

    func consumeToken(hash: String) throws -> Bool {
        try sql.touched("DELETE FROM account_token WHERE token_hash = \(hash)") > 0
    }

    func removeTokens(account: AccountID?, purpose: AccountToken.Purpose) throws {
        if let account {
            try sql.run("DELETE FROM account_token WHERE account = \(account) AND purpose = \(purpose)")
        } else {
            try sql.run("DELETE FROM account_token WHERE account IS NULL AND purpose = \(purpose)")
        }
    }

    func removeExpiredTokens(now: Date) throws -> Int {
        try sql.touched("DELETE FROM account_token WHERE expires_at <= \(now)")
    }

    private static let apiTokenColumns: Statement = """
        id, account, name, token_hash, scopes, created_at, last_used_at, revoked_at, client
        """

    private static func readAPIToken(_ row: inout RowReader) throws -> APIToken {
        let (id, account): (APITokenID, AccountID) = (try row.identifier(), try row.identifier())
        let (name, hash) = (try row.text(), try row.text())
        let scopes = Set(try row.words().compactMap(APIToken.Scope.init(rawValue:)))
        let (created, used, revoked) = (try row.date(), try row.dateOrNil(), try row.dateOrNil())
        return APIToken(
            id: id, account: account, name: name, tokenHash: hash, scopes: scopes, client: try row.choiceOrNil(),
            createdAt: created, lastUsedAt: used, revokedAt: revoked)
    }

    func insert(_ token: APIToken) throws {
        try sql.run(
            """
            INSERT INTO api_token (\(Self.apiTokenColumns)) VALUES (
                \(token.id), \(token.account), \(token.name), \(token.tokenHash),
                \(token.scopes.map(\.rawValue).sorted().joinedWords), \(token.createdAt), \(token.lastUsedAt),
                \(token.revokedAt), \(token.client)
            )
            """)
    }

    func apiToken(hash: String) throws -> APIToken? {
        try sql.first(
            "SELECT \(Self.apiTokenColumns) FROM api_token WHERE token_hash = \(hash) AND revoked_at IS NULL",
            Self.readAPIToken)
    }

    func apiTokens(of account: AccountID) throws -> [APIToken] {
        try sql.all(
            "SELECT \(Self.apiTokenColumns) FROM api_token WHERE account = \(account) ORDER BY id DESC",
            Self.readAPIToken)
    }

    func revokeAPIToken(_ id: APITokenID, of account: AccountID, at: Date) throws -> Bool {
        try sql.touched(
            "UPDATE api_token SET revoked_at = \(at) WHERE id = \(id) AND account = \(account) AND revoked_at IS NULL"
        ) > 0
    }

    func touchAPIToken(_ id: APITokenID, at: Date) throws {
        try sql.run("UPDATE api_token SET last_used_at = \(at) WHERE id = \(id)")
    }
}
