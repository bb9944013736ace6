import Foundation

/// Shows who did what.
public struct AuditTrail: Sendable {
    /// The most entries of one page.
    public static let mostPerPage = 200

    private let parts: AccountParts

    /// The audit trail.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Entries, newest first.
    ///
    /// - Parameters:
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most; never more than ``mostPerPage``.
    public func list(offset: Int = 0, limit: Int = 50) async throws -> [AuditRecord] {
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await parts.database.read {
            try $0.ledger.audit(offset: window.offset, limit: window.limit)
        }
    }

    /// Entries that match, newest first, and how many there are.
    ///
    /// - Parameters:
    ///   - search: which of them.
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most; never more than ``mostPerPage``.
    public func find(
        _ search: AuditSearch, offset: Int = 0, limit: Int = 50
    ) async throws -> (records: [AuditRecord], total: Int) {
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await parts.database.read { transaction in
            let filter = try search.filter(in: transaction)
            return (
                try transaction.ledger.audit(
                    matching: filter, before: nil, offset: window.offset, limit: window.limit),
                try transaction.ledger.auditCount(matching: filter)
            )
        }
    }

    /// The entries that match as a file; that it was made is an entry of its own.
    public func export(
        _ search: AuditSearch, as format: AuditExport.Format, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> AuditExport {
        try await note(.auditExported, by: actor, target: format.rawValue, origin: origin)
        return AuditExport(format, database: parts.database, search: search)
    }

    /// Looks at the whole chain.
    public func verify() async throws -> AuditVerdict {
        try await AuditVerification(database: parts.database, keys: parts.keys).verify()
    }

    /// Notes something that changes nothing in the database itself, such as a look at a mail.
    public func note(_ action: AuditAction, by actor: AccountID?, target: String, origin: RequestOrigin) async throws {
        let record = action.record(by: actor, target: target, origin: origin, at: parts.now())
        try await parts.database.write { try $0.ledger.append(record) }
    }
}
