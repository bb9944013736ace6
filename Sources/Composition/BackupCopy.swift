public import Foundation
import NIOPosix
import Secrets
import Storage

/// A copy of an installation in a folder: the database, the files' chunks unless an object store keeps them, and the key
/// only if asked for.
///
/// The database is copied first, then the chunks: chunks never change once written, and what was removed in between was
/// removed because its delivery ended.
public struct BackupCopy: Sendable {
    /// What was copied, for printing.
    public struct Report: Sendable {
        /// For people.
        public let lines: [String]
        /// For programs.
        public let json: String
    }

    private struct Manifest: Codable {
        var format = 1
        let madeAt: Date
        let chunks: Int
        let octets: Int64
        let withKey: Bool
        let keyFingerprint: String
        /// The object store that the files stay in; nil if they are in the copy.
        var filesIn: String?
    }

    private static let database = "depesche.sqlite"
    private static let files = "files"
    private static let key = "master.key"
    private static let manifest = "backup.json"
    private let folder: URL

    /// - Parameter folder: where the copy is or will be.
    public init(_ folder: URL) { self.folder = folder }

    func make(of installation: Installation, withKey: Bool) async throws -> Report {
        let folder = folder
        try await Self.onThread {
            let present = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            guard present.isEmpty else { throw StartError("The folder \(folder.path) is not empty.") }
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        do {
            try await installation.database.backup(to: folder.appending(path: Self.database))
        } catch let error as StorageError {
            throw StartError(error.description)
        }
        let source = installation.configuration.filesFolder
        let place = installation.configuration.objectStore?.place
        let keyFile = installation.configuration.keyFile
        let fingerprint = installation.keyRing.fingerprint
        let now = installation.now()
        let manifest = try await Self.onThread {
            let (chunks, octets) =
                place == nil
                ? try Self.copyTree(source.appending(path: Self.files), to: folder.appending(path: Self.files))
                : (0, 0)
            if withKey {
                let copy = folder.appending(path: Self.key)
                try FileManager.default.copyItem(at: keyFile, to: copy)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.path)
            }
            let manifest = Manifest(
                madeAt: now, chunks: chunks, octets: octets, withKey: withKey, keyFingerprint: fingerprint,
                filesIn: place)
            try Self.encoder.encode(manifest).write(to: folder.appending(path: Self.manifest))
            sync()
            return manifest
        }
        var lines = [
            place.map { "Copied the database to \(folder.path). The files are in \($0): copy them now, from there." }
                ?? "Copied the database and \(manifest.chunks) chunks (\(manifest.octets) octets) to \(folder.path)."
        ]
        lines.append(
            withKey
                ? "The master key is in it: whoever has this copy can read everything."
                : "The master key is not in it: keep a copy of \(keyFile.path) in another place.")
        return Report(lines: lines, json: String(decoding: try Self.encoder.encode(manifest), as: UTF8.self))
    }

    /// Brings the copy back into the data folder that the configuration names; nothing may be there.
    ///
    /// - Throws: `StartError` in plain words.
    public func restore(to configuration: Configuration) async throws -> Report {
        guard configuration.databaseURL == nil else { throw StartError(StorageError.copiedByItsOwnTools.description) }
        let folder = folder
        let manifest = try await Self.onThread {
            guard let data = try? Data(contentsOf: folder.appending(path: Self.manifest)),
                let manifest = try? Self.decoder.decode(Manifest.self, from: data), manifest.format == 1
            else { throw StartError("\(folder.path) holds no copy that this version can read.") }
            let present = (try? FileManager.default.contentsOfDirectory(atPath: configuration.dataFolder.path)) ?? []
            guard !present.contains(Self.database), !present.contains(Self.files) else {
                throw StartError("The data folder \(configuration.dataFolder.path) holds data already.")
            }
            try FileManager.default.createDirectory(
                at: configuration.dataFolder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            if manifest.withKey, !FileManager.default.fileExists(atPath: configuration.keyFile.path) {
                try FileManager.default.copyItem(at: folder.appending(path: Self.key), to: configuration.keyFile)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: configuration.keyFile.path)
            }
            do throws(KeyRingError) {
                try KeyRing.load(path: configuration.keyFile.path).check(fingerprint: manifest.keyFingerprint)
            } catch {
                throw StartError(error.description)
            }
            if manifest.filesIn == nil {
                _ = try Self.copyTree(
                    folder.appending(path: Self.files),
                    to: configuration.filesFolder.appending(path: Self.files))
            }
            return manifest
        }
        do {
            try await SQLiteDatabase.restore(
                copy: folder.appending(path: Self.database), into: configuration.dataFolder)
        } catch let error as StorageError {
            throw StartError(error.description)
        }
        return Report(
            lines: Self.told(manifest, configuration),
            json: String(decoding: try Self.encoder.encode(manifest), as: UTF8.self))
    }

    /// What was restored, and what is left to do.
    private static func told(_ manifest: Manifest, _ configuration: Configuration) -> [String] {
        if let place = manifest.filesIn {
            return [
                "Restored the database to \(configuration.dataFolder.path).",
                "The files were in \(place): DEPESCHE_FILES must name it, or a copy of it.",
            ]
        }
        let restored = "Restored the database and \(manifest.chunks) chunks to \(configuration.dataFolder.path)."
        guard let store = configuration.objectStore else { return [restored] }
        let folder = configuration.filesFolder.appending(path: files).path
        return [restored, "Before the start, copy \(folder) to \(store.place)/files."]
    }

    /// Copies a folder with all below it; a file that vanishes meanwhile belonged to what was removed.
    private static func copyTree(_ source: URL, to target: URL) throws -> (files: Int, octets: Int64) {
        let manager = FileManager.default
        try manager.createDirectory(
            at: target, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var files = 0
        var octets: Int64 = 0
        for name in (try? manager.contentsOfDirectory(atPath: source.path)) ?? [] {
            let item = source.appending(path: name)
            guard let attributes = try? manager.attributesOfItem(atPath: item.path) else { continue }
            if attributes[.type] as? FileAttributeType == .typeDirectory {
                let below = try copyTree(item, to: target.appending(path: name))
                files += below.files
                octets += below.octets
                continue
            }
            do {
                try manager.copyItem(at: item, to: target.appending(path: name))
            } catch  where !manager.fileExists(atPath: item.path) {
                continue
            }
            files += 1
            octets += (attributes[.size] as? NSNumber)?.int64Value ?? 0
        }
        return (files, octets)
    }

    private static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError("The copy failed: \(error.localizedDescription)")
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
