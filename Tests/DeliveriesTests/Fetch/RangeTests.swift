import Secrets
import Testing

@testable import Deliveries

@Suite struct RangeTests {
    @Test(arguments: [
        ("bytes=0-", ByteRangeRequest.from(0)), ("bytes=5-9", .through(5, 9)), ("bytes = 7-7", .through(7, 7)),
        ("Bytes=-3", .suffix(3)),
    ])
    func `a single range is read`(header: String, request: ByteRangeRequest) {
        #expect(ByteRangeRequest(header: header) == request)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=9-5", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=1--2",
        "bytes=99999999999999999999-", "bytes=+1-2",
    ])
    func `what is no single range is ignored`(header: String) {
        #expect(ByteRangeRequest(header: header) == nil)
    }

    @Test func `a range is cut to the file, or is none`() {
        #expect(ByteRangeRequest.from(5).resolved(size: 10) == 5..<10)
        #expect(ByteRangeRequest.from(10).resolved(size: 10) == nil)
        #expect(ByteRangeRequest.through(5, 100).resolved(size: 10) == 5..<10)
        #expect(ByteRangeRequest.suffix(100).resolved(size: 10) == 0..<10)
        #expect(ByteRangeRequest.suffix(0).resolved(size: 10) == nil)
        #expect(ByteRangeRequest.from(0).resolved(size: 0) == nil)
    }

    @Test func `served ranges are what a set of octets would be`() {
        let random = SeededRandomSource(seed: 3)
        for _ in 0..<300 {
            var ranges = ServedRanges()
            var octets: Set<Int64> = []
            for _ in 0..<random.uniform(below: 12) {
                let begin = Int64(random.uniform(below: 40))
                let range = begin..<begin + Int64(random.uniform(below: 12))
                ranges.insert(range)
                octets.formUnion(range)
            }
            #expect(Set(ranges.ranges.flatMap { Array($0) }) == octets)
            #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
            #expect(ServedRanges(ranges.ranges.reversed()) == ranges)
            #expect(ranges.isWhole(size: 51) == (octets == Set(0..<51)))
        }
        #expect(ServedRanges().isWhole(size: 0))
    }
}
