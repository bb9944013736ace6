import Deliveries
import Foundation
import Localization
import MailMessage

/// The story of a delivery in plain words, newest first. What happened to many at about the same time is one line.
struct DeliveryStory {
    /// What is farther apart than this, in seconds, is not the same happening.
    private static let together: TimeInterval = 600

    /// An event with those like it that came right before.
    private struct Happening {
        let event: DeliveryEvent
        var earliest: Date
        var count = 1
    }

    let detail: DeliveryDetail
    let text: Localizer
    /// Whether the reader is the one who has the delivery: what they did is told as theirs.
    var isForOwner = true
    let time: (Date) -> TimeView

    /// What happened, as a page shows it.
    var rows: [DeliveryPage.EventRow] {
        let recipients = Dictionary(
            detail.recipients.map { ($0.recipient.id, Self.name(of: $0.recipient)) }, uniquingKeysWith: { $1 })
        return happenings.map { happening in
            let look = Self.look(of: happening.event.kind)
            return .init(
                kind: look.kind.rawValue, icon: look.icon,
                text: words(for: happening, recipients) + member(happening.event),
                time: time(happening.event.at))
        }
    }

    private var happenings: [Happening] {
        var result: [Happening] = []
        for event in detail.events.reversed() {
            if let last = result.last, last.earliest.timeIntervalSince(event.at) < Self.together {
                // Who has all files now has also fetched the last one.
                if event.kind == .fetched, last.event.kind == .allFetched, event.recipient == last.event.recipient {
                    result[result.count - 1].earliest = event.at
                    continue
                }
                if Self.isSame(event, last.event) {
                    result[result.count - 1].earliest = event.at
                    result[result.count - 1].count += 1
                    continue
                }
            }
            result.append(Happening(event: event, earliest: event.at))
        }
        return result
    }

    /// Whether two events are told together: mails of one fate, or files of one recipient.
    private static func isSame(_ event: DeliveryEvent, _ other: DeliveryEvent) -> Bool {
        guard event.kind == other.kind else { return false }
        switch event.kind {
        case .fetched: return event.recipient == other.recipient
        case .storedLocally, .handedOver, .cancelled, .reminded: return true
        case .delayed, .held: return event.detail == other.detail
        default: return false
        }
    }

    private func words(for happening: Happening, _ recipients: [RecipientID: String]) -> String {
        let event = happening.event
        let who = event.recipient.flatMap { recipients[$0] } ?? text("page.delivery.someone")
        let sentence: String
        let others = "page.eventOfOthers.\(event.kind.rawValue)"
        switch event.kind {
        // By somebody else: whoever had the delivery before, or has it, or one of those who share a mailbox.
        case _ where !isReaders(event) && text.has(others):
            return text(others, ["detail": event.detail])
        case .extended:
            return Int(event.detail).map { text.plural("page.event.extendedBy", $0) } ?? text("page.event.extended")
        case .sent where event.detail == "unreported": return text("page.event.sentUnreported")
        case .filesChecked where event.detail == DeliveryEvent.unseen: return text("page.event.filesUnseen")
        case .fetched where happening.count > 1:
            return text.plural("page.event.filesFetched", happening.count, ["who": who])
        case _ where happening.count > 1:
            sentence = text.plural("page.event.many.\(event.kind.rawValue)", happening.count)
        default:
            sentence = text("page.event.\(event.kind.rawValue)", ["who": who, "detail": event.detail])
        }
        let tellsAnswer = [.failed, .delayed, .held].contains(event.kind) && !event.detail.isEmpty
        return tellsAnswer ? "\(sentence) \(text("page.mail.answer", ["answer": event.detail]))" : sentence
    }

    /// Whether the reader is who did it; those who share a mailbox are told by their names.
    private func isReaders(_ event: DeliveryEvent) -> Bool {
        isForOwner && detail.mailbox == nil && event.sender == detail.delivery.sender
    }

    /// Which member of a mailbox did it.
    private func member(_ event: DeliveryEvent) -> String {
        let isDeed: Bool =
            switch event.kind {
            case .sent, .extended, .addressCorrected, .withdrawn: true
            // Who made the delivery is not the one who reminds by the clock.
            case .reminded: event.sender != detail.delivery.sender
            default: false
            }
        guard isDeed, let name = detail.people[event.sender] else { return "" }
        return " " + text("page.delivery.byMember", ["name": name])
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
        case .recipientAdded: (.plain, "people")
        case .addressCorrected: (.plain, "edit")
        case .reported: (.bad, "warning")
        case .handedToAccount: (.plain, "people")
        case .withdrawn: (.plain, "return")
        case .expired: (.warn, "clock")
        case .removed: (.plain, "bin")
        case .virusFound: (.bad, "stop")
        case .filesChecked: (.plain, "shield")
        case .fileReleased: (.warn, "play")
        case .fileRemoved: (.bad, "bin")
        }
    }
}
