import DNS
import MailRouting
import Testing

struct MXListTests {
    private func list(
        _ records: String, own: Set<String> = [], limits: RoutingLimits = RoutingLimits(), seed: UInt64 = 1
    ) throws -> MXList {
        var generator = SeededGenerator(seed: seed)
        let zone = records.split(separator: "\n").map { "kunde.example MX \($0)" }.joined(separator: "\n")
        return MXList(
            try MasterFile(parsing: zone).records, ownNames: Set(try own.map { try name($0) }), limits: limits,
            using: &generator)
    }

    private func names(_ list: MXList) -> [String] { list.entries.map(\.name.description) }

    @Test func sortsByPreference() throws {
        let list = try list("20 b.example\n5 c.example\n10 a.example")
        #expect(names(list) == ["c.example", "a.example", "b.example"])
        #expect(list.notes.isEmpty && !list.isNull && !list.namesUs)
    }

    @Test func shufflesEqualPreferencesOnly() throws {
        var orders: Set<[String]> = []
        for seed in 0..<200 {
            let order = names(try list("10 a.example\n10 b.example\n10 c.example\n20 d.example", seed: UInt64(seed)))
            #expect(order.last == "d.example")
            orders.insert(order)
        }
        #expect(orders.count == 6)
        let again = try list("10 c.example\n10 a.example\n20 d.example\n10 b.example", seed: 7)
        #expect(try list("10 a.example\n10 b.example\n10 c.example\n20 d.example", seed: 7) == again)
    }

    @Test(arguments: ["0 .", "10 .", "0 .\n0 ."]) func aSingleRootIsNullMX(_ records: String) throws {
        #expect(try list(records).isNull)
    }

    @Test func nullBesideOthersIsPassedOver() throws {
        let list = try list("0 .\n10 a.example")
        #expect(!list.isNull)
        #expect(names(list) == ["a.example"])
        #expect(list.notes == [.nullBesideOthers])
    }

    @Test func addressesAndInvalidNamesAreSkipped() throws {
        let list = try list("10 192.0.2.1\n10 a\\032b.example\n10 a.123\n20 good_host.example")
        #expect(names(list) == ["good_host.example"])
        #expect(Set(list.notes.map(\.description)).count == 3)
        #expect(list.notes.contains(.addressAsHost(try name("192.0.2.1"))))
        let none = try self.list("10 192.0.2.1")
        #expect(none.entries.isEmpty && !none.isNull)
    }

    @Test func ourOwnNameCutsTheListThere() throws {
        let records = "5 a.example\n10 US.example\n10 b.example\n20 c.example"
        let list = try list(records, own: ["us.example"])
        #expect(names(list) == ["a.example"])
        #expect(list.namesUs)
        #expect(try self.list(records, own: ["a.example"]).entries.isEmpty)
    }

    @Test func aHostThatComesTwiceKeepsItsBetterPreference() throws {
        let list = try list("20 a.example\n10 b.example\n5 A.example")
        #expect(names(list).map { $0.lowercased() } == ["a.example", "b.example"])
        #expect(list.entries.map(\.preference) == [5, 10])
    }

    @Test func holdsWhatItPromisesWhateverTheRecords() throws {
        var generator = SeededGenerator(seed: 11)
        let exchanges = ["a", "B", "b", "us", "1.2.3.4", "-x", "x\\000", ".", "deep.er"].compactMap { DNSName($0) }
        for _ in 0..<2_000 {
            let records = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                DNSRecord(
                    .root, ttl: 60,
                    .mx(
                        preference: .random(in: 0...6, using: &generator),
                        exchange: exchanges.randomElement(using: &generator) ?? .root))
            }
            let list = MXList(records, ownNames: [try name("us")], limits: RoutingLimits(hosts: 3), using: &generator)
            let preferences = list.entries.map(\.preference)
            #expect(preferences == preferences.sorted())
            #expect(Set(list.entries.map(\.name)).count == list.entries.count && list.entries.count <= 3)
            #expect(list.entries.allSatisfy { ["a", "b", "deep.er"].contains($0.name.key) })
            let ours = records.compactMap { record -> UInt16? in
                guard case .mx(let preference, let exchange) = record.data, exchange.key == "us" else { return nil }
                return preference
            }.min()
            #expect(list.namesUs == (ours != nil))
            if let ours { #expect(preferences.allSatisfy { $0 < ours }) }
            if list.isNull { #expect(list.entries.isEmpty && list.notes.isEmpty && !list.namesUs) }
        }
    }

    @Test func aLongListIsCut() throws {
        let records = (0..<500).map { "\($0) h\($0).example" }.joined(separator: "\n")
        let list = try list(records)
        #expect(list.entries.count == 20)
        #expect(list.entries.last?.preference == 19)
        #expect(list.notes == [.tooManyHosts(480)])
    }
}
