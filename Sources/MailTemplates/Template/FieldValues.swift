import Foundation
import Localization

extension MailContent {
    /// A time as mails tell it.
    func told(_ date: Date, _ text: Localizer, _ branding: MailBranding) -> String {
        text.dateTime(date, timeZone: branding.timeZone, showingZone: true)
    }
}

extension MailPerson {
    /// The person as the sender, beside other values.
    func senderValues(with others: [MailField: String]) -> [MailField: String] {
        others.merging(
            [.sender: shortForm, .senderFull: sentenceForm, .senderAddress: address],
            uniquingKeysWith: { own, _ in own })
    }

    /// The person as whoever caused the mail, beside other values.
    func personValues(with others: [MailField: String]) -> [MailField: String] {
        others.merging([.person: shortForm, .personFull: sentenceForm], uniquingKeysWith: { own, _ in own })
    }
}
