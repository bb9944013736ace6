import Foundation
import Logging
import NIOCore
import Secrets
import Testing

@testable import FileVault
@testable import FileVaultS3

/// The vaults that must all do the same.
enum VaultKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case disk
    case seaweedfs
    case rclone

    /// Those that this machine has: `scripts/test` starts the stores and names them.
    static let available = allCases.filter { $0 == .disk || stores[$0.rawValue] != nil }

    /// The addresses of the stores by their names.
    static let stores: [String: String] = {
        let listed = ProcessInfo.processInfo.environment["DEPESCHE_TEST_S3"] ?? ""
        let pairs = listed.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }()

    var testDescription: String { rawValue }
}

/// A vault of some kind, empty at first, and a way to the objects that goes past it.
final class VaultHouse: Sendable {
    let vault: any FileVault
    let random = SeededRandomSource(seed: 41)
    private let objects: any RawObjects

    private init(vault: any FileVault, objects: any RawObjects) {
        self.vault = vault
        self.objects = objects
    }

    /// Gives a vault, and shuts it down afterwards.
    static func with(_ kind: VaultKind, _ body: (VaultHouse) async throws -> Void) async throws {
        let house: VaultHouse
        if let endpoint = VaultKind.stores[kind.rawValue] {
            let bucket = S3Bucket(
                isSecure: false, authority: String(endpoint.dropFirst("http://".count)), name: "depesche",
                prefix: "contract/" + UUID().uuidString + "/")
            let vault = try S3Vault(
                bucket: bucket,
                credentials: S3Credentials(accessKey: "AKIADEPESCHE", secretKey: "a+secret/that=is+only/for/tests"),
                logger: Logger(label: "test"))
            house = VaultHouse(vault: vault, objects: vault)
        } else {
            let folder = NSTemporaryDirectory() + "/vault-contract-" + UUID().uuidString
            let vault = try await DiskVault(
                path: folder, settings: DiskVault.Settings(threads: 2), logger: Logger(label: "test"))
            house = VaultHouse(vault: vault, objects: vault)
        }
        do {
            try await body(house)
        } catch {
            await house.close()
            throw error
        }
        await house.close()
    }

    private func close() async {
        await objects.removeAll()
        await vault.shutdown()
    }

    /// An object as it is stored.
    func sealed(_ chunk: StoredChunk, of file: VaultFileID) async throws -> Data {
        try await objects.object(at: file.objectPath(chunk.objectName))
    }

    /// Puts other octets in the place of an object.
    func replace(_ chunk: StoredChunk, of file: VaultFileID, with octets: Data) async throws {
        try await objects.replace(file.objectPath(chunk.objectName), with: octets)
    }

    /// The code of the error that reading the whole file ends with, and where.
    func failure(reading file: VaultFile) async -> VaultError? {
        do {
            _ = try await vault.read(file).collected()
            return nil
        } catch {
            return error as? VaultError
        }
    }

    /// Stores content as a file and returns it ready to be read.
    func store(_ content: [UInt8], chunkSize: Int, pieces: Int = 50_000) async throws -> VaultFile {
        try await vault.store(content, chunkSize: chunkSize, pieces: pieces, random: random)
    }
}

extension FileVault {
    /// Stores content as a file and returns it ready to be read.
    func store(
        _ content: [UInt8], chunkSize: Int, pieces: Int, random: any RandomSource
    ) async throws -> VaultFile {
        let file = VaultFileID(random: random)
        let key = FileKey(random: random)
        let layout = try FileLayout(size: Int64(content.count), chunkSize: chunkSize)
        var chunks: [StoredChunk] = []
        for index in 0..<layout.chunkCount {
            let begin = Int(layout.offset(ofChunk: index))
            let part = Array(content[begin..<begin + layout.plainSize(ofChunk: index)])
            chunks.append(
                try await writeChunk(
                    index, of: file, key: key, layout: layout, expectedDigest: ContentDigest(of: part),
                    body: Pieces(part, size: pieces)))
        }
        let manifest = try FileManifest(file: file, layout: layout, chunks: chunks)
        return try VaultFile(
            id: file, key: key, chunks: chunks, manifest: manifest.sealed(with: key, random: random))
    }
}

/// The objects behind a vault, seen from its top.
protocol RawObjects: Sendable {
    func object(at path: String) async throws -> Data
    func replace(_ path: String, with octets: Data) async throws
    func removeAll() async
}

extension DiskVault: RawObjects {
    func object(at path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: self.path + "/" + path))
    }

    func replace(_ path: String, with octets: Data) throws {
        try octets.write(to: URL(fileURLWithPath: self.path + "/" + path))
    }

    func removeAll() { try? FileManager.default.removeItem(atPath: path) }
}

extension S3Vault: RawObjects {
    func object(at path: String) async throws -> Data {
        let size = Int(try #require(try await client.list(path).first).size)
        return Data(try await client.get(path, range: 0..<size, of: size).readableBytesView)
    }

    func replace(_ path: String, with octets: Data) async throws {
        try await client.put(SealedContent(Array(octets)), at: path)
    }

    func removeAll() async {
        for file in (try? await files(olderThan: .distantFuture)) ?? [] { try? await remove(file) }
    }
}
