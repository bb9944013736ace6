import DNS
import Foundation
import MailAuth
import Testing

struct DKIMVerifierTests {
    private static let tags =
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=kunde.example; s=depesche1; h=from:subject; bh={bh}"

    private static func result(
        _ tags: String, _ message: String = DKIMHouse.message, record: String? = nil,
        policy: DKIMVerifier.Policy = .init()
    ) async throws -> DKIMResult {
        let zone = try DKIMHouse.zone()
        if let record { try DKIMHouse.publish(record, in: zone) }
        let results = await DKIMHouse.verify(try DKIMHouse.handSigned(tags, message), zone, policy: policy)
        #expect(results.count == 1)
        return try #require(results.first)
    }

    @Test(arguments: ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed", "relaxed", "simple"])
    func verifiesEachCanonicalization(_ ways: String) async throws {
        let tags = Self.tags.replacingOccurrences(of: "relaxed/relaxed", with: ways)
        #expect(try await Self.result(tags).status == .pass)
    }

    @Test func aMessageWithoutSignaturesHasNoResults() async throws {
        #expect(await DKIMHouse.verify(DKIMHouse.message.octets, try DKIMHouse.zone()).isEmpty)
        #expect(await DKIMHouse.verify([], try DKIMHouse.zone()).isEmpty)
    }

    @Test func aMessageMayComeInPieces() async throws {
        var verification = DKIMVerifier(resolver: try DKIMHouse.zone()).begin(at: DKIMHouse.now)
        for octet in try DKIMHouse.signed() { verification.append([octet]) }
        #expect(await verification.finish().map(\.status) == [.pass, .pass])
    }

    @Test func filesWithPlainLineEndsVerify() async throws {
        let plain = try DKIMHouse.signed().text.replacingOccurrences(of: "\r\n", with: "\n")
        #expect(await DKIMHouse.verify(plain.octets, try DKIMHouse.zone()).map(\.status) == [.pass, .pass])
    }

    /// RFC 6376, 3.5 and 6.1.1.
    @Test(arguments: [
        ("v=1", "v=2", DKIMFailure.malformedSignature(tag: "v")), ("v=1; ", "", .missingTag("v")),
        ("c=relaxed/relaxed", "c=strict", .malformedSignature(tag: "c")), ("; bh={bh}", "", .missingTag("bh")),
        ("bh={bh}", "bh=?", .malformedSignature(tag: "bh")), ("bh={bh}", "bh=AAAA", .bodyChanged),
        ("d=kunde.example", "d=kunde..example", .malformedSignature(tag: "d")),
        ("h=from:subject", "h=subject", .fromNotSigned),
        ("h=from:subject", "h=from::subject", .malformedSignature(tag: "h")),
        ("s=depesche1", "s=", .malformedSignature(tag: "s")),
        ("a=rsa-sha256", "a=rsa-md5", .unknownAlgorithm("rsa-md5")),
        ("v=1", "v=1; q=http", .malformedSignature(tag: "q")),
        ("v=1", "v=1; l=-1", .malformedSignature(tag: "l")), ("v=1", "v=1; t=soon", .malformedSignature(tag: "t")),
        ("v=1", "v=1; t=1795600000; x=1795600000", .malformedSignature(tag: "x")),
        ("v=1", "v=1; v=1", .malformedSignature(tag: nil)),
        ("v=1", "v=1; i=@sub.elsewhere.example", .identityMismatch),
        ("v=1", "v=1; i=nobody", .malformedSignature(tag: "i")),
        ("a=rsa-sha256", "a=ed25519-sha256", .unsuitableKey),
    ]) func saysWhatIsWrongWithASignature(_ old: String, _ new: String, _ failure: DKIMFailure) async throws {
        // What is unreadable need not be signed rightly.
        let tags = Self.tags.replacingOccurrences(of: old, with: new)
        let field = "DKIM-Signature: " + tags.replacingOccurrences(of: "{bh}", with: "AAAA") + "; b=AAAA\r\n"
        var message = (field + DKIMHouse.message).octets
        if failure == .unsuitableKey { message = try DKIMHouse.handSigned(tags) }
        let zone = try DKIMHouse.zone()
        let results = await DKIMHouse.verify(message, zone)
        #expect(results.map(\.failure) == [failure])
        #expect(results.allSatisfy { $0.description.contains("dkim=\(failure.status.rawValue)") })
    }

    @Test(arguments: [
        ("v=DKIM1; k=rsa; p=", DKIMFailure.revokedKey), ("v=DKIM1; k=rsa; p=AAAA", .malformedKey(.notAKey)),
        ("hello world", .malformedKey(.malformed(.malformed))),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", .unsuitableKey),
    ]) func saysWhatIsWrongWithAKey(_ record: String, _ failure: DKIMFailure) async throws {
        #expect(try await Self.result(Self.tags, record: record).failure == failure)
    }

    @Test(arguments: ["h=sha1", "s=chat"]) func aKeyForSomethingElseDoesNotVerify(_ tag: String) async throws {
        let record = try DKIMHouse.rsa.get().record.text.replacingOccurrences(of: "k=rsa", with: "k=rsa; \(tag)")
        #expect(try await Self.result(Self.tags, record: record).failure == .unsuitableKey)
    }

    @Test func aStrictKeyForbidsIdentitiesBeneathTheDomain() async throws {
        let record = try DKIMHouse.rsa.get().record.text.replacingOccurrences(of: "k=rsa", with: "k=rsa; t=s")
        let beneath = Self.tags + "; i=anna@mail.kunde.example"
        #expect(try await Self.result(beneath).status == .pass)
        #expect(try await Self.result(beneath, record: record).failure == .identityMismatch)
        #expect(try await Self.result(Self.tags + "; i=anna@KUNDE.example", record: record).status == .pass)
    }

    @Test func aTestingKeyIsAConcern() async throws {
        let record = try DKIMHouse.rsa.get().record.text.replacingOccurrences(of: "k=rsa", with: "k=rsa; t=y")
        #expect(try await Self.result(Self.tags, record: record).concerns == [.testing])
    }

    @Test func aWrongKeyDoesNotVerify() async throws {
        let record = try DKIMPrivateKey(pem: TestKeys.rsa1024PKCS1).record.text
        #expect(try await Self.result(Self.tags, record: record).failure == .signatureMismatch)
    }

    @Test func eachOfSeveralRecordsIsTried() async throws {
        let zone = try DKIMHouse.zone()
        let name = try #require(DNSName("depesche1._domainkey.kunde.example"))
        let good = try DKIMHouse.rsa.get().record
        zone.set(name, .txt, [.txt("v=spf1 -all"), .txt("v=DKIM1; p="), good.data])
        #expect(await DKIMHouse.verify(try DKIMHouse.handSigned(Self.tags), zone).map(\.status) == [.pass])
        zone.set(name, .txt, [.txt("v=DKIM1; p="), .txt("x")])
        #expect(await DKIMHouse.verify(try DKIMHouse.handSigned(Self.tags), zone).map(\.failure) == [.revokedKey])
    }

    @Test func aMissingKeyIsTold() async throws {
        let zone = InMemoryZone()
        let name = try #require(DNSName("depesche1._domainkey.kunde.example"))
        #expect(await DKIMHouse.verify(try DKIMHouse.handSigned(Self.tags), zone).map(\.failure) == [.noKey(name)])
        zone.fail(name, .txt, with: DNSFailure(.timeout, server: "192.0.2.53"))
        let late = try #require(await DKIMHouse.verify(try DKIMHouse.handSigned(Self.tags), zone).first)
        #expect(late.status == .temperror)
        #expect(late.failure?.description == "the key could not be looked up: timeout")
    }

    /// RFC 6376, 5.4.2: from the bottom up.
    @Test func fieldsOfOneNameAreTakenFromTheBottomUp() async throws {
        let message =
            "Comments: one\r\n" + DKIMHouse.message.replacingOccurrences(of: "To:", with: "Comments: two\r\nTo:")
        let tags = Self.tags.replacingOccurrences(of: "subject", with: "comments")
        let zone = try DKIMHouse.zone()
        let signed = try DKIMHouse.handSigned(tags, message).text
        #expect(await DKIMHouse.verify(signed.octets, zone).map(\.status) == [.pass])
        let upper = signed.replacingOccurrences(of: "Comments: one", with: "Comments: 111")
        #expect(await DKIMHouse.verify(upper.octets, zone).map(\.status) == [.pass])
        let lower = signed.replacingOccurrences(of: "Comments: two", with: "Comments: 222")
        #expect(await DKIMHouse.verify(lower.octets, zone).map(\.failure) == [.signatureMismatch])
    }

    @Test func anUnsignedSecondSubjectIsAConcern() async throws {
        let signed = "Subject: another\r\n".octets + (try DKIMHouse.handSigned(Self.tags))
        let results = await DKIMHouse.verify(signed, try DKIMHouse.zone())
        #expect(results.map(\.concerns) == [[.unsignedDuplicate("subject")]])
    }

    @Test func aSignatureFromTheFutureIsAConcern() async throws {
        #expect(try await Self.result(Self.tags + "; t=1795600200").concerns.isEmpty)
        #expect(try await Self.result(Self.tags + "; t=1795609999").concerns == [.timestampInFuture])
    }

    @Test func oneKeyIsLookedUpOnce() async throws {
        let zone = try DKIMHouse.zone()
        let one = try DKIMHouse.signed()
        _ = await DKIMHouse.verify(try DKIMHouse.signed(one.text), zone)
        #expect(zone.questions.count == 2)
    }
}
