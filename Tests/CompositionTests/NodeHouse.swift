import Deliveries
import Foundation
import Logging
import Testing

@testable import Composition
@testable import Storage

/// Several installations on one PostgreSQL database: nodes, each with a data folder of its own, in a schema of a test's
/// own.
final class NodeHouse: Sendable {
    /// Without a server these tests are named as not run, and under CI=true they fail.
    static let server = ProcessInfo.processInfo.environment["DEPESCHE_TEST_POSTGRESQL"]
    static let isWanted = server != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    struct Missing: Error {}

    let folder = FileManager.default.temporaryDirectory.appending(path: "depesche-\(UUID().uuidString)")
    private let url: String
    private let schema = "test_" + UUID().uuidString.replacing("-", with: "").lowercased()
    private let logger: Logger

    init() throws {
        guard let server = Self.server else { throw Missing() }
        url = server + "&options=-csearch_path%3D\(schema)"
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        try PostgreSQLConnection(url: server).command("CREATE SCHEMA \(schema)")
    }

    deinit {
        if let server = Self.server {
            try? PostgreSQLConnection(url: server).command("DROP SCHEMA \(schema) CASCADE")
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// How a node of this name is configured.
    func configuration(_ name: String, _ more: [String: String] = [:]) throws -> Configuration {
        try Configuration(
            environment: ["DEPESCHE_DATA": folder.appending(path: name).path, "DEPESCHE_DATABASE": url].merging(more) {
                $1
            })
    }

    /// Opens a node.
    func open(_ name: String, _ more: [String: String] = [:]) async throws -> Installation {
        try await Installation.open(configuration(name, more), logger: logger)
    }

    /// Gives one node the master key of another.
    func copyKey(from first: String, to second: String) throws {
        let target = try configuration(second)
        try FileManager.default.createDirectory(at: target.dataFolder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: configuration(first).keyFile, to: target.keyFile)
    }
}
