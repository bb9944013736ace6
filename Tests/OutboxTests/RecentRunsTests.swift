import DNS
import Deliveries
import Foundation
import MailAuth
import Secrets
import Testing

@testable import Outbox

@Suite struct RecentRunsTests {
    private enum State: Codable, Sendable, Equatable {
        case running(Int)
        case done(Int)
        case lost
    }

    private static func runs(_ house: OutboxHouse, kind: String = "test") -> RecentRuns<String, State> {
        RecentRuns(kind: kind, mostRunning: 2, lost: .lost, parts: house.parts)
    }

    @Test func anotherProcessTellsHowARunDoes() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let (here, elsewhere) = (Self.runs(house), Self.runs(house))
            let id = try await here.begin(about: "ich", state: .running(0))
            let before = try #require(try await elsewhere.state(of: id))
            #expect(before.about == "ich" && before.state == .running(0))
            // Nobody looks at a run as one of another kind.
            #expect(try await Self.runs(house, kind: "other").state(of: id) == nil)

            await here.carryOut(id) { _ in .done(7) }
            #expect(try await elsewhere.state(of: id)?.state == .done(7))
            // What ended stays so, however late it is.
            house.pass(3_600)
            #expect(try await elsewhere.state(of: id)?.state == .done(7))
        }
    }

    @Test func progressIsToldBeforeTheEnd() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let runs = Self.runs(house)
            let id = try await runs.begin(about: "", state: .running(0))
            await runs.carryOut(id) { tell in
                tell(.running(3))
                while (try? await runs.state(of: id)?.state) != .running(3) { await Task.yield() }
                return .done(5)
            }
            #expect(try await runs.state(of: id)?.state == .done(5))
        }
    }

    @Test func aRunWhoseProcessWentAwayIsLostAndMakesRoom() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let runs = Self.runs(house)
            let id = try await runs.begin(about: "", state: .running(0))
            _ = try await runs.begin(about: "", state: .running(0))
            #expect(await refusal { _ = try await runs.begin(about: "", state: .running(0)) }?.code == .busy)
            house.pass(61)
            #expect(try await runs.state(of: id)?.state == .lost)
            _ = try await runs.begin(about: "", state: .running(0))
            // A day later it is forgotten.
            house.pass(86_401)
            _ = try await runs.begin(about: "", state: .running(0))
            #expect(try await runs.state(of: id) == nil)
        }
    }

    @Test func aReportIsTheSameAfterItWasStored() throws {
        let name = try #require(DNSName("mail._domainkey.muster.example"))
        let failures: [DKIMFailure] = [
            .bodyChanged, .noKey(name), .keyUnavailable(DNSFailure(.timeout, server: "192.0.2.53")),
            .malformedKey(.malformed(.duplicate("v"))), .expired(Date(timeIntervalSince1970: 5)),
            .bodyLongerThanSigned(signed: 1, length: 2),
        ]
        for failure in failures {
            let signature = ReturnedTestMail.Signature(
                domain: name, selector: "mail", failure: failure, isAligned: true)
            let octets = try JSONEncoder().encode(signature)
            #expect(try JSONDecoder().decode(ReturnedTestMail.Signature.self, from: octets) == signature)
        }
        // A name with a dot inside a label comes back as it was.
        let odd = try #require(DNSName(labels: [Array("a.b".utf8), [1, 255]]))
        #expect(try JSONDecoder().decode(DNSName.self, from: JSONEncoder().encode(odd)) == odd)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(DNSName.self, from: Data("\"a..b\"".utf8)) }
    }
}
