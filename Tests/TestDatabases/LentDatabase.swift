import Deliveries
import Foundation
import Secrets
import Storage

/// A database in a schema that goes back when nobody has the database any more.
final class LentDatabase: StoredDatabase {
    private let base: PostgreSQLDatabase
    private let place: PostgreSQLPlace

    init(_ base: PostgreSQLDatabase, place: PostgreSQLPlace) {
        self.base = base
        self.place = place
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await base.write(body)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await base.read(body)
    }

    var newerSchema: Int? { base.newerSchema }

    var watch: PostgreSQLWatch? { base.watch }

    func appliedSchema() async throws -> AppliedSchema { try await base.appliedSchema() }

    func prepareToClose() { base.prepareToClose() }

    func chainAudit(with keys: KeyRing, now: Date) async throws { try await base.chainAudit(with: keys, now: now) }

    func backup(to file: URL) async throws { try await base.backup(to: file) }

    func close() async throws { try await base.close() }
}
