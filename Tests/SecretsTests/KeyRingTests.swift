import Foundation
import Secrets
import Testing

@Suite struct KeyRingTests {
    let random = SeededRandomSource(seed: 21)
    let context = SealContext(table: "account", row: "1", column: "totp")

    @Test func opensWhatItSealed() throws {
        let keys = KeyRing(ephemeral: random)
        for length in [0, 1, 15, 16, 17, 1_000, 70_000] {
            let plain = Data(random.bytes(length))
            let sealed = try keys.seal(plain, purpose: .column, context: context)
            #expect(sealed.count == length + 33)
            #expect(try keys.open(sealed, purpose: .column, context: context) == plain)
        }
    }

    @Test func eachSealHasItsOwnNonce() throws {
        let keys = KeyRing(ephemeral: random)
        let sealed = try (0..<100).map { _ in
            try keys.seal(Data("same".utf8), purpose: .column, context: context)
        }
        #expect(Set(sealed).count == 100)
    }

    @Test func everyChangedOctetIsNoticed() throws {
        let keys = KeyRing(ephemeral: random)
        let sealed = try keys.seal(Data("a secret".utf8), purpose: .column, context: context)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: KeyRingError.self) { try keys.open(changed, purpose: .column, context: context) }
        }
        for length in 0..<sealed.count {
            #expect(throws: KeyRingError.self) {
                try keys.open(sealed.prefix(length), purpose: .column, context: context)
            }
        }
        #expect(throws: KeyRingError.unsupportedVersion(2)) {
            try keys.open([2] + sealed.dropFirst(), purpose: .column, context: context)
        }
    }

    @Test func aValueOpensOnlyInItsPlace() throws {
        let keys = KeyRing(ephemeral: random)
        let sealed = try keys.seal(Data("a secret".utf8), purpose: .column, context: context)
        for place in [
            SealContext(table: "session", row: "1", column: "totp"),
            SealContext(table: "account", row: "2", column: "totp"),
            SealContext(table: "account", row: "1", column: "link"),
            SealContext(table: "account1", row: "", column: "totp"),
            SealContext(table: "", row: "account1", column: "totp"),
        ] {
            #expect(throws: KeyRingError.tampered) { try keys.open(sealed, purpose: .column, context: place) }
        }
        #expect(throws: KeyRingError.tampered) { try keys.open(sealed, purpose: .link, context: context) }
        // A slice of a larger buffer is read from its own beginning.
        let framed = Data([9, 9, 9]) + sealed
        #expect(try keys.open(framed.dropFirst(3), purpose: .column, context: context) == Data("a secret".utf8))
    }

    @Test func authenticatesPerPurpose() {
        let keys = KeyRing(ephemeral: random)
        let message = Array("message".utf8)
        let code = keys.hmac(purpose: .form, message: message)
        #expect(keys.isValid(hmac: code, purpose: .form, message: message))
        #expect(!keys.isValid(hmac: code, purpose: .download, message: message))
        #expect(!keys.isValid(hmac: code, purpose: .form, message: message + [0]))
        #expect(!keys.isValid(hmac: code.dropLast(), purpose: .form, message: message))
    }

    // RFC 5869's construction computed apart from this program, so that the derivation never changes unseen.
    @Test func derivationAndFormAreFixed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/key"
        let key = Data(0..<32).base64EncodedString()
        try folder.write("depesche-key 1 0a0b0c0d \(key)\n", to: "key")
        let keys = try KeyRing.load(path: path)
        #expect(
            Hex.encode(keys.hmac(purpose: .form, message: Array("message".utf8)))
                == "76fe3bd27fc6a9d5a1d970a80cda3b5c047ec9b556ee37e9b40affa4bf3d1052")
        let sealed = try #require(
            Hex.decode("010a0b0c0d6465666768696a6b6c6d6e6f1b36a63841319545c263d4907eb34ee4d5e758620d385309"))
        #expect(try keys.open(sealed, purpose: .column, context: context) == Data("a secret".utf8))
    }
}
