import DNS
import MailRouting
import Testing

struct TLSARecordSetTests {
    private func data(_ usage: UInt8, _ selector: UInt8, _ matchingType: UInt8, _ data: [UInt8]) -> DNSRecordData {
        .tlsa(usage: usage, selector: selector, matchingType: matchingType, data: data)
    }

    private static let digest32 = [UInt8](repeating: 7, count: 32)
    private static let digest64 = [UInt8](repeating: 7, count: 64)

    @Test(arguments: [
        (UInt8(1), 31), (1, 33), (1, 0), (1, 64), (2, 32), (2, 63), (2, 65), (2, 0), (0, 0), (0, 1), (0, 32),
    ]) func wrongLengthsAreUnusable(_ matchingType: UInt8, _ count: Int) {
        let set = TLSARecordSet([data(3, 1, matchingType, [UInt8](repeating: 7, count: count))])
        #expect(set.problems == [.data])
        #expect(set.isUnusable)
    }

    @Test(arguments: [
        ([UInt8](), false), ([0x30], false), ([0x30, 0], true), ([0x30, 1, 5], true), ([0x30, 1], false),
        ([0x30, 1, 5, 5], false), ([0x31, 0], false), ([0x30, 0x81, 1, 5], true), ([0x30, 0x80, 0, 0], false),
        ([0x30, 0x84, 0, 0, 0, 0], false), ([0x30, 0x82, 0], false),
    ]) func fullDataIsOneSequence(_ octets: [UInt8], _ isUsable: Bool) {
        #expect(TLSARecordSet([data(3, 0, 0, octets)]).records.isEmpty == !isUsable)
    }

    @Test(arguments: [
        (UInt8(0), UInt8(0), UInt8(1), TLSARecord.Problem.usage), (1, 0, 1, .usage), (4, 0, 1, .usage),
        (255, 0, 1, .usage), (3, 2, 1, .selector), (3, 255, 1, .selector), (3, 1, 3, .matchingType),
        (3, 1, 255, .matchingType),
    ]) func unknownFieldsAreUnusable(
        _ usage: UInt8, _ selector: UInt8, _ matchingType: UInt8, _ problem: TLSARecord.Problem
    ) {
        #expect(TLSARecordSet([data(usage, selector, matchingType, Self.digest32)]).problems == [problem])
    }

    @Test func theStrongestDigestAloneCounts() {
        let set = TLSARecordSet([
            data(3, 1, 1, Self.digest32), data(3, 1, 2, Self.digest64), data(3, 0, 1, Self.digest32),
            data(2, 1, 1, Self.digest32), data(3, 1, 0, [0x30, 0]), data(3, 1, 2, Self.digest64),
        ])
        #expect(set.records.map { String("\($0)".prefix(5)) } == ["3 1 2", "3 0 1", "2 1 1", "3 1 0"])
        let broken = TLSARecordSet([data(3, 1, 1, Self.digest32), data(3, 1, 2, Self.digest32)])
        #expect(broken.records.count == 1, "a broken record does not push out a good one")
        #expect(!broken.isUnusable)
    }

    @Test func noRecordsAreNotUnusable() {
        let set = TLSARecordSet([.txt("v=spf1")])
        #expect(set.records.isEmpty && !set.isUnusable)
    }

    @Test func aLongListIsCut() {
        let many = (0..<1_000).map { data(3, 1, 1, [UInt8](repeating: UInt8($0 % 251), count: 32)) }
        #expect(TLSARecordSet(many).records.count == TLSARecordSet.limit)
    }
}
