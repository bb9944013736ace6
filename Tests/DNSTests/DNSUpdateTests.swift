import DNS
import Testing

struct DNSUpdateTests {
    private let zone: DNSName
    private let name: DNSName

    init() throws {
        zone = try #require(DNSName("kunde.example"))
        name = try #require(DNSName("a.kunde.example"))
    }

    /// The octets after the header and the zone section.
    private func sections(_ update: DNSUpdate) throws -> (counts: [UInt8], rest: [UInt8]) {
        let octets = try update.encoded(id: 0x0102)
        #expect(Array(octets[0..<4]) == [1, 2, 0x28, 0])
        let zoneSection = [5] + Array("kunde".utf8) + [7] + Array("example".utf8) + [0, 0, 6, 0, 1]
        #expect(Array(octets[12..<31]) == zoneSection)
        return (Array(octets[4..<12]), Array(octets[31...]))
    }

    private let a: [UInt8] = [1, 0x61, 0xC0, 12]

    @Test func writesChangesAsTheStandardDemands() throws {
        var update = DNSUpdate(zone: zone)
        update.remove(name, .txt)
        update.add(DNSRecord(name, ttl: 600, .txt("x")))
        update.make(.removeOne(name, .txt("y")))
        update.make(.removeAll(name))
        let (counts, rest) = try sections(update)
        #expect(counts == [0, 1, 0, 0, 0, 4, 0, 0])
        // The first time the name is written out; later it is a pointer to there.
        let again: [UInt8] = [0xC0, 31]
        var expected = a + [0, 16, 0, 255, 0, 0, 0, 0, 0, 0]
        expected += again + [0, 16, 0, 1, 0, 0, 2, 0x58, 0, 2, 1, 0x78]
        expected += again + [0, 16, 0, 254, 0, 0, 0, 0, 0, 2, 1, 0x79]
        expected += again + [0, 255, 0, 255, 0, 0, 0, 0, 0, 0]
        #expect(rest == expected)
    }

    @Test(
        arguments: [
            (0, [0, 16, 0, 255, 0, 0, 0, 0, 0, 0]), (1, [0, 16, 0, 254, 0, 0, 0, 0, 0, 0]),
            (2, [0, 16, 0, 1, 0, 0, 0, 0, 0, 2, 1, 0x78]), (3, [0, 255, 0, 255, 0, 0, 0, 0, 0, 0]),
            (4, [0, 255, 0, 254, 0, 0, 0, 0, 0, 0]),
        ] as [(Int, [UInt8])])
    func writesPrerequisitesAsTheStandardDemands(_ kind: Int, _ expected: [UInt8]) throws {
        let all: [DNSUpdate.Prerequisite] = [
            .present(name, .txt), .absent(name, .txt), .equal(name, .txt("x")), .nameInUse(name), .nameFree(name),
        ]
        var update = DNSUpdate(zone: zone)
        update.require(all[kind])
        let (counts, rest) = try sections(update)
        #expect(counts == [0, 1, 0, 1, 0, 0, 0, 0])
        #expect(rest == a + expected)
    }
}
