import DNS
import Foundation
import MailRouting
import Testing

struct DeadHostsTests {
    private var dead = DeadHosts()
    private var generator = SeededGenerator(seed: 1)
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let one: IPAddress
    private let two: IPAddress

    init() throws {
        one = try address("203.0.113.1")
        two = try address("203.0.113.2")
    }

    private func at(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    private mutating func learn(_ outcome: AttemptOutcome, of address: IPAddress, at seconds: TimeInterval = 0) {
        dead.learn(outcome, of: address, at: at(seconds), using: &generator)
    }

    @Test(arguments: [AttemptOutcome.taken, .answered, .slowDown]) func aHostThatAnswersIsNotDead(
        _ outcome: AttemptOutcome
    ) {
        var dead = dead
        var generator = generator
        for _ in 0..<10 { dead.learn(outcome, of: one, at: start, using: &generator) }
        #expect(dead.avoided(one, at: start) == nil)
        #expect(dead.count == 0)
    }

    @Test mutating func isLeftAloneLongerEachTime() throws {
        var now: TimeInterval = 0
        var waits: [TimeInterval] = []
        for _ in 0..<9 {
            learn(.trouble(.connect), of: one, at: now)
            let until = try #require(dead.avoided(one, at: at(now)))
            waits.append(until.timeIntervalSince(at(now)))
            now = until.timeIntervalSince(start)
            #expect(dead.avoided(one, at: until) == nil)
        }
        #expect((60...75).contains(waits[0]) && (120...150).contains(waits[1]) && (240...300).contains(waits[2]))
        #expect((3_600...4_500).contains(waits[8]))
    }

    @Test mutating func failuresAtTheSameTimeCountOnce() {
        learn(.trouble(.tls), of: one)
        let once = dead
        learn(.trouble(.tls), of: one, at: 3)
        #expect(dead == once)
    }

    @Test mutating func connectsWithLessPatienceUntilItAnswers() {
        #expect(dead.connectTimeout(for: one) == 30)
        learn(.trouble(.greeting), of: one)
        #expect(dead.connectTimeout(for: one) == 5)
        learn(.answered, of: one, at: 100)
        #expect(dead.connectTimeout(for: one) == 30)
        #expect(dead.avoided(one, at: start) == nil)
    }

    @Test mutating func oneDeadHostOfTwoDoesNotSlowTheOther() throws {
        let hosts = [
            MailHost(name: try name("a.example"), addresses: [one]),
            MailHost(name: try name("b.example"), preference: 10, addresses: [one, two]),
        ]
        #expect(dead.arrange(hosts, at: start) == .hosts(hosts))
        learn(.trouble(.connect), of: one)
        guard case .hosts(let kept) = dead.arrange(hosts, at: start) else {
            Issue.record("nothing kept")
            return
        }
        #expect(kept.map(\.name?.description) == ["b.example"])
        #expect(kept.map(\.addresses) == [[two]])
        learn(.trouble(.connect), of: two, at: 10)
        let until = try #require(dead.avoided(one, at: at(10)))
        #expect(dead.arrange(hosts, at: at(10)) == .wait(until: until))
        #expect(dead.arrange([], at: at(10)) == .hosts([]))
    }

    @Test func remembersOnlySoMany() throws {
        var dead = DeadHosts(limits: DeadHosts.Limits(addresses: 50))
        var generator = generator
        for number in 1...200 {
            let address = try address("203.0.113.\(number)")
            dead.learn(.trouble(.connect), of: address, at: at(TimeInterval(number)), using: &generator)
        }
        #expect(dead.count == 50)
        #expect(dead.avoided(try address("203.0.113.200"), at: at(200)) != nil)
        #expect(dead.avoided(try address("203.0.113.1"), at: at(2)) == nil)
        dead.forget(before: at(100_000))
        #expect(dead.count == 0)
    }
}
