import Foundation
import NIOCore
import Secrets
import Testing

@testable import FileVault

@Suite struct DiskVaultTests {
    let random = SeededRandomSource(seed: 61)

    @Test func nothingIsStoredInTheClear() async throws {
        let fixture = try await VaultFixture()
        let content = Array(repeating: Array("Zustellung ".utf8), count: 10_000).flatMap { $0 }
        let file = try await fixture.store(content, chunkSize: 8 << 20)
        for name in try fixture.storedFiles() {
            let stored = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/" + name))
            #expect(stored.range(of: Data("Zustellung".utf8)) == nil)
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(stored.count == file.layout.sealedSize(ofChunk: 0))
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func leftoversOfACrashAreRemovedAtTheStart() async throws {
        let fixture = try await VaultFixture()
        let content = random.bytes(1_000)
        let file = try await fixture.store(content, chunkSize: 65_536)
        for name in ["aa", "bb"] {
            try Data([1]).write(to: URL(fileURLWithPath: fixture.path + "/incoming/" + name))
        }
        #expect(try await fixture.vault.removeLeftovers() == 2)
        #expect(try await fixture.vault.removeLeftovers() == 0)
        #expect(try await fixture.vault.read(file).collected() == content)
    }

    @Test func knowsItsRoomAndThatItCanWrite() async throws {
        let fixture = try await VaultFixture()
        let space = try #require(try await fixture.vault.space())
        #expect(space.available > 0)
        #expect(space.total >= space.available)
        try await fixture.vault.checkWritable()
        #expect(try fixture.storedFiles().isEmpty)
        try FileManager.default.removeItem(atPath: fixture.path + "/incoming")
        #expect(await vaultErrorCode { try await fixture.vault.checkWritable() } == .missing)
    }

    @Test func refusesWhenTooMuchIsUnderWayAndAfterShutdown() async throws {
        let fixture = try await VaultFixture(settings: DiskVault.Settings(threads: 1, operationLimit: 1))
        let vault = fixture.vault
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 10)
        let (started, hasStarted) = AsyncStream.makeStream(of: Void.self)
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        async let first = vault.writeChunk(
            0, of: file, key: key, layout: layout, expectedDigest: nil,
            body: stream.map { buffer in
                hasStarted.yield()
                return buffer
            })
        continuation.yield(ByteBuffer(repeating: 0, count: 5))
        for await _ in started { break }
        #expect(await vaultErrorCode { try await vault.space() } == .busy)
        continuation.yield(ByteBuffer(repeating: 0, count: 5))
        continuation.finish()
        _ = try await first
        _ = try await vault.space()
        await vault.shutdown()
        #expect(await vaultErrorCode { try await vault.space() } == .closed)
    }

    @Test func aReaderThatStopsHoldsNothing() async throws {
        let fixture = try await VaultFixture()
        let file = try await fixture.store(random.bytes(2_000_000), chunkSize: 1_000_000)
        for _ in 0..<300 {
            var pieces = try await fixture.vault.read(file).makeAsyncIterator()
            _ = try await pieces.next()
        }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number)
            return target?.contains(fixture.path.split(separator: "/").last ?? "-") ?? false
        }
        #expect(open.count < 10)
    }

    @Test func errorsAreSafeToShow() {
        for code in VaultError.Code.allCases {
            let error = VaultError(code, file: VaultFileID(random: random), chunk: 1, record: 2, detail: "/var/secret")
            #expect(!error.publicText.contains("/var"))
            #expect(error.description.hasPrefix(code.rawValue + ": /var/secret"))
            #expect(error.description.hasSuffix("chunk 1, record 2"))
        }
    }
}
