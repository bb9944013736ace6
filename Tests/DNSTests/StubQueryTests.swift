import DNS
import Synchronization
import Testing

struct StubQueryTests {
    private let first: DNSServer
    private let second: DNSServer
    private let question: DNSQuestion

    init() throws {
        first = try #require(DNSServer("192.0.2.1"))
        second = try #require(DNSServer("[2001:db8::2]:5353"))
        question = DNSQuestion(try #require(DNSName("kunde.example")), .mx)
    }

    private func query(_ servers: [DNSServer], options: StubOptions = StubOptions()) -> StubQuery {
        let counter = Counter()
        return StubQuery(question, servers: servers, options: options, makeID: { counter.next() })
    }

    private func sent(
        _ step: StubQuery.Step, to server: DNSServer, over transport: DNSCarrier = .udp, patience: Duration? = nil
    ) throws -> DNSMessage {
        guard case .send(let octets, let receiver, let way, let wait) = step else {
            Issue.record("\(step)")
            throw DNSFailure(.malformed)
        }
        #expect(receiver == server)
        #expect(way == transport)
        if let patience { #expect(wait == patience) }
        return try DNSMessage(decoding: octets)
    }

    private func answer(to request: DNSMessage, _ change: (inout DNSMessage) -> Void = { _ in }) throws -> [UInt8] {
        var message = DNSMessage(id: request.id, questions: request.questions)
        message.isResponse = true
        change(&message)
        return try message.encoded()
    }

    @Test func asksAndFinishes() throws {
        var query = query([first])
        let request = try sent(query.start(), to: first, patience: .seconds(1))
        #expect(request.questions == [question])
        #expect(request.isRecursionDesired && !request.isResponse)
        #expect(request.edns == DNSExtension(payloadSize: 1_232))
        guard case .finish(let message) = query.received(try answer(to: request), elapsed: .milliseconds(5)) else {
            Issue.record("not finished")
            return
        }
        #expect(message.id == request.id)
    }

    @Test func asksADomainsServersWithoutRecursion() throws {
        var query = query([first], options: StubOptions(isRecursionDesired: false, wantsSignatures: true))
        let request = try sent(query.start(), to: first)
        #expect(!request.isRecursionDesired)
        #expect(request.edns?.wantsSignatures == true)
    }

    @Test func waitsOnAfterForgedPacketsAndTellsOfThem() throws {
        var query = query([first], options: StubOptions(rounds: 1))
        let request = try sent(query.start(), to: first)
        let other = DNSQuestion(try #require(DNSName("andere.example")), .mx)
        let forgeries = [
            try answer(to: request) { $0.id &+= 1 },
            try answer(to: request) { $0.questions = [other] },
            try answer(to: request) { $0.questions = [] },
            try answer(to: request) { $0.isResponse = false },
            try answer(to: request) { $0.operation = .update },
            [1, 2, 3],
        ]
        for forgery in forgeries { #expect(query.received(forgery, elapsed: .zero) == .wait) }
        guard case .fail(let failure) = query.timedOut(elapsed: .seconds(1)) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .malformed)
        #expect(failure.server == "192.0.2.1:53")
    }

    @Test func asksAgainOverTCPAfterTruncation() throws {
        var query = query([first])
        let request = try sent(query.start(), to: first)
        let step = query.received(try answer(to: request) { $0.isTruncated = true }, elapsed: .zero)
        let again = try sent(step, to: first, over: .tcp)
        #expect(again.id != request.id)
        #expect(query.received(try answer(to: request), elapsed: .zero) != .wait, "over TCP a wrong answer is final")
        var other = self.query([first])
        let udp = try sent(other.start(), to: first)
        let tcp = try sent(
            other.received(try answer(to: udp) { $0.isTruncated = true }, elapsed: .zero), to: first, over: .tcp)
        guard case .finish = other.received(try answer(to: tcp), elapsed: .zero) else {
            Issue.record("not finished")
            return
        }
    }

    @Test func goesRoundTheServersWithGrowingPatience() throws {
        var query = query([first, second], options: StubOptions(timeout: .seconds(60), rounds: 2))
        _ = try sent(query.start(), to: first, patience: .seconds(1))
        _ = try sent(query.timedOut(elapsed: .seconds(1)), to: second, patience: .seconds(1))
        _ = try sent(query.timedOut(elapsed: .seconds(2)), to: first, patience: .seconds(2))
        _ = try sent(query.broke("refused", elapsed: .seconds(3)), to: second, patience: .seconds(2))
        #expect(
            query.timedOut(elapsed: .seconds(5))
                == .fail(DNSFailure(.unreachable, server: "192.0.2.1:53", detail: "refused")))
    }

    @Test func holdsToTheTimeout() throws {
        var query = query([first], options: StubOptions(timeout: .milliseconds(1_500)))
        _ = try sent(query.start(), to: first, patience: .seconds(1))
        _ = try sent(query.timedOut(elapsed: .seconds(1)), to: first, patience: .milliseconds(500))
        guard case .fail(let failure) = query.timedOut(elapsed: .milliseconds(1_500)) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .timeout)
    }

    @Test func asksTheNextServerIfOneCannotTell() throws {
        var query = query([first, second])
        let request = try sent(query.start(), to: first)
        let step = query.received(try answer(to: request) { $0.responseCode = .serverFailure }, elapsed: .zero)
        let other = try sent(step, to: second)
        let last = query.received(try answer(to: other) { $0.responseCode = .refused }, elapsed: .zero)
        guard case .fail(let failure) = last else {
            Issue.record("not failed")
            return
        }
        #expect(failure == DNSFailure(.refused, server: "[2001:db8::2]:5353", detail: "REFUSED"))
    }

    @Test func asksOldServersWithoutEDNS() throws {
        var query = query([first])
        let request = try sent(query.start(), to: first)
        let refusal = try answer(to: request) {
            $0.responseCode = .formatError
            $0.questions = []
        }
        let plain = try sent(query.received(refusal, elapsed: .zero), to: first)
        #expect(plain.edns == nil)
        guard
            case .fail(let failure) = query.received(
                try answer(to: plain) { $0.responseCode = .formatError }, elapsed: .zero)
        else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .refused)
    }

    @Test func believesAResolverThatFoundAForgery() throws {
        var query = query([first, second])
        let request = try sent(query.start(), to: first)
        let step = query.received(
            try answer(to: request) {
                $0.responseCode = .serverFailure
                $0.edns = DNSExtension(
                    payloadSize: 1_232, options: [DNSExtension.Option(code: 15, data: [0, 7] + Array("late\n".utf8))])
            }, elapsed: .zero)
        #expect(step == .fail(DNSFailure(.bogus, server: "192.0.2.1:53", detail: "error 7: late ")))
    }

    @Test func failsWithoutServers() {
        var query = query([])
        guard case .fail(let failure) = query.start() else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .unreachable)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1:53"), ("192.0.2.1:5353", "192.0.2.1:5353"), ("2001:db8::1", "[2001:db8::1]:53"),
        ("[2001:db8::1]", "[2001:db8::1]:53"), ("[2001:db8::1]:99", "[2001:db8::1]:99"),
    ]) func readsServers(_ text: String, _ shown: String) {
        #expect(DNSServer(text)?.description == shown)
    }

    @Test(arguments: [
        "", ":53", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[::1", "[::1]53", "ns.example", "a:b:c",
    ])
    func refusesWhatIsNoServer(_ text: String) {
        #expect(DNSServer(text) == nil)
    }
}

private final class Counter: Sendable {
    private let value = Mutex<UInt16>(0)

    func next() -> UInt16 {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
