import Deliveries
import Foundation
import Secrets

@testable import Storage

/// An SQLite database of a test's own, with what only SQLite has, in a folder that goes away with it.
final class SQLiteTestDatabase: Database {
    let folder: URL
    let database: SQLiteDatabase

    init(recorder: StatementRecorder? = nil, queue: Int = SQLiteDatabase.longestQueue) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        database = try await Self.open(folder, recorder: recorder, queue: queue)
    }

    @discardableResult
    static func open(
        _ folder: URL, migrator: Migrator = Migrator(), recorder: StatementRecorder? = nil,
        queue: Int = SQLiteDatabase.longestQueue
    ) async throws -> SQLiteDatabase {
        try await SQLiteDatabase.open(
            folder: folder, migrator: migrator, recorder: recorder, queue: queue, now: { Sample.start })
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
