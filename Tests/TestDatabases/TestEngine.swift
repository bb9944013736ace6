public import Foundation
import Secrets
public import Storage

/// The engine that keeps the databases of the tests: SQLite, or PostgreSQL with DEPESCHE_TEST_ENGINE=postgresql.
public enum TestEngine {
    private static let environment = ProcessInfo.processInfo.environment

    /// Whether it is SQLite; suites about SQLite itself run only then.
    public static let isSQLite = environment["DEPESCHE_TEST_ENGINE"] != "postgresql"

    /// The PostgreSQL cluster of the tests (scripts/with-postgresql), or nil.
    public static let server = environment["DEPESCHE_TEST_POSTGRESQL"]

    /// More are not needed by a test, and many tests run at once.
    private static let connections = 3

    /// Opens an empty database of a test's own.
    ///
    /// - Parameters:
    ///   - folder: the test's data folder; the test removes it.
    ///   - now: the clock.
    public static func open(
        folder: URL, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> any StoredDatabase {
        guard !isSQLite else { return try await SQLiteDatabase.open(folder: folder, now: now) }
        let place = try await PostgreSQLPlaces.shared.take()
        let database = try await PostgreSQLDatabase.open(
            url: place.url, folder: folder, connections: connections, random: SystemRandomSource(), now: now)
        return LentDatabase(database, place: place)
    }

    /// What an installation of a test's own is told about its database, and what has to be kept for as long.
    public static func environment() async throws -> (values: [String: String], place: PostgreSQLPlace?) {
        guard !isSQLite else { return ([:], nil) }
        let place = try await PostgreSQLPlaces.shared.take()
        return (["DEPESCHE_DATABASE": place.url], place)
    }
}
