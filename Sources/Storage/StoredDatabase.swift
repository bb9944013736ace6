public import Deliveries
public import Foundation
public import Secrets

/// What whoever starts Depesche does with a database, whichever engine keeps it.
public protocol StoredDatabase: Database {
    /// Ties the entries of the audit trail together under the installation's own key from now on.
    ///
    /// - Parameters:
    ///   - keys: the installation's keys.
    ///   - now: the time.
    func chainAudit(with keys: KeyRing, now: Date) async throws

    /// Copies the database to a file; `StorageError.copiedByItsOwnTools` where that is not for Depesche to do.
    func backup(to file: URL) async throws

    /// Serves who waits and lets the database go. A second call does nothing.
    func close() async throws
}
