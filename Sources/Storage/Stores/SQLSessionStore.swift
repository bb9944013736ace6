import Deliveries
import Foundation

/// Sessions in SQL.
struct SQLSessionStore: SessionStore {
    let sql: any StatementRunner

    private static let columns: Statement = """
        id, account, token_hash, is_complete, created_at, last_seen_at, expires_at, user_agent, client_address
        """

    private static func read(_ row: inout RowReader) throws -> Session {
        Session(
            id: try row.identifier(), account: try row.identifier(), tokenHash: try row.text(),
            isComplete: try row.flag(), createdAt: try row.date(), lastSeenAt: try row.date(),
            expiresAt: try row.date(), userAgent: try row.text(), clientAddress: try row.text())
    }

    func insert(_ session: Session) throws {
        try sql.run(
            """
            INSERT INTO session (\(Self.columns)) VALUES (
                \(session.id), \(session.account), \(session.tokenHash), \(session.isComplete), \(session.createdAt),
                \(session.lastSeenAt), \(session.expiresAt), \(session.userAgent), \(session.clientAddress)
            )
            """)
    }

    func session(tokenHash: String, now: Date) throws -> Session? {
        try sql.first(
            "SELECT \(Self.columns) FROM session WHERE token_hash = \(tokenHash) AND expires_at > \(now)", Self.read)
    }

    func sessions(of account: AccountID, now: Date) throws -> [Session] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM session WHERE account = \(account) AND expires_at > \(now)
            ORDER BY id DESC
            """, Self.read)
    }

    func touch(_ id: SessionID, at: Date) throws {
        try sql.run("UPDATE session SET last_seen_at = \(at) WHERE id = \(id)")
    }

    func remove(_ id: SessionID, of account: AccountID) throws -> Bool {
        try sql.touched("DELETE FROM session WHERE id = \(id) AND account = \(account)") > 0
    }

    func removeAll(of account: AccountID, except: SessionID?) throws {
        // No identifier is empty.
        try sql.run("DELETE FROM session WHERE account = \(account) AND id <> \(except?.description ?? "")")
    }

    func hasDevices(_ account: AccountID) throws -> Bool {
        try sql.first("SELECT device_hash FROM known_device WHERE account = \(account) LIMIT 1") { try $0.text() }
            != nil
    }

    func noteDevice(hash: String, of account: AccountID, at: Date) throws -> Bool {
        let known = try sql.touched(
            "UPDATE known_device SET last_at = \(at) WHERE account = \(account) AND device_hash = \(hash)")
        guard known == 0 else { return false }
        try sql.run(
            """
            INSERT INTO known_device (account, device_hash, first_at, last_at)
            VALUES (\(account), \(hash), \(at), \(at))
            """)
        return true
    }

    func removeDevices(of account: AccountID) throws {
        try sql.run("DELETE FROM known_device WHERE account = \(account)")
    }

    func removeDevices(before: Date) throws -> Int {
        try sql.touched("DELETE FROM known_device WHERE last_at < \(before)")
    }

    func removeExpired(now: Date) throws -> Int {
        try sql.touched("DELETE FROM session WHERE expires_at <= \(now)")
    }
}
