public import Foundation
import GRDB

extension SQLiteDatabase {
    /// Writes a consistent copy to a new file, while others read and write.
    ///
    /// The copy is one file (mode 0600), complete and on disk when it has its name.
    ///
    /// - Parameter file: where to; nothing may be there.
    /// - Throws: `StorageError.fileExists`, or `DeliveriesError` `.diskFull` or `.trouble`.
    public func backup(to file: URL) async throws {
        try await maintenance.run { [pool] in
            guard !FileManager.default.fileExists(atPath: file.path) else {
                throw StorageError.fileExists(path: file.path)
            }
            let part = file.appendingPathExtension("part")
            do {
                try? FileManager.default.removeItem(at: part)
                try Self.touch(part)
                let copy = try DatabaseQueue(path: part.path)
                try pool.backup(to: copy)
                // One file without a log beside it.
                try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
                try copy.close()
                try Self.sync(part)
                guard rename(part.path, file.path) == 0 else {
                    throw StorageError.unusableFolder(path: file.path, reason: String(cString: strerror(errno)))
                }
                try Self.sync(file.deletingLastPathComponent())
            } catch {
                try? FileManager.default.removeItem(at: part)
                throw (error as? DatabaseError)?.translated ?? error
            }
        }
    }

    /// Looks for damage: every page and index, and references that lead nowhere.
    ///
    /// - Returns: what is wrong, a sentence each; empty for a sound database.
    public func integrityCheck() async throws -> [String] {
        try await readConnection { database, _ in try Self.problems(in: database) }
    }

    /// Checks a copy before it is taken back: that it is sound and not newer than this version.
    ///
    /// - Throws: `StorageError.unusableDatabase` or `.newerDatabase`.
    public static func verify(copy file: URL) async throws {
        try await SerialThread("depesche.verify").run {
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw StorageError.unusableDatabase(path: file.path, reason: "there is no such file")
            }
            do {
                var configuration = Configuration()
                configuration.readonly = true
                let copy = try DatabaseQueue(path: file.path, configuration: configuration)
                let problems = try copy.read { database in
                    let connection = SQLiteConnection(database)
                    defer { connection.end() }
                    _ = try Migrator().pending(connection)
                    return try Self.problems(in: database)
                }
                try copy.close()
                if let first = problems.first {
                    throw StorageError.unusableDatabase(path: file.path, reason: first)
                }
            } catch let error as DatabaseError {
                throw StorageError.unusableDatabase(path: file.path, reason: error.message ?? "not a database")
            }
        }
    }

    /// Puts a copy, once verified, into a data folder that has no database.
    ///
    /// - Throws: `StorageError`; `.fileExists` if the folder has a database, `.anotherProcess` if it is in use.
    public static func restore(copy: URL, into folder: URL) async throws {
        try await verify(copy: copy)
        try await SerialThread("depesche.restore").run {
            let lock = try DataFolderLock(folder: folder)
            defer { lock.release() }
            let file = folder.appendingPathComponent(fileName)
            guard !FileManager.default.fileExists(atPath: file.path) else {
                throw StorageError.fileExists(path: file.path)
            }
            let part = file.appendingPathExtension("part")
            do {
                try? FileManager.default.removeItem(at: part)
                try FileManager.default.copyItem(at: copy, to: part)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: part.path)
                try sync(part)
                guard rename(part.path, file.path) == 0 else {
                    throw StorageError.unusableFolder(path: file.path, reason: String(cString: strerror(errno)))
                }
                try sync(folder)
            } catch {
                try? FileManager.default.removeItem(at: part)
                throw error
            }
        }
    }

    private static func problems(in database: GRDB.Database) throws -> [String] {
        let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        let dangling = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { row in
            let table: String = row[0]
            return "a row of \(table) refers to one that is missing"
        }
        return damage + dangling
    }

    /// Makes an empty file that only its owner may read.
    private static func touch(_ file: URL) throws {
        let descriptor = Foundation.open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.unusableFolder(path: file.path, reason: String(cString: strerror(errno)))
        }
        _ = Foundation.close(descriptor)
    }

    /// Makes a file, or a folder's entries, durable.
    private static func sync(_ file: URL) throws {
        let descriptor = Foundation.open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageError.unusableFolder(path: file.path, reason: String(cString: strerror(errno)))
        }
        defer { _ = Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StorageError.unusableFolder(path: file.path, reason: String(cString: strerror(errno)))
        }
    }
}
