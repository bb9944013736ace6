import Deliveries
import Foundation
import Storage
import TestDatabases

/// A database of a test's own on the engine of the run.
final class TestDatabase: Database {
    let database: any StoredDatabase
    private let folder: URL

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        database = try await TestEngine.open(folder: folder, now: { Sample.start })
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await database.write(body)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await database.read(body)
    }
}
