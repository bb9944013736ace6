import Deliveries
import Foundation
import Localization
import MailMessage

/// The story of a delivery in plain words, newest first.
struct DeliveryStory {
    let detail: DeliveryDetail
    let text: Localizer
    let time: (Date) -> TimeView

    /// What happened, as a page shows it.
    var rows: [DeliveryPage.EventRow] {
        let recipients = Dictionary(
            detail.recipients.map { ($0.recipient.id, Self.name(of: $0.recipient)) }, uniquingKeysWith: { $1 })
        return detail.events.reversed().map { event in
            let look = Self.look(of: event.kind)
            return .init(
                kind: look.kind.rawValue, icon: look.icon, text: words(for: event, recipients),
                time: time(event.at))
        }
    }

    private func words(for event: DeliveryEvent, _ recipients: [RecipientID: String]) -> String {
        let who = event.recipient.flatMap { recipients[$0] } ?? text("page.delivery.someone")
        let values = ["who": who, "detail": event.detail]
        let sentence = text("page.event.\(event.kind.rawValue)", values)
        switch event.kind {
        case .extended:
            return Int(event.detail).map { text.plural("page.event.extendedBy", $0) } ?? sentence
        case .failed, .delayed, .held:
            return event.detail.isEmpty ? sentence : "\(sentence) \(text("page.mail.answer", ["answer": event.detail]))"
        default:
            return sentence
        }
    }

    private static func name(of recipient: Recipient) -> String {
        recipient.name.isEmpty ? recipient.email.displayForm : recipient.name
    }

    private static func look(of kind: DeliveryEvent.Kind) -> (kind: StatusView.Kind, icon: String) {
        switch kind {
        case .sent: (.plain, "send")
        case .storedLocally: (.warn, "mailbox")
        case .handedOver: (.plain, "mail")
        case .delayed: (.warn, "retry")
        case .held: (.warn, "pause")
        case .failed: (.bad, "warning")
        case .cancelled: (.plain, "cross")
        case .scanned: (.plain, "robot")
        case .opened: (.plain, "eye")
        case .codeSent: (.plain, "key")
        case .proven: (.good, "shield")
        case .fetched: (.good, "check")
        case .allFetched: (.good, "check-circle")
        case .reminded: (.plain, "bell")
        case .renewalAsked: (.warn, "clock")
        case .extended: (.plain, "clock")
        case .addressCorrected: (.plain, "edit")
        case .reported: (.bad, "warning")
        case .withdrawn: (.plain, "return")
        case .expired: (.warn, "clock")
        case .removed: (.plain, "bin")
        }
    }
}
