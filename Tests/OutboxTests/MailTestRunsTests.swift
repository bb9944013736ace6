import Deliveries
import Foundation
import Localization
import Logging
import MailMessage
import Secrets
import ServiceLifecycle
import Testing

@testable import Outbox

@Suite struct MailTestRunsTests {
    @Test func aTestIsStartedAndLookedAtWhileItRuns() async throws {
        try await MailServer.with(certificate: "good", extensions: ["AUTH PLAIN LOGIN"]) { server in
            try await OutboxHouse.with(port: server.port, settings: MailTestTests.secured) { house in
                let runs = MailTestRuns(test: house.test, parts: house.parts)
                let to = try EmailAddress(parsing: "me@outside.example")
                let id = try await runs.start(to: to, author: house.sender, language: .english)
                guard case .running(to) = try await runs.state(of: id, for: house.sender.id) else {
                    Issue.record("a test that was just started runs")
                    return
                }
                let stranger = AccountID(now: Date(), random: SeededRandomSource(seed: 6))
                #expect(try await runs.state(of: id, for: stranger) == nil)

                let group = ServiceGroup(services: [runs], logger: Logger(label: "test"))
                async let ended: Void = group.run()
                // A stop finishes what is under way, so after it the outcome is there.
                await group.triggerGracefulShutdown()
                try await ended
                guard case .done(let report) = try await runs.state(of: id, for: house.sender.id) else {
                    Issue.record("the test ended")
                    return
                }
                #expect(report.isHandedOver)
            }
        }
    }

    @Test func onlySoManyRunAtTheSameTime() async throws {
        try await OutboxHouse.with(port: 1, settings: [:]) { house in
            let runs = MailTestRuns(test: house.test, parts: house.parts)
            let to = try EmailAddress(parsing: "me@outside.example")
            for _ in 0..<8 { _ = try await runs.start(to: to, author: house.sender, language: .english) }
            await #expect(throws: DeliveriesError(.busy, retryAfter: 10)) {
                try await runs.start(to: to, author: house.sender, language: .english)
            }
        }
    }
}
