import Deliveries
import Foundation
import Secrets

@testable import Storage

/// The PostgreSQL server that `scripts/test` starts for the unit tests, and a schema of a test's own on it.
final class PostgreSQLTestServer: Sendable {
    /// Where it is; without it these tests are named as not run, and under CI=true they fail.
    static let url = ProcessInfo.processInfo.environment["DEPESCHE_TEST_POSTGRESQL"]
    static let isWanted = url != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    struct Missing: Error {}

    /// The URL with the schema as the place of all tables.
    let url: String
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
    let schema = "test_" + UUID().uuidString.replacing("-", with: "").lowercased()

    init() throws {
        guard let server = Self.url else { throw Missing() }
        url = server + "&options=-csearch_path%3D\(schema)"
        try Self.command("CREATE SCHEMA \(schema)")
    }

    deinit {
        try? Self.command("DROP SCHEMA \(schema) CASCADE")
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs text on a connection of its own, which is in no schema.
    static func command(_ text: String) throws {
        guard let url else { throw Missing() }
        try PostgreSQLConnection(url: url).command(text)
    }

    /// Opens the database; another folder stands for another machine.
    func open(folder: URL? = nil, connections: Int = 3) async throws -> PostgreSQLDatabase {
        try await PostgreSQLDatabase.open(
            url: url, folder: folder ?? self.folder, connections: connections, random: SystemRandomSource(),
            now: { Sample.start })
    }

    /// A connection in the schema.
    func connection() throws -> PostgreSQLConnection { try PostgreSQLConnection(url: url) }
}
