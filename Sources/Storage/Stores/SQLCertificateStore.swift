import Deliveries
import Foundation

/// Certificates and their orders in SQL.
struct SQLCertificateStore: CertificateStore {
    /// For how long an answer that has run out may lie about, seconds.
    private static let leftover: TimeInterval = 3_600

    let sql: any StatementRunner

    func keep(_ certificate: IssuedCertificate) throws {
        try sql.run(
            """
            INSERT INTO certificate (server, subject, chain, sealed_key, issued_at) VALUES (
                \(certificate.server), \(certificate.subject), \(certificate.chain), \(certificate.sealedKey),
                \(certificate.issuedAt)
            )
            ON CONFLICT (server) DO UPDATE SET
                subject = excluded.subject, chain = excluded.chain, sealed_key = excluded.sealed_key,
                issued_at = excluded.issued_at
            """)
    }

    func certificate(of server: String) throws -> IssuedCertificate? {
        try sql.first(
            "SELECT server, subject, chain, sealed_key, issued_at FROM certificate WHERE server = \(server)"
        ) {
            IssuedCertificate(
                server: try $0.text(), subject: try $0.text(), chain: try $0.text(), sealedKey: try $0.data(),
                issuedAt: try $0.date())
        }
    }

    func issuedAt(of server: String) throws -> Date? {
        try sql.first("SELECT issued_at FROM certificate WHERE server = \(server)") { try $0.date() }
    }

    func set(_ order: CertificateOrder) throws {
        try sql.run(
            """
            INSERT INTO certificate_order (
                server, subject, due_at, paused_until, started_at, ended_at, step, problem, detail, failures
            ) VALUES (
                \(order.server), \(order.subject), \(order.dueAt), \(order.pausedUntil), \(order.startedAt),
                \(order.endedAt), \(order.step), \(order.problem), \(order.detail), \(order.failures)
            )
            ON CONFLICT (server) DO UPDATE SET
                subject = excluded.subject, due_at = excluded.due_at, paused_until = excluded.paused_until,
                started_at = excluded.started_at, ended_at = excluded.ended_at, step = excluded.step,
                problem = excluded.problem, detail = excluded.detail, failures = excluded.failures
            """)
    }

    func order(of server: String) throws -> CertificateOrder? {
        try sql.first(
            """
            SELECT server, subject, due_at, paused_until, started_at, ended_at, step, problem, detail, failures
            FROM certificate_order WHERE server = \(server)
            """
        ) { row in
            var order = CertificateOrder(server: try row.text(), subject: try row.text(), dueAt: try row.date())
            order.pausedUntil = try row.dateOrNil()
            order.startedAt = try row.dateOrNil()
            order.endedAt = try row.dateOrNil()
            order.step = try row.text()
            order.problem = try row.text()
            order.detail = try row.text()
            order.failures = try row.count()
            return order
        }
    }

    func keepAccountKey(_ sealed: Data, at directory: String) throws {
        try sql.run(
            """
            INSERT INTO certificate_account (directory, sealed_key) VALUES (\(directory), \(sealed))
            ON CONFLICT (directory) DO UPDATE SET sealed_key = excluded.sealed_key
            """)
    }

    func accountKey(at directory: String) throws -> Data? {
        try sql.first("SELECT sealed_key FROM certificate_account WHERE directory = \(directory)") { try $0.data() }
    }

    func publish(_ answer: String, token: String, until: Date) throws {
        try sql.run(
            "DELETE FROM certificate_challenge WHERE expires_at < \(until.addingTimeInterval(-Self.leftover))")
        try sql.run(
            """
            INSERT INTO certificate_challenge (token, answer, expires_at) VALUES (\(token), \(answer), \(until))
            ON CONFLICT (token) DO UPDATE SET answer = excluded.answer, expires_at = excluded.expires_at
            """)
    }

    func answer(to token: String, now: Date) throws -> String? {
        try sql.first(
            "SELECT answer FROM certificate_challenge WHERE token = \(token) AND expires_at > \(now)"
        ) { try $0.text() }
    }
}
