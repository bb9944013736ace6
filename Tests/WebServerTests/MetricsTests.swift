import HTTPTypes
import Hummingbird
import Testing

@testable import WebServer

@Suite struct MetricsTests {
    @Test func theTextIsAsPrometheusReadsIt() {
        var metrics = MetricsText()
        metrics.add(
            "depesche_outbox_mails", .gauge, "Mails by their\nstate \\ \"now\".",
            [.init(3, ("state", "queued")), .init(0, ("state", "a\"b\\c\nd"), ("other", "x"))])
        metrics.add("depesche_age_seconds", .gauge, "Age.", [.init(1.5)])
        metrics.add("depesche_odd", .gauge, "Odd.", [.init(.infinity), .init(-.infinity), .init(.nan)])
        metrics.add("depesche_large_total", .counter, "Large.", [.init(9_007_199_254_740_992)])
        metrics.add("depesche_nothing", .gauge, "Left out.", [])
        #expect(
            metrics.text == #"""
                # HELP depesche_outbox_mails Mails by their\nstate \\ "now".
                # TYPE depesche_outbox_mails gauge
                depesche_outbox_mails{state="queued"} 3
                depesche_outbox_mails{state="a\"b\\c\nd",other="x"} 0
                # HELP depesche_age_seconds Age.
                # TYPE depesche_age_seconds gauge
                depesche_age_seconds 1.5
                # HELP depesche_odd Odd.
                # TYPE depesche_odd gauge
                depesche_odd +Inf
                depesche_odd -Inf
                depesche_odd NaN
                # HELP depesche_large_total Large.
                # TYPE depesche_large_total counter
                depesche_large_total 9007199254740992

                """#)
    }

    private func verdict(
        _ token: String?, _ networks: [String], from address: String = "192.0.2.7", bearer: String? = nil
    ) -> MetricsAccess.Verdict {
        var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/metrics")
        head.headerFields[.authorization] = bearer
        return MetricsAccess(token: token, networks: networks).verdict(
            on: Request(head: head, body: .init(buffer: .init())), clientAddress: address)
    }

    @Test func withoutTokenAndNetworksThereAreNoMetrics() {
        #expect(verdict(nil, []) == .hidden)
        #expect(verdict("", [], bearer: "Bearer ") == .hidden)
        #expect(verdict(nil, [], bearer: "Bearer x") == .hidden)
    }

    @Test func theTokenOpensAndNothingElseDoes() {
        let token = "ein-langer-geheimer-Text"
        #expect(verdict(token, [], bearer: "Bearer \(token)") == .granted)
        #expect(verdict(token, [], bearer: "bearer  \(token)") == .granted)
        for wrong in [nil, "", "Bearer", "Bearer ", "Bearer \(token)x", "Basic \(token)", token] {
            #expect(verdict(token, [], bearer: wrong) == .tokenDemanded, "\(wrong ?? "nil")")
        }
    }

    @Test func trustedNetworksOpenAndStrangersLearnNothing() {
        let networks = ["10.0.0.0/8", "2001:db8::/32"]
        #expect(verdict(nil, networks, from: "10.1.2.3") == .granted)
        #expect(verdict(nil, networks, from: "2001:db8::9") == .granted)
        #expect(verdict(nil, networks, from: "192.0.2.7") == .hidden)
        #expect(verdict(nil, networks, from: "") == .hidden)
        // Where both are set, both are demanded.
        let token = "ein-langer-geheimer-Text"
        #expect(verdict(token, networks, from: "10.1.2.3") == .tokenDemanded)
        #expect(verdict(token, networks, from: "10.1.2.3", bearer: "Bearer \(token)") == .granted)
        #expect(verdict(token, networks, from: "192.0.2.7", bearer: "Bearer \(token)") == .hidden)
    }
}
