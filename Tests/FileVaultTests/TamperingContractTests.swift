import Foundation
import NIOCore
import Secrets
import Testing

@testable import FileVault

/// What was changed in the store is noticed, whatever the store is.
@Suite struct TamperingContractTests {
    let random = SeededRandomSource(seed: 71)

    @Test(arguments: VaultKind.available)
    func everyAreaOfARecordIsAuthenticated(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let file = try await house.store(random.bytes(500_000), chunkSize: 300_000)
            let good = try await house.sealed(file.chunks[1], of: file.id)
            let stride = 65_564
            // Nonce, ciphertext and tag of the first, a middle and the last record.
            for (offset, record) in [
                (0, 0), (11, 0), (12, 0), (40_000, 0), (stride - 16, 0), (stride - 1, 0), (stride, 1),
                (2 * stride + 100, 2),
                (good.count - 17, 3), (good.count - 1, 3),
            ] {
                var changed = good
                changed[offset] ^= 0x10
                try await house.replace(file.chunks[1], of: file.id, with: changed)
                let error = await house.failure(reading: file)
                #expect(error?.code == .corrupted)
                #expect(error?.chunk == 1)
                #expect(error?.record == record)
            }
            try await house.replace(file.chunks[1], of: file.id, with: good)
            #expect(await house.failure(reading: file) == nil)
        }
    }

    @Test(arguments: VaultKind.available)
    func cutOffChunksAreNoticed(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let file = try await house.store(random.bytes(200_000), chunkSize: 200_000)
            let good = try await house.sealed(file.chunks[0], of: file.id)
            for length in [0, 1, 27, 65_564, 131_128, good.count - 1] {
                try await house.replace(file.chunks[0], of: file.id, with: good.prefix(length))
                #expect(await house.failure(reading: file)?.code == .corrupted)
            }
            try await house.vault.removeObject(file.chunks[0].objectName, of: file.id)
            #expect(await house.failure(reading: file)?.code == .missing)
        }
    }

    @Test(arguments: VaultKind.available)
    func recordsDoNotOpenInAnotherPlace(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let file = try await house.store(random.bytes(131_072 * 3), chunkSize: 131_072)
            let chunks = file.chunks
            var good: [Data] = []
            for chunk in chunks { good.append(try await house.sealed(chunk, of: file.id)) }
            // Two records of a chunk change places.
            try await house.replace(chunks[0], of: file.id, with: good[0].suffix(65_564) + good[0].prefix(65_564))
            #expect(await house.failure(reading: file)?.code == .corrupted)
            // Two chunks change places.
            try await house.replace(chunks[0], of: file.id, with: good[1])
            #expect(await house.failure(reading: file)?.code == .corrupted)
            // The last chunk stands for one in the middle: the number differs, and the final flag.
            try await house.replace(chunks[0], of: file.id, with: good[0])
            try await house.replace(chunks[1], of: file.id, with: good[2])
            let error = await house.failure(reading: file)
            #expect(error?.chunk == 1)
        }
    }

    @Test(arguments: VaultKind.available)
    func chunksDoNotOpenInAnotherFile(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let content = random.bytes(100_000)
            let first = try await house.store(content, chunkSize: 65_536)
            // The same key in another file: the identity is authenticated, not only the key.
            let other = VaultFileID(random: random)
            let chunks = try await withThrowingTaskGroup(of: StoredChunk.self) { group in
                for index in 0..<2 {
                    let part = index == 0 ? content.prefix(65_536) : content.suffix(from: 65_536)
                    group.addTask {
                        try await house.vault.writeChunk(
                            index, of: other, key: first.key, layout: first.layout, bytes: ByteBuffer(bytes: part))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.index < $1.index }
            }
            let stolen = try await house.sealed(chunks[0], of: other)
            try await house.replace(first.chunks[0], of: first.id, with: stolen)
            #expect(await house.failure(reading: first)?.code == .corrupted)
        }
    }

    @Test(arguments: VaultKind.available)
    func anEmptyFileIsAuthenticatedToo(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let file = try await house.store([], chunkSize: 65_536)
            #expect(try await house.vault.read(file).collected().isEmpty)
            var stored = try await house.sealed(file.chunks[0], of: file.id)
            #expect(stored.count == 28)
            stored[20] ^= 1
            try await house.replace(file.chunks[0], of: file.id, with: stored)
            #expect(await house.failure(reading: file)?.code == .corrupted)
            try await house.replace(file.chunks[0], of: file.id, with: Data())
            #expect(await house.failure(reading: file)?.code == .corrupted)
            try await house.vault.removeObject(file.chunks[0].objectName, of: file.id)
            #expect(await house.failure(reading: file)?.code == .missing)
        }
    }
}
