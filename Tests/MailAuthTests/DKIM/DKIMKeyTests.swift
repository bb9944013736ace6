import DNS
import Foundation
import MailAuth
import Testing

struct DKIMKeyTests {
    @Test func makesKeysOfTheUsualLengths() throws {
        let rsa = try DKIMHouse.rsa.get()
        #expect(rsa.bits == 2_048)
        #expect(rsa.record.bits == 2_048)
        #expect(rsa.record.text.hasPrefix("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"))
        let ed25519 = try DKIMHouse.ed25519.get()
        #expect(ed25519.record.publicKey.count == 32)
        #expect(ed25519.record.text.hasPrefix("v=DKIM1; k=ed25519; p="))
    }

    @Test(arguments: DKIMAlgorithm.allCases) func comesBackFromPEM(_ algorithm: DKIMAlgorithm) throws {
        let key = try (algorithm == .rsaSHA256 ? DKIMHouse.rsa : DKIMHouse.ed25519).get()
        let again = try DKIMPrivateKey(pem: "Bag Attributes\n  friendlyName: x\n" + key.pem)
        #expect(again.record == key.record)
        #expect(again.pem == key.pem)
        #expect(again.algorithm == algorithm)
    }

    @Test func neverShowsAKey() throws {
        let key = try DKIMHouse.ed25519.get()
        var shown = ""
        dump(key, to: &shown)
        shown += "\(key) " + String(reflecting: key)
        #expect(!shown.contains(String(key.pem.split(separator: "\n")[1].suffix(20))))
        #expect(key.description == "ed25519-sha256, 256 bits")
    }

    /// RFC 8410, 10.3: the private key, and RFC 8032, 7.1: test 1 with its public half.
    @Test func readsTheEd25519KeysOfTheStandards() throws {
        let pem =
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"
        #expect(try DKIMPrivateKey(pem: pem).pem == pem)
        let seed = try #require(Data(base64Encoded: "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))
        let key = try DKIMPrivateKey(ed25519: seed)
        #expect(key.record.text == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
        #expect(throws: DKIMKeyProblem.damaged) { try DKIMPrivateKey(ed25519: [1, 2, 3]) }
    }

    @Test func readsPKCS1() throws {
        let key = try DKIMPrivateKey(pem: TestKeys.rsa1024PKCS1)
        #expect(key.bits == 1_024)
        #expect(key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try DKIMPrivateKey(pem: key.pem).record == key.record)
    }

    @Test(arguments: [
        ("", DKIMKeyProblem.noPEM), ("no key here", .noPEM), ("-----BEGIN PRIVATE KEY-----\nMC4C", .brokenPEM),
        ("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----", .brokenPEM),
        ("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----", .damaged),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4C\n-----END ENCRYPTED PRIVATE KEY-----", .encrypted),
        ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMC4C\n-----END RSA PRIVATE KEY-----", .encrypted),
        ("-----BEGIN PUBLIC KEY-----\nMC4C\n-----END PUBLIC KEY-----", .publicKey),
        ("-----BEGIN CERTIFICATE-----\nMC4C\n-----END CERTIFICATE-----", .certificate),
        ("-----BEGIN EC PRIVATE KEY-----\nMC4C\n-----END EC PRIVATE KEY-----", .unsupportedKind("EC")),
        (TestKeys.rsa1024PKCS1 + TestKeys.rsa1024PKCS1, .severalKeys), (TestKeys.rsa512PKCS1, .tooShort(bits: 512)),
        (TestKeys.ecPKCS8, .unsupportedKind("other than RSA and Ed25519")),
    ]) func saysPreciselyWhatIsNoKey(_ pem: String, _ problem: DKIMKeyProblem) {
        #expect(throws: problem) { try DKIMPrivateKey(pem: pem) }
        #expect(!problem.description.isEmpty)
    }

    @Test func refusesHalvesThatDoNotBelongTogether() throws {
        // One octet of the private exponent is changed.
        let lines = TestKeys.rsa1024PKCS1.split(separator: "\n").map(String.init)
        let content = lines.dropFirst().dropLast().joined()
        var der = Array(try #require(Data(base64Encoded: content)))
        der[200] ^= 1
        let pem = lines[0] + "\n" + Data(der).base64EncodedString() + "\n" + lines[lines.count - 1]
        #expect(throws: DKIMKeyProblem.damaged) { try DKIMPrivateKey(pem: pem) }
    }
}
