import Crypto
import Foundation
import Secrets
import Testing

@testable import FileVault

@Suite struct FormatTests {
    let random = SeededRandomSource(seed: 51)

    @Test func layoutCoversTheFileExactly() throws {
        for size in [0, 1, 65_535, 65_536, 65_537, 99_999, 100_000, 100_001, 1_000_000] {
            for chunkSize in [1_000, 65_536, 100_000, 131_072, 8 << 20] {
                let layout = try FileLayout(size: Int64(size), chunkSize: chunkSize)
                let sizes = (0..<layout.chunkCount).map { layout.plainSize(ofChunk: $0) }
                #expect(sizes.reduce(0, +) == size)
                #expect(sizes.dropLast().allSatisfy { $0 == chunkSize })
                #expect(size == 0 || sizes.allSatisfy { $0 > 0 })
                #expect(layout.isFinal(chunk: layout.chunkCount - 1))
            }
        }
    }

    @Test func layoutRefusesWhatTheFormatCannotHold() throws {
        #expect(throws: VaultError.self) { try FileLayout(size: -1) }
        #expect(throws: VaultError.self) { try FileLayout(size: 1, chunkSize: 0) }
        #expect(throws: VaultError.self) { try FileLayout(size: 1, chunkSize: (256 << 20) + 1) }
        #expect(throws: VaultError.self) { try FileLayout(size: .max, chunkSize: 1) }
        // 100 TB in the usual chunks.
        #expect(try FileLayout(size: 100_000_000_000_000).chunkCount == 11_920_929)
    }

    // Built by the recursive definition of RFC 9162, 2.1.1.
    @Test func treeIsThatOfTheStandard() {
        func expected(_ leaves: ArraySlice<ContentDigest>) -> ContentDigest {
            guard let first = leaves.first else { return ContentDigest(of: [UInt8]()) }
            if leaves.count == 1 { return ContentDigest(of: [0] + first.bytes) }
            var left = 1
            while left * 2 < leaves.count { left *= 2 }
            let middle = leaves.startIndex + left
            return ContentDigest(of: [1] + expected(leaves[..<middle]).bytes + expected(leaves[middle...]).bytes)
        }
        let digests = (0..<70).map { ContentDigest(of: [UInt8($0)]) }
        for count in 0...70 {
            #expect(TreeDigest(chunks: digests.prefix(count)).root == expected(digests.prefix(count)))
        }
    }

    @Test func keyWrapsOpenOnlyForTheirFile() throws {
        let keys = KeyRing(ephemeral: random)
        let file = VaultFileID(random: random)
        let key = FileKey(random: random)
        let wrap = try key.wrapped(by: keys, file: file)
        let list = try FileKeyWrap.decode(FileKeyWrap.encode([wrap]))
        #expect(list == [wrap])
        let unwrapped = try FileKey(unwrapping: list, with: keys, file: file)
        #expect(unwrapped.symmetric == key.symmetric)
        #expect(throws: VaultError.self) {
            try FileKey(unwrapping: list, with: keys, file: VaultFileID(random: random))
        }
        #expect(throws: VaultError.self) {
            try FileKey(unwrapping: list, with: KeyRing(ephemeral: random), file: file)
        }
        #expect(throws: VaultError.self) { try FileKey(unwrapping: [], with: keys, file: file) }
        #expect(throws: VaultError.self) { try FileKeyWrap.decode(Data("[{}]".utf8)) }
        var dumped = ""
        dump(key, to: &dumped)
        #expect(dumped == "- FileKey(…)\n")
    }

    @Test func manifestAuthenticatesItsCounts() throws {
        let file = VaultFileID(random: random)
        let key = FileKey(random: random)
        let layout = try FileLayout(size: 250_000, chunkSize: 100_000)
        let chunks = (0..<3).map { index in
            StoredChunk(
                index: index, plainSize: layout.plainSize(ofChunk: index), digest: ContentDigest(of: [UInt8(index)]),
                objectName: "\(index).00")
        }
        let manifest = try FileManifest(file: file, layout: layout, chunks: chunks)
        let sealed = try manifest.sealed(with: key, random: random)
        #expect(sealed.count == 80)
        #expect(try FileManifest(opening: sealed, with: key, file: file) == manifest)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 4
            #expect(throws: VaultError.self) { try FileManifest(opening: changed, with: key, file: file) }
        }
        #expect(throws: VaultError.self) {
            try FileManifest(opening: sealed, with: FileKey(random: random), file: file)
        }
        #expect(throws: VaultError.self) {
            try FileManifest(opening: sealed, with: key, file: VaultFileID(random: random))
        }
        #expect(throws: VaultError.self) { try FileManifest(opening: Data(), with: key, file: file) }

        // Missing, swapped, repeated and foreign chunks.
        for wrong in [
            Array(chunks.dropLast()), [chunks[1], chunks[0], chunks[2]], [chunks[0], chunks[0], chunks[2]],
            chunks + [chunks[2]], [],
        ] {
            #expect(throws: VaultError.self) { try VaultFile(id: file, key: key, chunks: wrong, manifest: sealed) }
        }
        var foreign = chunks
        foreign[1] = StoredChunk(index: 1, plainSize: 100_000, digest: ContentDigest(of: [9]), objectName: "1.00")
        #expect(throws: VaultError.self) { try VaultFile(id: file, key: key, chunks: foreign, manifest: sealed) }
        #expect(try VaultFile(id: file, key: key, chunks: chunks, manifest: sealed).tree == manifest.tree)
    }

    @Test func identitiesHaveOneTextForm() throws {
        let file = VaultFileID(random: random)
        #expect(file.text.count == 22)
        #expect(VaultFileID(text: file.text) == file)
        #expect(VaultFileID(text: file.text + "A") == nil)
        #expect(VaultFileID(hex: file.hex) == file)
        #expect(VaultFileID(hex: file.hex.uppercased()) == nil)
        #expect(VaultFileID(bytes: [1]) == nil)
    }

    // RFC 9530, 2 names this digest of {"hello": "world"} and a line feed.
    @Test func digestsInEveryForm() throws {
        let digest = ContentDigest(of: Array("{\"hello\": \"world\"}\n".utf8))
        #expect(digest.base64 == "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=")
        #expect(ContentDigest(base64: digest.base64) == digest)
        #expect(ContentDigest(hex: digest.hex.uppercased()) == digest)
        #expect(ContentDigest(bytes: digest.data) == digest)
        #expect(ContentDigest(hex: "00") == nil)
        #expect(ContentDigest(base64: "AAAA") == nil)
    }
}
