import Deliveries
import Foundation
import Secrets
import TestDatabases

@testable import Storage

/// The PostgreSQL server that `scripts/test` starts for the unit tests, and a schema of a test's own on it.
final class PostgreSQLTestServer: Sendable {
    /// Where it is; without it these tests are named as not run, and under CI=true they fail.
    static let url = TestEngine.server
    static let isWanted = url != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    struct Missing: Error {}

    /// The URL with the schema as the place of all tables.
    let url: String
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
    let schema = "test_" + UUID().uuidString.replacing("-", with: "").lowercased()
    private let hasOwnDatabase: Bool

    /// - Parameter language: that of a database of its own, as ICU calls it; nil: the cluster's database, bytewise.
    init(language: String? = nil) throws {
        guard let server = Self.url else { throw Missing() }
        let place = "&options=-csearch_path%3D\(schema)"
        hasOwnDatabase = language != nil
        if let language {
            try Self.command(
                "CREATE DATABASE \(schema) TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '\(language)' LOCALE 'C'")
            url = server.replacing("/depesche?", with: "/\(schema)?") + place
            try PostgreSQLConnection(url: url).command("CREATE SCHEMA \(schema)")
        } else {
            url = server + place
            try Self.command("CREATE SCHEMA \(schema)")
        }
    }

    deinit {
        try? Self.command(hasOwnDatabase ? "DROP DATABASE \(schema) WITH (FORCE)" : "DROP SCHEMA \(schema) CASCADE")
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs text on a connection of its own, which is in no schema.
    static func command(_ text: String) throws {
        guard let url else { throw Missing() }
        try PostgreSQLConnection(url: url).command(text)
    }

    /// Opens the database; another folder stands for another machine.
    ///
    /// - Parameter without: ways of joining and reading that the planner is to avoid, as in `enable_hashjoin`.
    func open(
        folder: URL? = nil, connections: Int = 3, without ways: [String] = []
    ) async throws -> PostgreSQLDatabase {
        var limits = PostgreSQLPool.Limits()
        limits.connections = connections
        // Hundreds of tests run at once.
        limits.patience = .seconds(600)
        return try await PostgreSQLDatabase.open(
            url: url + ways.map { "%20-cenable_\($0)%3Doff" }.joined(), folder: folder ?? self.folder, limits: limits,
            random: SystemRandomSource(),
            now: { Sample.start })
    }

    /// A connection in the schema.
    func connection() throws -> PostgreSQLConnection { try PostgreSQLConnection(url: url) }
}
