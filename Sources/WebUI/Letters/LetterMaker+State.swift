import Deliveries
import Foundation
import Localization

extension LetterMaker {
    /// The title of the page of a delivery that cannot be fetched.
    var stateTitle: String {
        switch letter.state {
        case .open: title
        case .unfinished: text("page.link.unfinished")
        case .withdrawn: text("page.link.withdrawn")
        case .expired: text("page.link.expired")
        case .removed: text("page.link.removed")
        }
    }

    /// The page of a delivery that cannot be fetched.
    func statePage(_ frame: PageFrame, _ trouble: LetterTrouble) -> LinkStatePage {
        let head = LetterHead(
            letter, organisation: organisation, homeDomains: homeDomains,
            sent: letter.delivery.sentAt.map { TimeView($0, now: now, timeZone: timeZone, text: text) }, text: text)
        let values = ["sender": head.senderName, "address": head.senderAddress, "subject": title]
        var renewal: LinkStatePage.Renewal?
        let icon: String
        let paragraphs: [String]
        switch letter.state {
        case .unfinished:
            icon = "clock"
            paragraphs = [text("page.link.unfinishedText", values), text("page.link.unfinishedNext", values)]
        case .open, .withdrawn:
            icon = "return"
            paragraphs = [text("page.link.withdrawnText", values), text("page.link.withdrawnNext", values)]
        case .expired(let canAsk, let asked):
            icon = "clock"
            let end = letter.delivery.expiresAt.map { text.date($0, timeZone: timeZone) } ?? ""
            let first = text("page.link.expiredText", values.merging(["date": end]) { $1 })
            if canAsk {
                paragraphs = [first, text("page.link.expiredAsk")]
                renewal = .init(action: link.path + "/renewal", label: text("page.link.ask"))
            } else if asked {
                paragraphs = [first, text("page.link.expiredAsked", values)]
            } else {
                paragraphs = [first, text("page.link.removedNext", values)]
            }
        case .removed:
            icon = "bin"
            paragraphs = [text("page.link.removedText", values), text("page.link.removedNext", values)]
        }
        return LinkStatePage(
            page: frame, letter: head, icon: icon, paragraphs: paragraphs, renewal: renewal,
            about: Self.about(text, organisation: organisation), reportHref: link.path + "/report",
            choiceHref: choiceHref, errorSummary: trouble.summary)
    }
}
