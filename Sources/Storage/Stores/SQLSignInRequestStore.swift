import Deliveries
import Foundation

/// Requests of add-ins in SQL.
struct SQLSignInRequestStore: SignInRequestStore {
    let sql: any StatementRunner

    private static let columns: Statement =
        "id, secret_hash, code, client, client_address, state, account, created_at, expires_at"

    private static func read(_ row: inout RowReader) throws -> SignInRequest {
        SignInRequest(
            id: try row.identifier(), secretHash: try row.text(), code: try row.text(), client: try row.choice(),
            clientAddress: try row.text(), state: try row.choice(), account: try row.identifierOrNil(),
            createdAt: try row.date(), expiresAt: try row.date())
    }

    func insert(_ request: SignInRequest) throws {
        try sql.run(
            """
            INSERT INTO sign_in_request (\(Self.columns)) VALUES (
                \(request.id), \(request.secretHash), \(request.code), \(request.client), \(request.clientAddress),
                \(request.state), \(request.account), \(request.createdAt), \(request.expiresAt)
            )
            """)
    }

    func request(_ id: SignInRequestID, now: Date) throws -> SignInRequest? {
        try sql.first(
            "SELECT \(Self.columns) FROM sign_in_request WHERE id = \(id) AND expires_at > \(now)", Self.read)
    }

    func update(_ request: SignInRequest) throws {
        try sql.run(
            """
            UPDATE sign_in_request SET state = \(request.state), account = \(request.account)
            WHERE id = \(request.id)
            """)
    }

    func remove(_ id: SignInRequestID) throws {
        try sql.run("DELETE FROM sign_in_request WHERE id = \(id)")
    }

    func removeAll(of account: AccountID) throws {
        try sql.run("DELETE FROM sign_in_request WHERE account = \(account)")
    }

    func removeExpired(now: Date) throws {
        try sql.run("DELETE FROM sign_in_request WHERE expires_at <= \(now)")
    }
}
