internal import Crypto
internal import FileVault
internal import Foundation
internal import NIOCore
internal import Secrets
internal import Synchronization

/// A sealed chunk on its way to an object store, with the checksums that go in front of it.
struct SealedContent: Sendable {
    /// The SHA-256 of nothing.
    static let emptyDigest = Hex.encode(SHA256.hash(data: [UInt8]()))

    /// Its records.
    let records: [ByteBuffer]
    /// The SHA-256 in hexadecimal, which the signature covers.
    let sha256: String
    /// The MD5 in base64, as `Content-MD5` has it (RFC 1864).
    let md5: String

    init(records: [ByteBuffer], sha256: SHA256, md5: Insecure.MD5) {
        self.records = records
        self.sha256 = Hex.encode(sha256.finalize())
        self.md5 = Data(md5.finalize()).base64EncodedString()
    }

    /// Octets that are in memory already.
    init(_ octets: [UInt8]) {
        var (sha256, md5) = (SHA256(), Insecure.MD5())
        sha256.update(data: octets)
        md5.update(data: octets)
        self.init(records: [ByteBuffer(bytes: octets)], sha256: sha256, md5: md5)
    }
}

/// Keeps the sealed records of one chunk until the store has them: what is sent can be sent again.
final class SealedChunk: SealedOutput {
    private struct State {
        var records: [ByteBuffer] = []
        var size = 0
        var sha256 = SHA256()
        var md5 = Insecure.MD5()
    }

    private let room: SealedRoom
    private let state = Mutex(State())

    init(room: SealedRoom) { self.room = room }

    deinit { room.giveBack(state.withLock { $0.size }) }

    func write(_ record: Data) throws {
        try room.take(record.count)
        state.withLock { state in
            state.size += record.count
            state.sha256.update(data: record)
            state.md5.update(data: record)
            state.records.append(ByteBuffer(bytes: record))
        }
    }

    func endBatch() {}

    /// What was sealed so far.
    var content: SealedContent {
        state.withLock { SealedContent(records: $0.records, sha256: $0.sha256, md5: $0.md5) }
    }
}

/// How much of what is sealed may wait in memory, all chunks together.
final class SealedRoom: Sendable {
    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    func take(_ octets: Int) throws(VaultError) {
        let fits = taken.withLock { taken in
            guard taken + octets <= limit else { return false }
            taken += octets
            return true
        }
        if !fits { throw VaultError(.busy, detail: "too many chunks are on their way to the file store") }
    }

    func giveBack(_ octets: Int) { taken.withLock { $0 -= octets } }
}
