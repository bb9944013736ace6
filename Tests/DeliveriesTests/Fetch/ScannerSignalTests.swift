import Foundation
import Storage
import Testing

@testable import Deliveries

@Suite struct ScannerSignalTests {
    private static let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    private static let safari =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.1 Safari/605.1.15"

    private func visit(
        _ userAgent: String = firefox, isHead: Bool = false, language: String = "de", mode: String = "navigate",
        purpose: String = "", isSecure: Bool = true
    ) -> PageVisit {
        PageVisit(
            origin: RequestOrigin(clientAddress: "192.0.2.1", userAgent: userAgent), isHead: isHead,
            acceptLanguage: language, fetchMode: mode, purpose: purpose, isSecure: isSecure)
    }

    @Test func `a person's browser shows no signal`() {
        #expect(ScannerSignal.signals(of: visit()).isEmpty)
        #expect(ScannerSignal.signals(of: visit(mode: "", isSecure: false)).isEmpty)
        #expect(ScannerSignal.signals(of: visit(Self.safari, mode: "")).isEmpty)
    }

    @Test func `a HEAD is a signal`() {
        #expect(ScannerSignal.signals(of: visit(isHead: true)) == [.headRequest])
    }

    @Test(arguments: [
        "Mozilla/5.0 (Windows NT 10.0) SafeLinks/1.0", "python-requests/2.32", "curl/8.5", "Barracuda Sentinel (EE)",
        "Mozilla/5.0 (compatible; Googlebot/2.1)", "Microsoft Office Existence Discovery", "Go-http-client/2.0",
    ])
    func `a known program is a signal`(name: String) {
        #expect(ScannerSignal.signals(of: visit(name)) == [.knownProgram])
    }

    @Test func `no name is a signal`() {
        #expect(ScannerSignal.signals(of: visit("")) == [.noUserAgent])
    }

    @Test func `no language is a signal`() {
        #expect(ScannerSignal.signals(of: visit(language: "")) == [.noLanguage])
    }

    @Test func `a current browser without fetch metadata is a signal`() {
        #expect(ScannerSignal.signals(of: visit(mode: "")) == [.noFetchMetadata])
        let old = "Mozilla/5.0 (Windows NT 6.1; rv:78.0) Gecko/20100101 Firefox/78.0"
        #expect(ScannerSignal.signals(of: visit(old, mode: "")).isEmpty)
    }

    @Test func `loading ahead is a signal`() {
        #expect(ScannerSignal.signals(of: visit(purpose: "prefetch;prerender")) == [.prefetch])
    }

    @Test func `a visit right after the hand-over is a signal`() {
        let at = Date(timeIntervalSince1970: 1_000)
        func signals(_ seconds: TimeInterval?) -> [ScannerSignal] {
            ScannerSignal.signals(at: at, handedOverAt: seconds.map { at.addingTimeInterval(-$0) }, linksTogether: 1)
        }
        #expect(signals(2) == [.soonAfterHandOver])
        #expect(signals(10).isEmpty && signals(nil).isEmpty)
    }

    @Test func `many links at once from one address are a signal`() {
        let at = Date(timeIntervalSince1970: 1_000)
        #expect(ScannerSignal.signals(at: at, handedOverAt: nil, linksTogether: 3) == [.manyLinks])
        #expect(ScannerSignal.signals(at: at, handedOverAt: nil, linksTogether: 2).isEmpty)
    }

    @Test func `traces carry the signals, and pages count them apart`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(
            form: DraftForm(recipients: "a@x.example, b@x.example, c@x.example", subject: "S"))
        try await house.handOver(delivery)
        let recipients = try await house.recipients(of: delivery)
        house.pass(3)
        _ = try await house.fetching.open(house.linkText(of: recipients[0]), visit: visit())
        house.pass(600)
        try await house.traces.flush()
        _ = try await house.fetching.open(house.linkText(of: recipients[1]), visit: visit())
        try await house.traces.flush()
        for recipient in recipients {
            _ = try await house.fetching.open(house.linkText(of: recipient), visit: visit())
            house.pass(1)
        }
        try await house.traces.flush()
        let detail = try await house.overview.detail(of: delivery.id, for: house.sender.id)
        #expect(detail.recipients.map(\.scannerVisits) == [1, 0, 1])
        let link = try await house.database.read { try $0.deliveries.activeLink(of: recipients[2].id) }
        let id = try #require(link).id
        let traces = try await house.database.read { try $0.visits.traces(of: id, since: .distantPast) }
        #expect(traces.map(\.scannerSignals) == [["many-links"]])
    }
}
