import Foundation
import Localization
import MailMessage
import MailTemplates
import Testing

@Suite struct DeliveryStatusWordsTests {
    private let words = DeliveryStatusWords(timeZone: .gmt)

    private func report(_ recipients: [NotifiedRecipient]) throws -> DeliveryStatusNotification {
        DeliveryStatusNotification(
            reportingServer: try MailDomain(parsing: "mx.depesche.example"), recipients: recipients, original: [])
    }

    private func recipient(
        _ address: String, _ action: ReportedRecipient.Action, diagnostic: String = "", until: Date? = nil
    ) throws -> NotifiedRecipient {
        NotifiedRecipient(
            address: try EmailAddress(parsing: address), action: action,
            status: try #require(EnhancedStatusCode(5, 1, 1)), failureClass: .noSuchUser, diagnostic: diagnostic,
            willRetryUntil: until)
    }

    @Test func aFailureIsToldInBothLanguages() throws {
        let report = try report([recipient("bea@müller.example", .failed, diagnostic: "550 no\r\nsuch user")])
        #expect(
            words.subject(report).value
                == "Not delivered: bea@müller.example / Nicht zugestellt: bea@müller.example")
        let text = words.explanation(report)
        #expect(text.contains("This is the mail server mx.depesche.example."))
        #expect(text.contains("Hier schreibt der Mailserver mx.depesche.example."))
        #expect(text.contains("The other server answered: 550 no such user\n"))
        #expect(text.contains(Localizer(.german)("mail.reason.noSuchUser.what")))
        #expect(!text.contains("mail.status."))
    }

    @Test(arguments: ReportedRecipient.Action.allCases)
    func eachOutcomeHasItsWords(_ action: ReportedRecipient.Action) throws {
        for count in [1, 2, 30] {
            let report = try report(
                (0..<count).map {
                    try recipient("a\($0)@praxis.example", action, until: Date(timeIntervalSince1970: 0))
                })
            let text = words.explanation(report) + words.subject(report).value
            #expect(!text.contains("mail.status.") && !text.contains("{"))
            #expect(text.contains("10") == (count == 30) || action == .delayed)
            #expect(text.contains("is tried until") == (action == .delayed))
        }
    }
}
