import DNS
import MailMessage
import MailRouting
import Testing

struct MailRouterTests {
    private let zone: InMemoryZone

    init() throws {
        zone = try InMemoryZone(
            """
            kunde.example         600 MX 10 mx1.kunde.example
            kunde.example         600 MX 20 mx2.kunde.example
            mx1.kunde.example     300 A 203.0.113.1
            mx1.kunde.example     300 AAAA 2001:db8::1
            mx2.kunde.example     300 A 203.0.113.2
            plain.example         60  A 203.0.113.3
            text.example          TXT "no mail here"
            null.example          MX 0 .
            alias.example         CNAME kunde.example
            cnamed.example        MX 10 smtp.cnamed.example
            smtp.cnamed.example   CNAME mx1.kunde.example
            literal.example       MX 10 203.0.113.1
            gone.example          MX 10 nowhere.example
            inside.example        MX 10 host.inside.example
            host.inside.example   A 10.0.0.1
            host.inside.example   A 127.0.0.1
            host.inside.example   AAAA ::ffff:192.168.1.1
            circle.example        CNAME circle2.example
            circle2.example       CNAME circle.example
            half.example          MX 10 inside-only.example
            half.example          MX 20 mx1.kunde.example
            inside-only.example   A 10.0.0.1
            """, verdict: .secure)
    }

    private func router(
        egress: EgressPolicy = .public, own: [String] = [], preference: AddressPreference = .v6First,
        limits: RoutingLimits = RoutingLimits()
    ) throws -> MailRouter {
        MailRouter(
            resolver: zone, egress: egress, ownNames: Set(try own.map { try name($0) }), preference: preference,
            limits: limits)
    }

    private func route(_ text: String, by router: MailRouter? = nil) async throws -> MailRoute {
        var generator = SeededGenerator(seed: 1)
        return try await (try router ?? self.router()).route(to: try destination(text), using: &generator)
    }

    private func failure(_ text: String, by router: MailRouter? = nil) async throws -> RoutingFailure? {
        do {
            _ = try await route(text, by: router)
            return nil
        } catch let failure as RoutingFailure {
            return failure
        }
    }

    @Test func findsHostsInTheirOrderWithTheirAddresses() async throws {
        let route = try await route("kunde.example")
        #expect(route.origin == .mx && route.isSecure && route.ttl == 300)
        #expect(route.hosts.map(\.name?.description) == ["mx1.kunde.example", "mx2.kunde.example"])
        #expect(
            route.hosts.map { $0.addresses.map(\.description) } == [["2001:db8::1", "203.0.113.1"], ["203.0.113.2"]])
        #expect(route.hosts.allSatisfy { $0.isSecure && !$0.isAlias && $0.failure == nil })
        #expect(route.notes.isEmpty && route.unreachable.isEmpty)
    }

    @Test(arguments: [
        (AddressPreference.v6First, ["2001:db8::1", "203.0.113.1"]), (.v4First, ["203.0.113.1", "2001:db8::1"]),
        (.v4Only, ["203.0.113.1"]), (.v6Only, ["2001:db8::1"]),
    ]) func triesAddressesInTheOrderThatIsSet(_ preference: AddressPreference, _ expected: [String]) async throws {
        let route = try await route("kunde.example", by: try router(preference: preference))
        #expect(route.hosts.first?.addresses.map(\.description) == expected)
        #expect(route.hosts.count == (preference == .v6Only ? 1 : 2))
        #expect(zone.questions.contains { $0.type == .a } == (preference != .v6Only))
    }

    @Test func theDomainItselfIsTheHostWithoutMX() async throws {
        let route = try await route("plain.example")
        #expect(route.origin == .implicitMX && route.isSecure)
        #expect(route.hosts.map(\.name?.description) == ["plain.example"])
        #expect(route.hosts.first?.preference == 0)
    }

    @Test(arguments: [
        ("null.example", RoutingFailure.Code.nullMX, "5.1.10"), ("missing.example", .noSuchDomain, "5.1.2"),
        ("text.example", .noMailHost, "5.1.2"), ("literal.example", .noUsableHost, "5.4.4"),
        ("gone.example", .noUsableHost, "5.4.4"), ("inside.example", .privateAddresses, "5.4.4"),
        ("[10.1.2.3]", .privateAddresses, "5.4.4"), ("[IPv6:::1]", .privateAddresses, "5.4.4"),
        ("circle.example", .dns, "4.4.3"),
    ]) func saysWhyThereIsNoWay(_ text: String, _ code: RoutingFailure.Code, _ status: String) async throws {
        let failure = try #require(try await failure(text))
        #expect(failure.code == code)
        #expect(failure.status.description == status)
        #expect(failure.isPermanent == status.hasPrefix("5"))
    }

    @Test func nullMXEndsItAtOnce() async throws {
        _ = try await failure("null.example")
        #expect(zone.questions.map(\.description) == ["null.example MX"])
    }

    @Test(arguments: DNSFailure.Code.allCases)
    func aFailureToAskIsTemporaryAndNoReasonToGuess(_ code: DNSFailure.Code) async throws {
        zone.fail(try name("plain.example"), .mx, with: DNSFailure(code))
        let failure = try #require(try await failure("plain.example"))
        #expect(failure.code == (code == .bogus ? .bogus : .dns))
        #expect(!failure.isPermanent && failure.cause?.code == code)
        #expect(zone.questions.count == 1, "no look at the addresses: the MX records may name others")
    }

    @Test func aHostThatCannotBeAskedForMakesItTemporary() async throws {
        zone.fail(try name("nowhere.example"), with: DNSFailure(.timeout))
        #expect(try await failure("gone.example")?.code == .dns)
        zone.fail(try name("host.inside.example"), .aaaa, with: DNSFailure(.timeout))
        #expect(try await failure("inside.example")?.code == .dns, "the other family may lead outside")
    }

    @Test func oneDeadNameOfTwoDoesNotStopTheOther() async throws {
        zone.fail(try name("mx1.kunde.example"), with: DNSFailure(.serverFailure))
        let route = try await route("kunde.example")
        #expect(route.hosts.map(\.name?.description) == ["mx2.kunde.example"])
        #expect(route.unreachable.map(\.failure?.code) == [.serverFailure])
        #expect(route.unreachable.allSatisfy { !$0.isSecure })
    }

    @Test func aForgedAnswerOfOneFamilyIsNoWayAroundDANE() async throws {
        zone.fail(try name("mx1.kunde.example"), .a, with: DNSFailure(.bogus))
        let host = try #require(try await route("kunde.example").hosts.first)
        #expect(host.addresses.map(\.description) == ["2001:db8::1"])
        #expect(host.isSecure && host.failure?.code == .bogus)
    }

    @Test func aliasesAreFollowedAndNoted() async throws {
        let domain = try await route("alias.example")
        #expect(domain.hosts.count == 2)
        #expect(domain.expandedName?.description == "kunde.example")
        let host = try #require(try await route("cnamed.example").hosts.first)
        #expect(host.isAlias && host.expandedName?.description == "mx1.kunde.example")
        #expect(host.name?.description == "smtp.cnamed.example")
        let notes = try await route("cnamed.example").notes
        #expect(notes == [.alias(try name("smtp.cnamed.example"), to: try name("mx1.kunde.example"))])
    }

    @Test func keepsTheVerdictOfEachAnswer() async throws {
        zone.setVerdict(.insecure, try name("mx1.kunde.example"), .aaaa)
        #expect(try await route("kunde.example").hosts.map(\.isSecure) == [false, true])
        zone.setVerdict(.insecure, try name("kunde.example"), .mx)
        #expect(try await !route("kunde.example").isSecure)
    }

    @Test func weAreNotAHostForOthers() async throws {
        let first = try router(own: ["mx1.kunde.example"])
        #expect(try await failure("kunde.example", by: first)?.code == .loop)
        #expect(try await failure("kunde.example", by: first)?.status.description == "5.4.6")
        let second = try await route("kunde.example", by: try router(own: ["mx2.kunde.example"]))
        #expect(second.hosts.count == 1)
        let itself = try router(own: ["plain.example"])
        #expect(try await failure("plain.example", by: itself)?.code == .loop)
        let byAddress = try router(egress: EgressPolicy(own: [try address("203.0.113.1")]))
        #expect(try await failure("kunde.example", by: byAddress)?.code == .loop)
        #expect(try await failure("[203.0.113.1]", by: byAddress)?.code == .loop)
        let backup = try router(egress: EgressPolicy(own: [try address("203.0.113.2")]))
        #expect(try await route("kunde.example", by: backup).hosts.map(\.preference) == [10])
    }

    @Test func privateAddressesAreRefusedOneByOne() async throws {
        let route = try await route("half.example")
        #expect(route.hosts.map(\.name?.description) == ["mx1.kunde.example"])
        #expect(route.unreachable.flatMap(\.refused).map(\.refusal) == [.scope(.private)])
        let open = try await self.route("inside.example", by: try router(egress: .everything))
        #expect(open.hosts.first?.addresses.count == 3)
        let network = EgressPolicy.Network(try address("10.0.0.0"), prefixLength: 8)
        let some = try await self.route("inside.example", by: try router(egress: EgressPolicy(networks: [network])))
        #expect(some.hosts.first?.addresses.map(\.description) == ["10.0.0.1"])
    }

    @Test func literalsAskNobody() async throws {
        let route = try await route("[203.0.113.9]")
        #expect(route.origin == .literal && route.hosts.count == 1 && !route.isSecure)
        #expect(route.hosts.first?.name == nil)
        #expect(zone.questions.isEmpty)
    }

    @Test func aHostileZoneIsNotFollowedWithoutEnd() async throws {
        for number in 0..<300 {
            try zone.add("evil.example MX 10 h\(number).evil.example")
            try zone.add("h\(number).evil.example A 203.0.113.7")
        }
        for number in 1...200 { try zone.add("many.example A 203.0.114.\(number)") }
        let route = try await route("evil.example")
        #expect(route.hosts.count == 20)
        #expect(zone.questions.count == 1 + 20 * 2)
        let many = try await self.route("many.example")
        #expect(many.hosts.first?.addresses.count == 10)
        #expect(many.notes == [.tooManyAddresses(try name("many.example"))])
    }

    @Test(arguments: [(200, 200, 5, 5), (200, 3, 7, 3), (3, 200, 3, 7), (5, 5, 5, 5), (0, 30, 0, 10), (30, 0, 10, 0)])
    func noFamilyTakesAllPlaces(_ six: Int, _ four: Int, _ expectedSix: Int, _ expectedFour: Int) async throws {
        for number in 0..<six { try zone.add("two.example AAAA 2001:db8:1::\(number)") }
        for number in 0..<four { try zone.add("two.example A 203.0.114.\(number)") }
        let addresses = try #require(try await route("two.example").hosts.first).addresses
        #expect(addresses.map(\.family) == (0..<expectedSix).map { _ in .v6 } + (0..<expectedFour).map { _ in .v4 })
    }

    @Test func theSameHostsAreOneSetWhateverTheDomain() async throws {
        try zone.add("other.example MX 5 mx2.kunde.example\nother.example MX 7 MX1.kunde.example")
        let one = try await route("kunde.example").hostSet
        #expect(try await route("other.example").hostSet == one)
        #expect(one.key == "mx1.kunde.example mx2.kunde.example")
        #expect(try await route("[203.0.113.9]").hostSet.key == "[203.0.113.9]")
    }
}
