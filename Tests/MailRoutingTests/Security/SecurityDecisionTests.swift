import DNS
import MailMessage
import MailRouting
import Testing

struct SecurityDecisionTests {
    enum TLSA: String, CaseIterable { case notApplicable, none, records, unusable, temporary }
    enum STS: String, CaseIterable { case none, enforceListed, enforceOther, testing, ended }

    private let host: MailHost
    private let set: TLSARecordSet
    private let broken: TLSARecordSet

    init() throws {
        host = MailHost(name: try name("mx.kunde.example"), addresses: [try address("203.0.113.1")])
        set = TLSARecordSet([.tlsa(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: 1, count: 32))])
        broken = TLSARecordSet([.tlsa(usage: 1, selector: 1, matchingType: 1, data: [])])
    }

    private func finding(_ tlsa: TLSA) throws -> TLSAFinding {
        switch tlsa {
        case .notApplicable: .notApplicable
        case .none: .none
        case .records: .records(set, baseName: try name("mx.kunde.example"))
        case .unusable: .unusable(broken, baseName: try name("mx.kunde.example"))
        case .temporary: .temporary(DNSFailure(.serverFailure))
        }
    }

    private func policy(_ sts: STS) throws -> STSPolicy? {
        let (mode, pattern): (STSPolicy.Mode, String)
        switch sts {
        case .none: return nil
        case .enforceListed: (mode, pattern) = (.enforce, "mx.kunde.example")
        case .enforceOther: (mode, pattern) = (.enforce, "other.kunde.example")
        case .testing: (mode, pattern) = (.testing, "other.kunde.example")
        case .ended: (mode, pattern) = (.none, "other.kunde.example")
        }
        return STSPolicy(mode: mode, maxAge: 60, mx: [try #require(STSMXPattern(pattern))])
    }

    private func decide(
        _ tlsa: TLSA = .notApplicable, _ sts: STS = .none, demand: TLSDemand? = nil, request: MailTLSRequest = .none,
        isRouteSecure: Bool = false
    ) throws -> String {
        let route = MailRoute(
            to: .domain(try name("kunde.example")), origin: .mx, hosts: [host], isSecure: isRouteSecure,
            expandedName: try name("kunde.example"))
        let decision = SecurityDecision(
            for: route, policy: try policy(sts), demand: demand, request: request)
        do {
            let security = try decision.security(of: host, tlsa: try finding(tlsa))
            let transport =
                switch security.transport {
                case .opportunistic: "opportunistic"
                case .encrypted: "encrypted"
                case .verified(let name): "verified \(name)"
                case .dane(_, let names): "dane \(names.map(\.description).joined(separator: " "))"
                }
            return [
                transport, security.basis.rawValue, security.requiresREQUIRETLS ? "REQUIRETLS" : nil,
                security.tested == nil ? nil : "tested",
            ].compactMap { $0 }.joined(separator: ", ")
        } catch let refusal as HostRefusal {
            return "\(refusal.status) \(refusal.resultType?.rawValue ?? "-")"
        }
    }

    private static let dane = "dane mx.kunde.example kunde.example, dane"

    @Test(arguments: [
        (TLSA.notApplicable, STS.none, "opportunistic, none"), (.none, .none, "opportunistic, none"),
        (.none, .ended, "opportunistic, none"), (.none, .testing, "opportunistic, none, tested"),
        (.none, .enforceListed, "verified mx.kunde.example, mta-sts"),
        (.none, .enforceOther, "4.7.5 validation-failure"), (.records, .none, dane), (.records, .enforceListed, dane),
        (.records, .enforceOther, dane), (.records, .testing, dane + ", tested"), (.unusable, .none, "encrypted, dane"),
        (.unusable, .testing, "encrypted, dane, tested"),
        (.unusable, .enforceListed, "verified mx.kunde.example, mta-sts"),
        (.unusable, .enforceOther, "4.7.5 validation-failure"), (.temporary, .none, "4.7.5 dnssec-invalid"),
        (.temporary, .enforceListed, "4.7.5 dnssec-invalid"),
    ]) func daneWinsOverMTASTS(_ tlsa: TLSA, _ sts: STS, _ expected: String) throws {
        #expect(try decide(tlsa, sts, isRouteSecure: true) == expected)
    }

    @Test(arguments: [
        (TLSDemand.encrypted, TLSA.none, STS.none, "encrypted, administrator"), (.encrypted, .records, .none, dane),
        (.encrypted, .none, .enforceListed, "verified mx.kunde.example, mta-sts"),
        (.verified, .none, .none, "verified mx.kunde.example, administrator"), (.verified, .records, .none, dane),
        (.verified, .unusable, .none, "verified mx.kunde.example, administrator"),
        (.dane, .records, .none, dane), (.dane, .none, .none, "4.7.5 dane-required"),
        (.dane, .unusable, .enforceListed, "4.7.5 dane-required"),
        (.dane, .notApplicable, .enforceListed, "4.7.5 dane-required"),
        (.encrypted, .none, .testing, "encrypted, administrator, tested"),
    ]) func theAdministratorsListDemandsMoreNeverLess(
        _ demand: TLSDemand, _ tlsa: TLSA, _ sts: STS, _ expected: String
    ) throws {
        #expect(try decide(tlsa, sts, demand: demand, isRouteSecure: true) == expected)
    }

    @Test(arguments: [
        (TLSA.none, STS.none, false, "5.7.30 -"), (.none, .testing, false, "5.7.30 -"),
        (.none, .none, true, "verified mx.kunde.example, sender, REQUIRETLS"),
        (.none, .enforceListed, false, "verified mx.kunde.example, mta-sts, REQUIRETLS"),
        (.records, .none, true, dane + ", REQUIRETLS"), (.records, .none, false, "5.7.30 -"),
        (.unusable, .none, true, "verified mx.kunde.example, sender, REQUIRETLS"),
        (.temporary, .none, true, "4.7.5 dnssec-invalid"), (.none, .enforceOther, false, "4.7.5 validation-failure"),
    ]) func requireTLSDemandsAProvenHost(
        _ tlsa: TLSA, _ sts: STS, _ isRouteSecure: Bool, _ expected: String
    ) throws {
        #expect(try decide(tlsa, sts, request: .required, isRouteSecure: isRouteSecure) == expected)
    }

    @Test(arguments: TLSA.allCases, STS.allCases)
    func tlsRequiredNoPassesOverPoliciesOfTheDomain(_ tlsa: TLSA, _ sts: STS) throws {
        #expect(try decide(tlsa, sts, request: .optional) == "opportunistic, none")
        #expect(try decide(tlsa, sts, demand: .encrypted, request: .optional) == "encrypted, administrator")
        #expect(try decide(.records, sts, demand: .verified, request: .optional) == Self.dane)
        let strict = try decide(tlsa, sts, demand: .dane, request: .optional)
        let expected = [TLSA.records: Self.dane, .temporary: "4.7.5 dnssec-invalid"]
        #expect(strict == expected[tlsa] ?? "4.7.5 dane-required")
    }

    @Test func theClosestPatternOfTheListCounts() throws {
        var demands = TLSDemands()
        let patterns: [(String, TLSDemand)] = [
            ("kunde.example", .encrypted), ("*.kunde.example", .verified), ("*.abt.kunde.example", .dane),
        ]
        for (pattern, demand) in patterns {
            let isPattern = demands.add(pattern, demand)
            #expect(isPattern)
        }
        for text in ["*", "a..b", "[192.0.2.1]", ""] {
            let isPattern = demands.add(text, .dane)
            #expect(!isPattern, "\(text)")
        }
        let expected: [(String, TLSDemand?)] = [
            ("kunde.example", .encrypted), ("KUNDE.example", .encrypted), ("a.kunde.example", .verified),
            ("a.b.kunde.example", .verified), ("x.abt.kunde.example", .dane), ("abt.kunde.example", .verified),
            ("andere.example", nil), ("[192.0.2.1]", nil),
        ]
        for (text, demand) in expected { #expect(demands.demand(for: try destination(text)) == demand, "\(text)") }
        demands.others = .encrypted
        #expect(demands.demand(for: try destination("andere.example")) == .encrypted)
    }
}
