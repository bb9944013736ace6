import DNS
import MailAuth
import Testing

struct SPFLookupCounterTests {
    private func count(_ record: String, _ zone: InMemoryZone) async throws -> SPFLookupCount {
        await SPFLookupCounter(resolver: zone).count(
            try SPFRecord(parsing: record), of: try #require(DNSName("kunde.example")))
    }

    @Test func countsAllThatIsIncluded() async throws {
        let zone = try InMemoryZone(
            """
            a.example 60 TXT "v=spf1 include:b.example mx ip4:192.0.2.1 -all"
            b.example 60 TXT "v=spf1 a ptr exists:%{i}.x.example ?all"
            c.example 60 TXT "v=spf1 a"
            """)
        let count = try await count("v=spf1 mx include:a.example redirect=c.example", zone)
        #expect(count.total == 9)
        #expect(count.entries.map(\.depth) == [0, 0, 1, 2, 2, 2, 1, 0, 1])
        #expect(count.entries.map(\.cost) == [1, 6, 4, 1, 1, 1, 1, 2, 1])
        #expect(count.entries[5].isOpen)
        #expect(!count.isTooMany)
        #expect(count.problems.isEmpty)
        #expect(count.includes(try #require(DNSName("b.example"))))
        #expect(!count.includes(try #require(DNSName("kunde.example"))))
    }

    @Test func whatIsNeverReachedCostsNothing() async throws {
        let count = try await count("v=spf1 ip4:192.0.2.1 redirect=a.example -all mx", InMemoryZone())
        #expect(count.total == 0)
    }

    @Test func namesIncludesThatCannotBeRead() async throws {
        let zone = try InMemoryZone(#"loop.example 60 TXT "v=spf1 include:kunde.example""#)
        let late = try #require(DNSName("late.example"))
        zone.fail(late, nil, with: DNSFailure(.timeout))
        let count = try await count("v=spf1 include:no.example include:late.example include:loop.example", zone)
        #expect(count.problems.map(\.code) == ["no-such-domain", "dns", "loop"])
        #expect(count.total == 4)
    }

    @Test func aHostileTreeEndsTheWalk() async throws {
        let zone = InMemoryZone()
        for level in 0..<12 {
            let name = try #require(DNSName("l\(level).example"))
            let next = (0..<3).map { _ in "include:l\(level + 1).example" }.joined(separator: " ")
            zone.set(name, .txt, [.txt("v=spf1 " + next)])
        }
        let count = try await count("v=spf1 include:l0.example", zone)
        #expect(count.isCutOff)
        #expect(count.isTooMany)
        #expect(count.total == SPFLookupCounter.maximumEntries)
    }
}
