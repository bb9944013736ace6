import Deliveries
import IMAP
import Localization
import Testing

@testable import Outbox

@Suite struct MailboxCheckTests {
    @Test func eachTroubleHasPlainWords() {
        let settings = Settings(overrides: ["bounce.imap-host": "mx.example"])
        for kind in IMAPFailure.Kind.allCases {
            for phase in IMAPFailure.Phase.allCases {
                let advice = MailboxCheck.advice(IMAPFailure(phase, kind, "so nicht"), settings)
                #expect(MailboxCheck.adviceKeys.contains(String(advice.key.dropFirst("page.bounces-advice.".count))))
            }
        }
        for language in Language.allCases {
            let text = Localizer(language)
            for key in MailboxCheck.adviceKeys { #expect(text.has("page.bounces-advice.\(key)"), "\(key)") }
            for step in MailboxCheck.Step.allCases { #expect(text.has("page.bounces.step.\(step.rawValue)")) }
        }
    }

    @Test func aServerThatIsNotThereIsTheFirstStep() async throws {
        let settings = [
            "bounce.imap-host": "localhost", "bounce.imap-port": "1", "bounce.imap-user": "b",
            "bounce.imap-password": "x",
        ]
        try await OutboxHouse.with(port: nil, settings: settings) { house in
            let mailbox = IMAPBounceMailbox(settings: house.parts.settings, accessTokens: house.tokens)
            let now = house.now
            let check = MailboxCheck(
                settings: house.parts.settings, mailbox: mailbox, mailTest: house.test, now: { now })
            let report = try await check.run()
            #expect(!report.isGood && report.count == nil)
            #expect(report.steps.map(\.isDone) == [false, nil, nil, nil])
            #expect(report.advice?.key == "page.bounces-advice.refused")
        }
    }
}
