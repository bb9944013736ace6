import Testing

@testable import MailAuth

struct SPFRecordCacheTests {
    @Test func givesTheRecordOfEachText() throws {
        let cache = SPFRecordCache()
        for text in ["v=spf1 -all", "v=spf1 mx ~all", "v=spf1 -all"] {
            #expect(try cache.record(Array(text.utf8)).description == text)
        }
        #expect(cache.octets == 25)
    }

    @Test func keepsNoMistakes() {
        let cache = SPFRecordCache()
        #expect(throws: SPFSyntaxError.self) { try cache.record(Array("v=spf1 moo".utf8)) }
        #expect(cache.octets == 0)
    }

    @Test func keepsNoMoreThanItMay() throws {
        let cache = SPFRecordCache(capacity: 100)
        for number in 0..<1_000 {
            let text = "v=spf1 ip4:192.0.2.\(number % 250) -all"
            #expect(try cache.record(Array(text.utf8)).description == text)
            #expect(cache.octets <= 100)
        }
        let long = "v=spf1" + String(repeating: " a", count: 100)
        #expect(try cache.record(Array(long.utf8)).terms.count == 100)
        #expect(cache.octets <= 100)
    }
}
