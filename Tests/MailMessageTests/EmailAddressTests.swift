import Foundation
import MailMessage
import Testing

@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("anna@kunde.example", "anna@kunde.example", "anna@kunde.example"),
        ("Anna.Muster+tag@Kunde.Example", "Anna.Muster+tag@kunde.example", "Anna.Muster+tag@kunde.example"),
        ("anna@Müller.example", "anna@xn--mller-kva.example", "anna@müller.example"),
        ("anna@xn--mller-kva.example", "anna@xn--mller-kva.example", "anna@müller.example"),
        ("anna@straße.example", "anna@xn--strae-oqa.example", "anna@straße.example"),
        ("anna@MU\u{308}LLER.example", "anna@xn--mller-kva.example", "anna@müller.example"),
        ("anna@日本語。example", "anna@xn--wgv71a119e.example", "anna@日本語.example"),
        ("\"anna muster\"@kunde.example", "\"anna muster\"@kunde.example", "\"anna muster\"@kunde.example"),
        ("\"anna\"@kunde.example", "anna@kunde.example", "anna@kunde.example"),
        ("\"a\\\"b\"@kunde.example", "\"a\\\"b\"@kunde.example", "\"a\\\"b\"@kunde.example"),
        ("\"a@b\"@kunde.example", "\"a@b\"@kunde.example", "\"a@b\"@kunde.example"),
        ("müller@kunde.example", "müller@kunde.example", "müller@kunde.example"),
        ("o'brien@kunde.example", "o'brien@kunde.example", "o'brien@kunde.example"),
        ("root@localhost", "root@localhost", "root@localhost"),
    ])
    func goodAddressesKeepBothForms(text: String, wire: String, display: String) throws {
        let address = try EmailAddress(parsing: text)
        #expect(address.wireForm == wire)
        #expect(address.displayForm == display)
        #expect(try EmailAddress(parsing: wire) == address)
        #expect(try EmailAddress(parsing: display) == address)
    }

    @Test(arguments: [
        ("", AddressError.empty), ("anna", .missingAt), ("@kunde.example", .missingLocalPart),
        ("anna@", .missingDomain), ("a@b@kunde.example", .severalAts), ("an na@kunde.example", .blank),
        ("anna@kunde .example", .blank), (".anna@kunde.example", .misplacedDot), ("anna.@kunde.example", .misplacedDot),
        ("an..na@kunde.example", .misplacedDot), ("an(na@kunde.example", .forbiddenCharacter),
        ("an,na@kunde.example", .forbiddenCharacter), ("<anna@kunde.example>", .angleBracket),
        ("\"a<b\"@kunde.example", .angleBracket), ("anna@kunde.example\r\nBcc: x", .controlCharacter),
        ("an\u{0}na@kunde.example", .controlCharacter), ("an\u{2028}na@kunde.example", .controlCharacter),
        ("an\u{202E}na@kunde.example", .controlCharacter), ("\"anna\t\"@kunde.example", .controlCharacter),
        ("\"anna@kunde.example", .malformedQuotes), ("\"anna\"x@kunde.example", .missingAt),
        ("\"\"@kunde.example", .missingLocalPart), ("anna@kunde..example", .malformedDomain),
        ("anna@.example", .malformedDomain), ("anna@kunde.example.", .malformedDomain),
        ("anna@-kunde.example", .malformedDomain), ("anna@kun_de.example", .malformedDomain),
        ("anna@192.0.2.1", .malformedDomain), ("anna@[192.0.2.1]", .addressLiteral),
        ("anna@xn--zzzzzzzzz-.example", .malformedDomain), ("anna@xn--kunde-.example", .malformedDomain),
        ("anna@ku☃nde.example", .malformedDomain), ("anna@\u{301}a.example", .malformedDomain),
    ])
    func badAddressesSayWhy(text: String, expected: AddressError) {
        #expect(throws: expected) { try EmailAddress(parsing: text) }
    }

    @Test func lengthsAreLimitedAsInRFC5321() throws {
        let local64 = String(repeating: "a", count: 64)
        _ = try EmailAddress(parsing: "\(local64)@kunde.example")
        #expect(throws: AddressError.localPartTooLong) { try EmailAddress(parsing: "\(local64)a@kunde.example") }
        let label = String(repeating: "b", count: 63)
        #expect(throws: AddressError.domainTooLong) { try EmailAddress(parsing: "a@\(label)b.example") }
        let domain = [label, label, label].joined(separator: ".")
        _ = try EmailAddress(parsing: "\(String(repeating: "a", count: 62))@\(domain)")
        #expect(throws: AddressError.tooLong) { try EmailAddress(parsing: "\(local64)@\(domain)") }
        #expect(throws: AddressError.domainTooLong) {
            try EmailAddress(parsing: "a@\(domain).\(label)")
        }
        #expect(throws: AddressError.tooLong) {
            try EmailAddress(parsing: String(repeating: "a", count: 100_000) + "@kunde.example")
        }
        #expect(throws: AddressError.domainTooLong) {
            try EmailAddress(parsing: "a@" + String(repeating: "ü", count: 60) + ".example")
        }
    }

    @Test func comparisonIgnoresCase() throws {
        let one = try EmailAddress(parsing: "Anna.MÜLLER@Kunde.example")
        let two = try EmailAddress(parsing: "anna.müller@kunde.EXAMPLE")
        #expect(one != two)
        #expect(one.comparisonKey == two.comparisonKey)
    }

    @Test func onlyALocalPartNeedsSMTPUTF8() throws {
        #expect(try EmailAddress(parsing: "müller@kunde.example").needsSMTPUTF8)
        #expect(try !EmailAddress(parsing: "anna@müller.example").needsSMTPUTF8)
    }

    @Test func codingKeepsTheAddressAndRefusesBadOnes() throws {
        let list = try [EmailAddress(parsing: "\"a b\"@müller.example")]
        let data = try JSONEncoder().encode(list)
        #expect(try JSONDecoder().decode([EmailAddress].self, from: data) == list)
        #expect(throws: AddressError.self) { try JSONDecoder().decode([EmailAddress].self, from: Data("[\"x\"]".utf8)) }
    }

    /// Whatever is accepted goes back and forth unchanged, and cannot break out of an SMTP command or a header.
    @Test func acceptedAddressesAreSafeAndStable() {
        var random = SeededGenerator(seed: 1)
        var accepted = 0
        for _ in 0..<20_000 {
            let alphabet = trickyPieces + ["<", ">", "\r", "\n", "\u{0}", "x", "y", "z", "kunde", "."]
            let local = random.text(1...4, from: alphabet)
            let domain = random.text(1...4, from: ["a", "b", "ü", ".", "-", "7", "xn--", "日"]) + ".example"
            guard let address = try? EmailAddress(parsing: "\(local)@\(domain)") else { continue }
            accepted += 1
            let wire = address.wireForm
            #expect((try? EmailAddress(parsing: wire)) == address, "\(wire)")
            #expect(
                !wire.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") })
            #expect(address.domain.ascii.utf8.allSatisfy { $0 < 0x80 })
            #expect(wire.utf8.count <= 254)
        }
        #expect(accepted > 1_000)
    }

    @Test func reversePathsAreReadAndWritten() throws {
        #expect(try ReversePath(parsing: "<>") == .null)
        #expect(try ReversePath(parsing: "") == .null)
        let path = try ReversePath(parsing: "<anna@kunde.example>")
        #expect(path.wireForm == "<anna@kunde.example>")
        #expect(path.address?.localPart == "anna")
        #expect(throws: AddressError.self) { try ReversePath(parsing: "<anna@kunde.example> SIZE=1") }
        let data = try JSONEncoder().encode([path, .null])
        #expect(try JSONDecoder().decode([ReversePath].self, from: data) == [path, .null])
    }
}
