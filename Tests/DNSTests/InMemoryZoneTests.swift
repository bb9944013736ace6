import DNS
import Testing

struct InMemoryZoneTests {
    private let zone: InMemoryZone

    init() throws {
        zone = try InMemoryZone(
            """
            $ORIGIN kunde.example.
            @      3600 SOA ns.kunde.example. admin 7 3600 600 86400 120
            @      600  MX  10 mail
            mail        A   192.0.2.25
                        A   192.0.2.26
            www    60   CNAME mail
            away   60   CNAME nowhere.example.
            one         CNAME two
            two         CNAME one
            depesche1._domainkey TXT "v=DKIM1; " "p=abc"
            """, verdict: .secure)
    }

    private func ask(_ name: String, _ type: DNSRecordType) async throws -> DNSAnswer {
        try await zone.resolve(try #require(DNSName(name)), type)
    }

    @Test func findsRecordsInAnyCase() async throws {
        let answer = try await ask("MAIL.kunde.example", .a)
        #expect(answer.outcome == .found)
        #expect(answer.addresses.map(\.description) == ["192.0.2.25", "192.0.2.26"])
        #expect(answer.ttl == 600)
        #expect(answer.verdict == .secure)
    }

    @Test func followsAliases() async throws {
        let answer = try await ask("www.kunde.example", .a)
        #expect(answer.addresses.count == 2)
        #expect(answer.aliases.map(\.name.description) == ["www.kunde.example"])
        #expect(answer.ttl == 60)
        let alias = try await ask("www.kunde.example", .cname)
        #expect(alias.outcome == .found && alias.aliases.isEmpty)
    }

    @Test func saysWhetherNameOrRecordIsMissing() async throws {
        #expect(try await ask("kunde.example", .aaaa).outcome == .noSuchRecord)
        #expect(try await ask("_domainkey.kunde.example", .txt).outcome == .noSuchRecord, "an empty non-terminal")
        let missing = try await ask("nichts.kunde.example", .a)
        #expect(missing.outcome == .noSuchName)
        #expect(missing.ttl == 120)
        let away = try await ask("away.kunde.example", .a)
        #expect(away.outcome == .noSuchName)
        #expect(away.aliases.count == 1)
    }

    @Test func noticesALoop() async throws {
        await #expect { try await ask("one.kunde.example", .a) } throws: { ($0 as? DNSFailure)?.code == .aliasLoop }
    }

    @Test func refusesTooManyAliases() async throws {
        for number in 0..<30 { try zone.add("n\(number).kunde.example CNAME n\(number + 1).kunde.example") }
        await #expect { try await ask("n0.kunde.example", .a) } throws: { ($0 as? DNSFailure)?.code == .aliasLoop }
        #expect(try await ask("n15.kunde.example", .a).outcome == .noSuchName)
    }

    @Test func failsAndHealsWhereTold() async throws {
        let name = try #require(DNSName("kunde.example"))
        zone.fail(name, .mx, with: DNSFailure(.timeout))
        await #expect(throws: DNSFailure(.timeout)) { try await zone.resolve(name, .mx) }
        #expect(try await zone.resolve(name, .a).outcome == .noSuchRecord)
        zone.fail(name, .mx, with: nil)
        zone.fail(name, with: DNSFailure(.bogus))
        await #expect(throws: DNSFailure(.bogus)) { try await zone.resolve(name, .mx) }
    }

    @Test func tellsTheVerdictOfTheWholeWay() async throws {
        zone.setVerdict(.insecure, try #require(DNSName("mail.kunde.example")))
        #expect(try await ask("www.kunde.example", .a).verdict == .insecure)
        #expect(try await ask("_25._tcp.mail.kunde.example", .tlsa).verdict == .insecure)
        #expect(try await ask("kunde.example", .mx).verdict == .secure)
        zone.setVerdict(.insecure, try #require(DNSName("kunde.example")), .mx)
        #expect(try await ask("kunde.example", .mx).verdict == .insecure)
        #expect(try await ask("kunde.example", .aaaa).verdict == .secure)
    }

    @Test func changesWhileItRuns() async throws {
        let name = try #require(DNSName("neu.kunde.example"))
        zone.set(name, .txt, [.txt("eins")])
        zone.set(name, .txt, [.txt("zwei")], ttl: 5)
        let answer = try await zone.resolve(name, .txt)
        #expect(answer.texts == [Array("zwei".utf8)])
        #expect(answer.ttl == 5)
        zone.remove(name)
        #expect(try await zone.resolve(name, .txt).outcome == .noSuchName)
    }

    @Test func countsQuestions() async throws {
        _ = try await ask("www.kunde.example", .a)
        _ = try await ask("WWW.kunde.example", .a)
        _ = try await ask("kunde.example", .mx)
        #expect(zone.count(try #require(DNSName("www.kunde.example")), .a) == 2)
        #expect(
            zone.questions.map(\.description) == ["www.kunde.example A", "WWW.kunde.example A", "kunde.example MX"])
        zone.forgetQuestions()
        #expect(zone.questions.isEmpty)
    }
}
