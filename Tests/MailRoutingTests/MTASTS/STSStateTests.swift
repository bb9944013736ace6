import DNS
import Foundation
import MailRouting
import Testing

struct STSStateTests {
    private var state: STSState
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let pattern: STSMXPattern

    init() throws {
        state = STSState(domain: try name("kunde.example"))
        pattern = try #require(STSMXPattern("mail.kunde.example"))
    }

    private func policy(_ mode: STSPolicy.Mode = .enforce, maxAge: Int = 1_000) -> STSPolicy {
        STSPolicy(mode: mode, maxAge: maxAge, mx: [pattern])
    }

    private func record(_ id: String) throws -> STSState.Look { .record(try #require(STSRecord(id: id))) }

    private func fetch(_ id: String) throws -> STSFetch { try #require(STSFetch(domain: state.domain, id: id)) }

    private func at(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    @Test func withoutARecordThereIsNoPolicy() {
        #expect(state.look(.none, at: start) == .use(nil))
        #expect(state.look(.failed(DNSFailure(.timeout)), at: start) == .use(nil))
    }

    @Test mutating func aRecordLeadsToAFetchAndThePolicyIsKept() throws {
        #expect(state.look(try record("1"), at: start) == .fetch(try fetch("1")))
        #expect(state.finish(try fetch("1"), .success(policy()), at: start) == policy())
        #expect(state.look(try record("1"), at: at(499)) == .use(policy()))
        #expect(state.look(try record("1"), at: at(500)) == .refresh(policy(), try fetch("1")))
        #expect(state.look(try record("1"), at: at(1_000)) == .fetch(try fetch("1")))
        #expect(state.policy(at: at(1_000)) == nil)
    }

    @Test mutating func anotherIdLeadsToAnotherFetch() throws {
        _ = state.finish(try fetch("1"), .success(policy()), at: start)
        #expect(state.look(try record("2"), at: at(1)) == .fetch(try fetch("2")))
        #expect(state.finish(try fetch("2"), .success(policy(.testing)), at: at(1)) == policy(.testing))
        #expect(state.kept?.id == "2")
    }

    @Test(arguments: [
        STSFetch.Failure.unreachable("x"), .certificate("x"), .status(404), .contentType, .invalid(.tooLarge),
    ]) func aFailedFetchWithoutAPolicyIsNoPolicy(_ failure: STSFetch.Failure) throws {
        var state = state
        #expect(state.finish(try fetch("1"), .failure(failure), at: start) == nil)
        #expect(state.look(try record("1"), at: at(299)) == .use(nil), "not again at once")
        #expect(state.look(try record("2"), at: at(299)) == .fetch(try fetch("2")))
        #expect(state.look(try record("1"), at: at(300)) == .fetch(try fetch("1")))
    }

    @Test mutating func whoBreaksFetchAndDNSDoesNotSwitchThePolicyOff() throws {
        _ = state.finish(try fetch("1"), .success(policy()), at: start)
        #expect(state.finish(try fetch("2"), .failure(.status(404)), at: at(1)) == policy())
        #expect(state.look(try record("2"), at: at(2)) == .use(policy()))
        #expect(state.look(.none, at: at(999)) == .use(policy()))
        #expect(state.look(.failed(DNSFailure(.bogus)), at: at(999)) == .use(policy()))
        #expect(state.look(.none, at: at(1_000)) == .use(nil))
    }

    @Test mutating func theModeNoneEndsIt() throws {
        _ = state.finish(try fetch("1"), .success(policy()), at: start)
        #expect(state.finish(try fetch("2"), .success(policy(.none)), at: at(1)) == nil)
        #expect(state.look(try record("2"), at: at(2)) == .use(nil))
        #expect(state.look(.none, at: at(2)) == .use(nil))
    }

    @Test mutating func survivesBeingWrittenDown() throws {
        _ = state.finish(try fetch("1"), .success(policy()), at: start)
        _ = state.finish(try fetch("2"), .failure(.status(404)), at: at(1))
        let again = try JSONDecoder().decode(STSState.self, from: try JSONEncoder().encode(state))
        #expect(again == state)
    }

    @Test func readsWhatDNSSays() throws {
        let text = DNSRecord(try name("_mta-sts.kunde.example"), ttl: 60, .txt("v=STSv1; id=7"))
        #expect(STSState.Look(.success(DNSAnswer(outcome: .found, records: [text]))) == (try record("7")))
        #expect(STSState.Look(.success(DNSAnswer(outcome: .noSuchName))) == .none)
        #expect(STSState.Look(.failure(DNSFailure(.timeout))) == .failed(DNSFailure(.timeout)))
    }
}
