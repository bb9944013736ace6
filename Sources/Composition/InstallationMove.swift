import Deliveries
import FileVault
import FileVaultS3
public import Foundation
import Logging
import Secrets
import Storage

/// Moves an installation: its database, its files, or both. The source stays as it is.
public struct InstallationMove: Sendable {
    /// Where files are.
    public enum FilesPlace: Sendable {
        /// The folder `files` of a data folder.
        case folder(URL)
        /// The object store that a configuration names.
        case store(Configuration)

        var name: String {
            switch self {
            case .folder(let folder): folder.path
            case .store(let configuration): configuration.objectStore?.place ?? ""
            }
        }
    }

    /// From where to where a database is moved.
    public struct DatabaseEnds: Sendable {
        let from: DatabasePlace
        let to: DatabasePlace

        /// Reads both ends, each `sqlite:FOLDER` or `postgresql://…`; `nil` for anything else.
        public init?(from: String, to: String) {
            guard let from = DatabasePlace(from), let to = DatabasePlace(to) else { return nil }
            self.from = from
            self.to = to
        }
    }

    private struct Told: Encodable {
        var tables: [DataMove.Table]?
        var files: VaultCopy.Report?
    }

    private let configuration: Configuration
    private let database: DatabaseEnds?
    private let files: (from: FilesPlace, to: FilesPlace)?
    private let checksAll: Bool

    /// Describes a move; one of database and files at least.
    ///
    /// - Parameters:
    ///   - configuration: names the master key.
    ///   - database: from where to where.
    ///   - files: from where to where.
    ///   - checksAll: whether all copied files are read back, and not a sample only.
    public init(
        configuration: Configuration, database: DatabaseEnds?,
        files: (from: FilesPlace, to: FilesPlace)?, checksAll: Bool
    ) {
        self.configuration = configuration
        self.database = database
        self.files = files
        self.checksAll = checksAll
    }

    /// Carries the move out; can be repeated.
    ///
    /// - Parameters:
    ///   - now: the clock.
    ///   - progress: is told how far it is, in a line.
    /// - Returns: what was moved, and what to set next; exit code 3 with the reason if it was not.
    public func run(
        now: @escaping @Sendable () -> Date = { Date() }, progress: @escaping @Sendable (String) -> Void
    ) async -> AdminReply {
        do {
            return try await carryOut(now: now, progress: progress)
        } catch StorageError.anotherProcess(let folder) {
            return .failure(3, "A server is running on \(folder). Stop it first.")
        } catch let error as DeliveriesError {
            return .failure(3, "The move failed: \(error.detail ?? error.code.rawValue). It can be repeated.")
        } catch let error as VaultError {
            return .failure(3, "The files cannot be copied: \(error.description). The move can be repeated.")
        } catch {
            return .failure(3, "\(error)")
        }
    }

    private func carryOut(
        now: @escaping @Sendable () -> Date, progress: @escaping @Sendable (String) -> Void
    ) async throws -> AdminReply {
        let keys = try keyRing()
        let locks = try foldersToHold().map { try DataFolderLock(folder: $0) }
        defer { for lock in locks { lock.release() } }
        var told = Told()
        if let database {
            var copied: VaultCopy.Report?
            told.tables = try await DataMove(
                from: database.from, to: database.to, identity: Installation.fingerprintKey
            ).run(
                now: now, approve: { try keys.check(fingerprint: $0) },
                files: { copied = try await copyFiles(keys, now: now, progress: progress) },
                progress: { step in
                    progress("\(step.table): \(step.rows) rows (table \(step.done + 1) of \(step.tables))")
                })
            told.files = copied
        } else {
            told.files = try await copyFiles(keys, now: now, progress: progress)
        }
        return try AdminReply(lines: lines(told), json: told)
    }

    private func keyRing() throws -> KeyRing {
        var file = configuration.keyFile
        if !configuration.hasOwnKeyFile, case .sqlite(let folder) = database?.from {
            file = folder.appending(path: "master.key")
        }
        return try Installation.loadKey(file.path)
    }

    /// The data folders of servers that would use the files, but for those that the move of the database holds itself.
    private func foldersToHold() -> [URL] {
        var folders: [String: URL] = [:]
        func add(_ folder: URL) {
            let isUsed = FileManager.default.fileExists(atPath: folder.appending(path: "depesche.lock").path)
            if isUsed { folders[folder.resolvingSymlinksInPath().path] = folder }
        }
        if database == nil { add(configuration.dataFolder) }
        for place in [files?.from, files?.to] {
            if case .folder(let folder) = place { add(folder.deletingLastPathComponent()) }
        }
        for place in [database?.from, database?.to] {
            if case .sqlite(let folder) = place { folders[folder.resolvingSymlinksInPath().path] = nil }
        }
        return Array(folders.values)
    }

    // MARK: Files

    private func copyFiles(
        _ keys: KeyRing, now: @escaping @Sendable () -> Date, progress: @escaping @Sendable (String) -> Void
    ) async throws -> VaultCopy.Report? {
        guard let files else { return nil }
        if case .folder(let folder) = files.from, !FileManager.default.fileExists(atPath: folder.path) {
            throw StartError("There is no folder \(folder.path).")
        }
        let source = try await vault(files.from, now: now)
        do {
            let target = try await vault(files.to, now: now)
            do {
                try await prepare(target, keys: keys, at: files.to)
                let report = try await VaultCopy(from: source, to: target, checksAll: checksAll).run { done in
                    progress(
                        "files: \(done.objects) chunks, \(done.octets / 1_000_000) MB, \(done.percent) % looked at")
                }
                await target.shutdown()
                await source.shutdown()
                return report
            } catch {
                await target.shutdown()
                throw error
            }
        } catch {
            await source.shutdown()
            throw error
        }
    }

    /// A vault whose objects are copied as they are.
    private func vault(
        _ place: FilesPlace, now: @escaping @Sendable () -> Date
    ) async throws -> any FileVault & SealedObjects {
        var logger = Logger(label: "depesche") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        switch place {
        case .folder(let folder): return try await DiskVault(path: folder.path, logger: logger)
        case .store(let configuration):
            guard let store = configuration.objectStore else { throw StartError("No object store is named.") }
            do {
                return try Installation.openStore(
                    store, configuration, random: SystemRandomSource(), now: now, logger: logger)
            } catch {
                throw StartError.noFiles(configuration, error)
            }
        }
    }

    /// Makes sure that files can be kept there, and that they are this installation's.
    private func prepare(_ target: any FileVault, keys: KeyRing, at place: FilesPlace) async throws {
        do throws(VaultError) {
            try await target.check()
            try await Installation.claim(target, for: keys)
        } catch {
            guard case .store(let configuration) = place else { throw error }
            throw StartError.noFiles(configuration, error)
        }
    }

    // MARK: Words

    private func lines(_ told: Told) -> [String] {
        var lines: [String] = []
        if let tables = told.tables, let database {
            let rows = tables.reduce(0) { $0 + $1.rows }
            lines.append(
                "Moved \(rows) rows of \(tables.count) tables to \(database.to). The content of each is the same on both "
                    + "sides.")
        }
        if let report = told.files, let files {
            lines.append(
                "\(report.objects) chunks (\(report.octets) octets) are in \(files.to.name): \(report.copied) copied, "
                    + "\(report.checked) of them read back, \(report.present) were there already.")
        }
        return lines + next
    }

    /// What to set, and what not to do.
    private var next: [String] {
        var settings: [String] = []
        switch database?.to {
        case .sqlite(let folder):
            settings += ["DEPESCHE_DATABASE=sqlite:", "DEPESCHE_DATA=\(folder.path)"]
        case .postgreSQL: settings.append("DEPESCHE_DATABASE to the address that --to names")
        case nil: break
        }
        switch files?.to {
        case .folder(let folder): settings.append("DEPESCHE_FILES to nothing: they are in \(folder.path)")
        case .store: settings.append("DEPESCHE_FILES=\(files?.to.name ?? "")")
        case nil: break
        }
        var lines = ["Set, and then start: " + settings.joined(separator: ", ")]
        if database != nil {
            lines.append(
                "The master key stays the same one: DEPESCHE_KEY_FILE names it, or it lies in the data folder.")
            lines.append(
                "The source was not changed. Never start a server on it again: it would send mail a second time.")
        }
        return lines
    }
}
