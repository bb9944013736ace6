import Foundation
import Secrets
import Testing

@Suite struct KeyFileTests {
    let folder: TemporaryFolder
    let path: String
    let random = SeededRandomSource(seed: 31)
    let context = SealContext(table: "t", row: "1", column: "c")

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/master.key"
    }

    @Test func madeOnlyWhenToldAndNeverOverwritten() throws {
        #expect(throws: KeyRingError.missing(path: path)) { try KeyRing.load(path: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
        let made = try KeyRing.create(path: path, random: random)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: KeyRingError.exists(path: path)) { try KeyRing.create(path: path, random: random) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        // No drafts stay behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["master.key"])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)

        let loaded = try KeyRing.load(path: path)
        #expect(loaded.fingerprint == made.fingerprint)
        let sealed = try made.seal(Data("x".utf8), purpose: .column, context: context)
        #expect(try loaded.open(sealed, purpose: .column, context: context) == Data("x".utf8))
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o602]) func refusesAFileThatOthersMayRead(mode: Int) throws {
        try KeyRing.create(path: path, random: random)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: KeyRingError.tooOpen(path: path, mode: UInt32(mode))) { try KeyRing.load(path: path) }
        if mode == 0o640 {
            _ = try KeyRing.load(path: path, groupMayRead: true)
        } else {
            #expect(throws: KeyRingError.self) { try KeyRing.load(path: path, groupMayRead: true) }
        }
    }

    @Test(arguments: [
        ("", 0), ("# only a comment\n\n", 0), ("depesche-key 1 00000001 short\n", 1),
        ("# a comment\ndepesche-key 2 00000001 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 2),
        ("depesche-key 1 0001 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 1),
        ("depesche-key 1 00000001 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= more\n", 1),
        ("-----BEGIN PRIVATE KEY-----\n", 1),
    ]) func namesTheLineThatIsNoKey(text: String, line: Int) throws {
        try folder.write(text, to: "master.key")
        #expect(throws: KeyRingError.malformed(path: path, line: line)) { try KeyRing.load(path: path) }
    }

    @Test func readsWindowsLineEndsAndIndentation() throws {
        try folder.write(
            "\r\n  depesche-key\t1 00000001 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n", to: "master.key")
        _ = try KeyRing.load(path: path)
    }

    @Test func aFolderIsNoKeyFile() {
        #expect(throws: KeyRingError.inaccessible(path: folder.path, reason: "it is not a file")) {
            try KeyRing.load(path: folder.path)
        }
    }

    @Test func theNewestKeySealsAndTheOlderOnesOpen() throws {
        let first = try KeyRing.create(path: path, random: random)
        let old = try first.seal(Data("old".utf8), purpose: .column, context: context)
        let code = first.hmac(purpose: .oneTimeCode, message: Array("1".utf8))
        let second = try first.addingKey(path: path)
        let loaded = try KeyRing.load(path: path)
        #expect(loaded.fingerprint == second.fingerprint)
        #expect(loaded.fingerprint != first.fingerprint)
        #expect(try loaded.open(old, purpose: .column, context: context) == Data("old".utf8))
        #expect(loaded.isValid(hmac: code, purpose: .oneTimeCode, message: Array("1".utf8)))
        try loaded.check(fingerprint: first.fingerprint)
        let new = try loaded.seal(Data("new".utf8), purpose: .column, context: context)
        #expect(new.prefix(5) != old.prefix(5))
        #expect(throws: KeyRingError.self) { try first.open(new, purpose: .column, context: context) }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func aWrongKeyIsRecognised() throws {
        let ours = KeyRing(ephemeral: random)
        let other = KeyRing(ephemeral: random)
        try ours.check(fingerprint: ours.fingerprint)
        #expect(throws: KeyRingError.wrongKey) { try other.check(fingerprint: ours.fingerprint) }
        #expect(throws: KeyRingError.wrongKey) { try ours.check(fingerprint: "") }
    }

    @Test func errorsSayWhatToDoAndShowNoKey() throws {
        let keys = try KeyRing.create(path: path, random: random)
        let secret = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8).split(separator: " ").last
        #expect(!"\(keys)".contains(try #require(secret).dropLast()))
        let errors: [KeyRingError] = [
            .missing(path: "/k"), .exists(path: "/k"), .tooOpen(path: "/k", mode: 0o644),
            .inaccessible(path: "/k", reason: "r"), .malformed(path: "/k", line: 0), .malformed(path: "/k", line: 3),
            .wrongKey, .unknownKey(id: "00000001"), .unsupportedVersion(9), .tampered,
        ]
        for error in errors {
            #expect(error.description.count > 30)
            #expect(!error.code.isEmpty)
            #expect(error.isPermanent)
        }
        #expect(KeyRingError.tooOpen(path: "/k", mode: 0o644).description.contains("chmod 600 /k"))
    }
}
