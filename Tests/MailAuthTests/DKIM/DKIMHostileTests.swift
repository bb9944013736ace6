import DNS
import Foundation
import MailAuth
import Testing

/// What is sent to mislead, to exhaust or by accident.
struct DKIMHostileTests {
    private static let tags =
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=kunde.example; s=depesche1; h=from:subject; bh={bh}"

    private static func failures(
        _ message: [UInt8], policy: DKIMVerifier.Policy = .init(), record: String? = nil
    ) async throws -> [DKIMFailure?] {
        let zone = try DKIMHouse.zone()
        if let record { try DKIMHouse.publish(record, in: zone) }
        return await DKIMHouse.verify(message, zone, policy: policy).map(\.failure)
    }

    /// RFC 8301, 3.2.
    @Test func a512BitKeyDoesNotVerify() async throws {
        let record =
            "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANmBe10IgY+u7h3enWTukkqtUD5PR52Tb/mPfjC0QJTocVBq6Za/PlzfV+Py92VaCak19F4WrbVTK5Gg5tW220MCAwEAAQ=="
        #expect(try await Self.failures(try DKIMHouse.handSigned(Self.tags), record: record) == [.weakKey(bits: 512)])
        #expect(DKIMFailure.weakKey(bits: 512).status == .policy)
        #expect(DKIMFailure.weakKey(bits: 512).description.contains("512"))
    }

    @Test func aRevokedKeyDoesNotVerify() async throws {
        #expect(try await Self.failures(try DKIMHouse.handSigned(Self.tags), record: "v=DKIM1; p=") == [.revokedKey])
    }

    /// RFC 8301, 3.1.
    @Test func sha1NeverVerifies() async throws {
        let tags = Self.tags.replacingOccurrences(of: "rsa-sha256", with: "rsa-sha1")
        #expect(try await Self.failures(try DKIMHouse.handSigned(tags)) == [.outdatedAlgorithm("rsa-sha1")])
    }

    @Test func anExpiredSignatureDoesNotVerify() async throws {
        let expiry = Date(timeIntervalSince1970: 1_795_599_999)
        #expect(try await Self.failures(try DKIMHouse.handSigned(Self.tags + "; x=1795599999")) == [.expired(expiry)])
        #expect(try await Self.failures(try DKIMHouse.handSigned(Self.tags + "; x=1795600000")) == [nil])
    }

    /// RFC 6376, 8.2.
    @Test func aBodyThatGoesOnBehindItsSignedLengthIsNamed() async throws {
        let body = "Good morning,\r\n\r\nthere is something for you.\r\n.\r\nAnna\r\n"
        let signed = try DKIMHouse.handSigned(Self.tags + "; l=\(body.utf8.count)")
        let longer = signed + "Pay here instead.\r\n".octets
        #expect(try await Self.failures(signed) == [nil])
        let results = await DKIMHouse.verify(signed, try DKIMHouse.zone())
        #expect(results.map(\.concerns) == [[.lengthTag]])
        let appended = try await Self.failures(longer)
        // The empty line at the end of the message counts once more follows it.
        let length = UInt64(body.utf8.count)
        #expect(appended == [.bodyLongerThanSigned(signed: length, length: length + 21)])
        #expect(appended.first??.status == .policy)
        var tolerant = DKIMVerifier.Policy()
        tolerant.acceptsUnsignedTail = true
        #expect(try await Self.failures(longer, policy: tolerant) == [nil])
        #expect(
            try await Self.failures(try DKIMHouse.handSigned(Self.tags + "; l=99"))
                == [.bodyShorterThanSigned(signed: 99, length: UInt64(body.utf8.count))])
    }

    @Test func hundredsOfSignaturesAreNotLookedAt() async throws {
        let zone = try DKIMHouse.zone()
        let one = try DKIMHouse.signed(by: [try DKIMHouse.signers()[1]])
        let field = String(one.text[..<(try #require(one.text.range(of: "Received:")).lowerBound)])
        let results = await DKIMHouse.verify(
            (String(repeating: field, count: 500) + DKIMHouse.message).octets, zone)
        #expect(results.count == 500)
        #expect(results.prefix(16).allSatisfy { $0.status == .pass })
        #expect(results.dropFirst(16).allSatisfy { $0.failure == .tooManySignatures(limit: 16) })
        #expect(zone.questions.count == 1)
    }

    @Test func eightBitHeadersAreSignedAsTheyAre() async throws {
        let head =
            "From: Anna <anna@kunde.example>\r\nSubject: ".octets + [0xFC, 0xE4, 0x00, 0xFF] + "\r\n\r\nbody\r\n".octets
        let fields = try DKIMSigner.fields(for: head, by: try DKIMHouse.signers(), at: DKIMHouse.now)
        #expect(try await Self.failures(fields + head) == [nil, nil])
        let changed = (fields + head).map { $0 == 0xFC ? 0xFD : $0 }
        #expect(try await Self.failures(changed) == [.signatureMismatch, .signatureMismatch])
    }

    @Test func aMessageWithoutFromDoesNotVerify() async throws {
        let signed = try DKIMHouse.signed().text.replacingOccurrences(
            of: "From: Anna <anna@kunde.example>\r\n", with: "")
        #expect(try await Self.failures(signed.octets) == [.missingFrom, .missingFrom])
    }

    /// RFC 6376, 8.15.
    @Test func aMessageWithTwoFromFieldsDoesNotVerify() async throws {
        let signed = "From: Bank <bank@bank.example>\r\n".octets + (try DKIMHouse.handSigned(Self.tags))
        #expect(try await Self.failures(signed) == [.severalFrom])
    }

    @Test func endlessHeadersAreNotKept() async throws {
        let message = (try DKIMHouse.signed().text.components(separatedBy: "\r\n\r\n"))[0].octets
        let padding = String(repeating: "X-Padding: \(String(repeating: "x", count: 900))\r\n", count: 2_000)
        #expect(try await Self.failures(message + "\r\n".octets + padding.octets) == [.headerTooLong])
    }

    @Test func nonsenseDoesNotCrash() async throws {
        var generator = SeededGenerator(seed: 8_463)
        let zone = try DKIMHouse.zone()
        let signed = try DKIMHouse.signed()
        for _ in 0..<400 {
            var octets = signed
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let index = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: octets[index] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: octets.remove(at: index)
                default: octets.insert(contentsOf: octets[index...].prefix(30), at: index)
                }
            }
            let results = await DKIMHouse.verify(octets, zone)
            #expect(results.count <= 40)
        }
    }
}
