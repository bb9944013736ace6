import DNS
import Foundation
import MailAuth
import Testing

struct DKIMKeyRecordTests {
    private static let ed25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    private static func parse(_ text: String) throws -> DKIMKeyRecord { try DKIMKeyRecord(parsing: text.octets) }

    @Test func readsAllTags() throws {
        let record = try Self.parse(
            "v=DKIM1 ; k=ed25519; h= sha1 : sha256 ; s=email:other; t=y:s:x; n=call me; z=?; p=11qYAYKxCrfVS/7TyWQH Og7hcvPapiMlrwIaaPcHURo="
        )
        #expect(record.keyType == .ed25519)
        #expect(record.hashes == ["sha1", "sha256"])
        #expect(record.services == ["email", "other"])
        #expect(record.flags == [.testing, .strictDomain])
        #expect(record.notes == "call me")
        #expect(record.isForMail && record.allowsSHA256 && !record.isRevoked)
        #expect(record.bits == 256)
        #expect(try Self.parse(record.text) == record)
    }

    @Test func takesDefaultsWhereNothingIsSaid() throws {
        let record = try Self.parse("p=" + DKIMHouse.rsa.get().record.text.split(separator: "p=")[1])
        #expect(record.keyType == .rsa)
        #expect(record.isForMail && record.allowsSHA256)
        #expect(record.differences(from: try DKIMHouse.rsa.get().record).isEmpty)
    }

    @Test func knowsARevokedKey() throws {
        let record = try Self.parse("v=DKIM1; p=")
        #expect(record.isRevoked)
        #expect(record.text == "v=DKIM1; k=rsa; p=")
    }

    @Test func keepsAKeyOfAnUnknownKind() throws {
        let record = try Self.parse("k=rsa2; p=AAAA")
        #expect(record.keyType == nil)
        #expect(record.bits == nil)
    }

    @Test(arguments: [
        ("v=DKIM2; p=", DKIMKeyRecord.Problem.version), ("k=rsa; v=DKIM1; p=", .version), ("v=dkim1; p=", .version),
        ("v=DKIM1; k=rsa", .missingKey), ("", .missingKey), ("v=DKIM1; p=§", .keyIsNotBase64),
        ("v=DKIM1; p=\"AAAA\"", .keyIsNotBase64), ("v=DKIM1; p=AAAA", .notAKey),
        ("v=DKIM1; k=ed25519; p=AAAA", .notAKey),
        ("v=spf1 -all", .version), ("hello", .malformed(.malformed)), ("v=DKIM1; p=; p=", .malformed(.duplicate("p"))),
    ]) func saysWhyATextIsNoRecord(_ text: String, _ problem: DKIMKeyRecord.Problem) {
        #expect(throws: problem) { try DKIMKeyRecord(parsing: text.octets) }
    }

    @Test func splitsLongTextsForDNS() throws {
        let record = try DKIMHouse.rsa.get().record
        guard case .txt(let strings) = record.data else {
            Issue.record("no text record")
            return
        }
        #expect(strings.count == 2 && strings.allSatisfy { $0.count <= 255 })
        #expect(record.data.joinedText?.text == record.text)
        #expect(
            DKIMKeyRecord.name(selector: "s1", domain: try #require(DNSName("kunde.example")))?.description
                == "s1._domainkey.kunde.example")
    }

    private static let variants: [(String, Set<DKIMKeyRecord.Difference>)] = [
        ("k=ed25519;p=\(ed25519)", []),
        ("v=DKIM1; p=\(ed25519); n=x; h=sha256; s=*; k=ed25519", []), ("v=DKIM1; k=ed25519; p=", [.revocation]),
        ("v=DKIM1; k=ed25519; t=y; p=\(ed25519)", [.testing]),
        ("v=DKIM1; k=ed25519; t=s; p=\(ed25519)", [.strictDomain]),
        ("v=DKIM1; k=ed25519; h=sha1; s=chat; p=\(ed25519)", [.hashes, .services]),
        ("v=DKIM1; k=ed25519; p=yi50DjK5O9pqbFpNHklsv9lqaS0ArSYu02qp1S0DW1Y=", [.key]),
    ]

    @Test(arguments: variants) func comparesByMeaning(_ text: String, _ differences: Set<DKIMKeyRecord.Difference>)
        throws
    {
        let record = try Self.parse("v=DKIM1; k=ed25519; p=" + Self.ed25519)
        #expect(try Self.parse(text).differences(from: record) == differences)
    }

    /// RFC 6376, 3.6.1, names the bare RSAPublicKey; all the world publishes SubjectPublicKeyInfo.
    @Test func theTwoWaysToWriteAnRSAKeyAreEqual() throws {
        let record = try DKIMHouse.rsa.get().record
        // SEQUENCE, AlgorithmIdentifier, BIT STRING header: 24 octets before the RSAPublicKey.
        var bare = record
        bare.publicKey = Array(record.publicKey.dropFirst(24))
        #expect(bare.bits == 2_048)
        #expect(bare.hasSameKey(as: record) && bare.differences(from: record).isEmpty)
    }
}
