public import Foundation
import GRDB

/// Which steps of the schema were applied.
extension SQLiteDatabase {
    public func appliedSchema() async throws -> AppliedSchema {
        try await readConnection { database, _ in
            let connection = SQLiteConnection(database)
            defer { connection.end() }
            return try AppliedSchema(connection)
        }
    }

    /// Which steps were applied to the database of a data folder; nothing is changed.
    ///
    /// - Throws: `StorageError`: another process has it, or it cannot be used.
    public static func appliedSchema(folder: URL) async throws -> AppliedSchema {
        try await SerialThread("depesche.schema").run {
            let file = folder.appendingPathComponent(fileName)
            guard FileManager.default.fileExists(atPath: file.path) else { return .none }
            let lock = try DataFolderLock(folder: folder)
            defer { lock.release() }
            do {
                var configuration = Configuration()
                configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON") }
                let queue = try DatabaseQueue(path: file.path, configuration: configuration)
                let applied = try queue.writeWithoutTransaction { database in
                    guard try database.tableExists("schema_migration") else { return AppliedSchema.none }
                    let connection = SQLiteConnection(database)
                    defer { connection.end() }
                    return try AppliedSchema(connection)
                }
                try queue.close()
                return applied
            } catch let error as DatabaseError {
                throw StorageError.unusableDatabase(path: file.path, reason: error.message ?? "not a database")
            }
        }
    }
}
