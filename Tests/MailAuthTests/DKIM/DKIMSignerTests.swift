import DNS
import Foundation
import MailAuth
import Testing

struct DKIMSignerTests {
    @Test func signsWithBothKeys() async throws {
        let results = await DKIMHouse.verify(try DKIMHouse.signed(), try DKIMHouse.zone())
        #expect(results.map(\.status) == [.pass, .pass], "\(results)")
        #expect(results.map { $0.signature?.algorithm } == [.rsaSHA256, .ed25519SHA256])
        #expect(results.allSatisfy { $0.concerns.isEmpty })
        #expect(results.first?.description == "dkim=pass header.d=kunde.example header.s=depesche1 header.a=rsa-sha256")
    }

    @Test func oneKeySignsOnManyThreadsAtOnce() async throws {
        let (signers, zone) = (try DKIMHouse.signers(), try DKIMHouse.zone())
        let passes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let message = Array("Subject: Nummer \(number)\r\n\(DKIMHouse.message)".utf8)
                    let signed = try DKIMSigner.fields(for: message, by: signers, at: DKIMHouse.now) + message
                    return await DKIMVerifier(resolver: zone).verify(signed, at: DKIMHouse.now)
                        .allSatisfy { $0.failure == nil }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(passes == 64)
    }

    @Test func saysWhatTheStandardAsksFor() throws {
        let signers = try DKIMHouse.signers()
        let field = try DKIMSigner.fields(for: DKIMHouse.message.octets, by: [signers[1]], at: DKIMHouse.now).text
        #expect(field.hasPrefix("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=kunde.example;\r\n"))
        #expect(field.contains("t=1795600000;"))
        #expect(!field.contains("l=") && !field.contains("x="))
        #expect(field.hasSuffix("\r\n"))
        for line in field.split(separator: "\r\n") { #expect(line.utf8.count <= 78, "\(line)") }
        let signature = try DKIMSignature(parsing: field.dropFirst(15).utf8)
        #expect(signature.timestamp == DKIMHouse.now)
        #expect(signature.identityDomain == DNSName("kunde.example"))
    }

    /// RFC 6376, 8.15: one mention more than there are fields, also of those that are absent.
    @Test func namesEachFieldOnceMoreThanItStandsThere() throws {
        let signers = try DKIMHouse.signers()
        let message = "Cc: a@b.example\r\nCc: c@d.example\r\n" + DKIMHouse.message
        let field = try DKIMSigner.fields(for: message.octets, by: [signers[1]], at: DKIMHouse.now)
        let names = try DKIMSignature(parsing: field.dropFirst(15)).signedNames
        var counts: [String: Int] = [:]
        for name in names { counts[name, default: 0] += 1 }
        #expect(
            counts == [
                "from": 2, "sender": 1, "reply-to": 1, "subject": 2, "date": 2, "message-id": 2, "to": 2, "cc": 3,
                "mime-version": 2, "content-type": 2, "content-transfer-encoding": 1, "in-reply-to": 1,
                "references": 1, "list-unsubscribe": 1, "list-unsubscribe-post": 1, "auto-submitted": 1,
            ])
    }

    @Test func noSignedFieldCanBeAdded() async throws {
        let zone = try DKIMHouse.zone()
        let signed = try DKIMHouse.signed()
        for name in DKIMSigner.signedNames {
            for message in ["\(name): x\r\n".octets + signed, try Self.inserted("\(name): x\r\n", signed)] {
                let results = await DKIMHouse.verify(message, zone)
                #expect(results.allSatisfy { $0.status != .pass }, "\(name)")
            }
        }
    }

    @Test func traceFieldsMayBeAdded() async throws {
        let message = "Received: from x by y\r\nReturn-Path: <>\r\n".octets + (try DKIMHouse.signed())
        let results = await DKIMHouse.verify(message, try DKIMHouse.zone())
        #expect(results.map(\.status) == [.pass, .pass])
    }

    /// A changed octet in any signed part breaks both signatures.
    @Test func anyChangedOctetIsNoticed() async throws {
        let zone = try DKIMHouse.zone()
        let signed = try DKIMHouse.signed()
        let text = signed.text
        let start = try #require(text.range(of: "From: Anna")).lowerBound
        let first = text.utf8.distance(from: text.startIndex, to: start)
        // The empty lines at the end do not count, but an x in their place does.
        for index in first..<signed.count {
            var changed = signed
            changed[index] = changed[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            let results = await DKIMHouse.verify(changed, zone)
            #expect(results.allSatisfy { $0.status != .pass }, "octet \(index) of \(signed.count)")
        }
    }

    @Test func aMessageMayComeInPieces() throws {
        let signers = try DKIMHouse.signers()
        let message = DKIMHouse.message.octets
        let whole = try DKIMSigner.fields(for: message, by: [signers[1]], at: DKIMHouse.now)
        var signing = DKIMSigning([signers[0]], at: DKIMHouse.now)
        for octet in message { signing.append([octet]) }
        #expect(
            try signing.finish() == (try DKIMSigner.fields(for: message, by: [signers[0]], at: DKIMHouse.now)))
        #expect(!whole.isEmpty)
    }

    @Test func lineEndsArePutRightBeforeSigning() async throws {
        let signers = try DKIMHouse.signers()
        let stray = DKIMHouse.message.replacingOccurrences(of: "\r\n", with: "\n").octets + "a\rb".octets
        let fields = try DKIMSigner.fields(for: stray, by: signers, at: DKIMHouse.now)
        let results = await DKIMHouse.verify(fields + LineEndNormalizer.normalized(stray), try DKIMHouse.zone())
        #expect(results.map(\.status) == [.pass, .pass])
    }

    @Test(arguments: [
        ("Subject: x\r\n\r\nbody", DKIMFailure.missingFrom), ("From: a@b\r\nFrom: c@d\r\n\r\nbody", .severalFrom),
        ("From: a@b\r\nno field\r\n\r\nbody", .malformedHeader), (" From: a@b\r\n\r\n", .malformedHeader),
        ("", .missingFrom), (String(repeating: "X: y\r\n", count: 200_000), .headerTooLong),
    ]) func refusesWhatCannotBeSigned(_ message: String, _ failure: DKIMFailure) throws {
        let signers = try DKIMHouse.signers()
        #expect(throws: DKIMSigningProblem.message(failure)) {
            try DKIMSigner.fields(for: message.octets, by: signers, at: DKIMHouse.now)
        }
    }

    @Test func refusesWhatIsNoDomain() throws {
        let key = try DKIMHouse.ed25519.get()
        #expect(DKIMSigner(domain: "a b", selector: "s", key: key) == nil)
        #expect(DKIMSigner(domain: "kunde.example", selector: "s;x", key: key) == nil)
        #expect(DKIMSigner(domain: String(repeating: "a.", count: 120) + "b", selector: "selector", key: key) == nil)
        #expect(DKIMSigner(domain: "", selector: "s", key: key) == nil)
        #expect(DKIMSigner(domain: "Bücher.example", selector: "a.b", key: key)?.domain.key == "xn--bcher-kva.example")
    }

    private static func inserted(_ field: String, _ message: [UInt8]) throws -> [UInt8] {
        let end = try #require(message.text.range(of: "\r\n\r\n"))
        let text = message.text
        return (text[..<end.lowerBound] + "\r\n" + field + "\r\n" + text[end.upperBound...]).utf8.map { $0 }
    }
}
