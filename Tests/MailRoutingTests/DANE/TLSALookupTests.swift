import DNS
import MailRouting
import Testing

struct TLSALookupTests {
    private let zone: InMemoryZone
    private static let digest = String(repeating: "ab", count: 32)

    init() throws {
        zone = try InMemoryZone(
            """
            _25._tcp.mx.example      TLSA 3 1 1 \(Self.digest)
            _25._tcp.pkix.example    TLSA 1 1 1 \(Self.digest)
            _25._tcp.pkix.example    TLSA 3 1 2 \(Self.digest)
            alias.example            CNAME mx.example
            _25._tcp.own.example     TLSA 3 1 1 \(Self.digest)
            own.example              CNAME bare.example
            bare.example             A 203.0.113.1
            _25._tcp.shared.example  CNAME tlsa.example
            tlsa.example             TLSA 2 0 1 \(Self.digest)
            """, verdict: .secure)
    }

    private func finding(
        _ host: String, expanded: String? = nil, isSecure: Bool = true
    ) async throws -> TLSAFinding {
        let host = MailHost(
            name: try name(host), addresses: [try address("203.0.113.1")], expandedName: try expanded.map(name),
            isSecure: isSecure)
        return await TLSALookup(resolver: zone).finding(for: host)
    }

    private func baseName(_ finding: TLSAFinding) -> String? {
        if case .records(_, let baseName) = finding { baseName.description } else { nil }
    }

    @Test func findsTheRecordsOfAHost() async throws {
        #expect(baseName(try await finding("mx.example")) == "mx.example")
        #expect(zone.questions.map(\.description) == ["_25._tcp.mx.example TLSA"])
        #expect(baseName(try await finding("shared.example")) == "shared.example", "records behind an alias")
    }

    @Test func asksNothingUnlessTheAddressesAreSecure() async throws {
        #expect(try await finding("mx.example", isSecure: false) == .notApplicable)
        #expect(zone.questions.isEmpty)
    }

    @Test(arguments: DNSFailure.Code.allCases)
    func aFailureIsNeverTheAbsenceOfRecords(_ code: DNSFailure.Code) async throws {
        zone.fail(try name("_25._tcp.mx.example"), .tlsa, with: DNSFailure(code))
        #expect(try await finding("mx.example") == .temporary(DNSFailure(code)))
        #expect(try await finding("alias.example", expanded: "mx.example") == .temporary(DNSFailure(code)))
    }

    @Test func provenAbsenceIsNone() async throws {
        #expect(try await finding("bare.example") == .none)
        zone.setVerdict(.insecure, try name("_25._tcp.bare.example"))
        #expect(try await finding("bare.example") == .notApplicable)
    }

    @Test func insecureRecordsDoNotCount() async throws {
        zone.setVerdict(.insecure, try name("_25._tcp.mx.example"))
        #expect(try await finding("mx.example") == .notApplicable)
    }

    @Test func unusableRecordsStillDemandTLS() async throws {
        guard case .unusable(let set, _) = try await finding("pkix.example") else {
            Issue.record("usable")
            return
        }
        #expect(set.problems == [.usage, .data])
    }

    @Test func theExpandedNameComesFirstThenTheHostsOwn() async throws {
        #expect(baseName(try await finding("alias.example", expanded: "mx.example")) == "mx.example")
        zone.forgetQuestions()
        #expect(baseName(try await finding("own.example", expanded: "bare.example")) == "own.example")
        #expect(
            zone.questions.map(\.description) == ["_25._tcp.bare.example TLSA", "_25._tcp.own.example TLSA"])
    }

    @Test func aSecureAliasIntoAnInsecureZoneKeepsItsOwnRecords() async throws {
        let found = try await finding("own.example", expanded: "bare.example", isSecure: false)
        #expect(baseName(found) == "own.example")
        #expect(zone.questions.map(\.description) == ["own.example CNAME", "_25._tcp.own.example TLSA"])
        zone.setVerdict(.insecure, try name("own.example"), .cname)
        #expect(try await finding("own.example", expanded: "bare.example", isSecure: false) == .notApplicable)
        zone.fail(try name("own.example"), .cname, with: DNSFailure(.bogus))
        #expect(
            try await finding("own.example", expanded: "bare.example", isSecure: false)
                == .temporary(DNSFailure(.bogus)))
    }

    @Test func anAddressLiteralHasNoRecords() async {
        let host = MailHost(name: nil, isSecure: true)
        #expect(await TLSALookup(resolver: zone).finding(for: host) == .notApplicable)
    }
}
