import Deliveries
import Foundation
import MailMessage

/// Credentials for submission in SQL.
struct SQLSubmissionStore: SubmissionStore {
    let sql: any StatementRunner

    private static let columns: Statement = """
        id, name, secret_hash, domains, mails_per_hour, most_recipients, largest_message, created_at, last_used_at,
        revoked_at
        """

    private static func read(_ row: inout RowReader) throws -> SubmissionCredential {
        SubmissionCredential(
            id: try row.identifier(), name: try row.text(), secretHash: try row.text(),
            domains: try row.words().compactMap { try? MailDomain(parsing: $0) },
            limits: SubmissionLimits(
                mailsPerHour: try row.count(), recipients: try row.count(), messageSize: try row.count()),
            createdAt: try row.date(), lastUsedAt: try row.dateOrNil(), revokedAt: try row.dateOrNil())
    }

    func insert(_ credential: SubmissionCredential) throws {
        try sql.run(
            """
            INSERT INTO submission_credential (\(Self.columns)) VALUES (
                \(credential.id), \(credential.name), \(credential.secretHash),
                \(credential.domains.map(\.ascii).joinedWords), \(credential.limits.mailsPerHour),
                \(credential.limits.recipients), \(credential.limits.messageSize), \(credential.createdAt),
                \(credential.lastUsedAt), \(credential.revokedAt)
            )
            """)
    }

    func credential(_ id: SubmissionCredentialID) throws -> SubmissionCredential? {
        try sql.first("SELECT \(Self.columns) FROM submission_credential WHERE id = \(id)", Self.read)
    }

    func credentials() throws -> [SubmissionCredential] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM submission_credential
            ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, id DESC
            """, Self.read)
    }

    func revoke(_ id: SubmissionCredentialID, at: Date) throws -> Bool {
        try sql.touched(
            "UPDATE submission_credential SET revoked_at = \(at) WHERE id = \(id) AND revoked_at IS NULL") > 0
    }

    func touch(_ id: SubmissionCredentialID, at: Date) throws {
        try sql.run("UPDATE submission_credential SET last_used_at = \(at) WHERE id = \(id)")
    }
}
