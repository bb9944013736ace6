public import Deliveries
public import Foundation
public import Secrets

/// What whoever starts Depesche does with a database, whichever engine keeps it.
public protocol StoredDatabase: Database {
    /// The schema of a newer version that has migrated the database and left room for this one; `nil` if there was none
    /// when the database was opened.
    var newerSchema: Int? { get }

    /// Which steps of the schema were applied.
    func appliedSchema() async throws -> AppliedSchema

    /// Ties the entries of the audit trail together under the installation's own key from now on.
    ///
    /// - Parameters:
    ///   - keys: the installation's keys.
    ///   - now: the time.
    func chainAudit(with keys: KeyRing, now: Date) async throws

    /// The other processes over the same database, and the time that all of them have; `nil` where there are none.
    var watch: PostgreSQLWatch? { get }

    /// Copies the database to a file; `StorageError.copiedByItsOwnTools` where that is not for Depesche to do.
    func backup(to file: URL) async throws

    /// Serves who waits and lets the database go. A second call does nothing.
    func close() async throws

    /// Says that the process is about to end: a server that does not answer then holds up nobody for long.
    func prepareToClose()
}

extension StoredDatabase {
    /// Nothing to prepare where the database is in the process itself.
    public func prepareToClose() {}
}
