import Deliveries
import Foundation
import Localization

/// Where a delivery stands, in the sender's words.
struct DeliveryStateWords {
    private let delivery: Delivery
    private let now: Date
    private let text: Localizer

    init(_ delivery: Delivery, now: Date, text: Localizer) {
        self.delivery = delivery
        self.now = now
        self.text = text
    }

    /// The state by the clock, whether the clean-up ran or not.
    var state: Delivery.State {
        guard delivery.state == .sent, let end = delivery.expiresAt, end <= now else { return delivery.state }
        return .expired
    }

    /// Whether it can be fetched.
    var isOpen: Bool { state == .sent }

    /// Whether it can get more time: also after its end, as long as its files are kept.
    var canExtend: Bool {
        state == .sent || (state == .expired && (delivery.removeFilesAt.map { $0 > now } ?? true))
    }

    /// Whether it can be taken back.
    var canWithdraw: Bool { state == .sent || state == .expired }

    /// Whether it is a draft of an add-in, which is thrown away here.
    var canDiscard: Bool { state == .draft && delivery.path == .addIn }

    /// Until when, in a few words; nil where that says nothing.
    var end: String? {
        guard isOpen, let end = delivery.expiresAt else { return nil }
        return text("page.deliveries.ends", ["time": text.relative(end, now: now)])
    }

    /// The state of a row of the list, and how it stands with the virus scanner.
    func status(of summary: DeliverySummary, scan: DeliveryScan?) -> StatusView {
        status(
            recipients: summary.recipients, fetched: summary.recipientsFetched, failed: summary.failed,
            notSent: summary.notSent, hasFiles: summary.files > 0, scan: scan ?? .passed)
    }

    /// The state at the head of its page.
    func status(of detail: DeliveryDetail) -> StatusView {
        status(
            recipients: detail.recipients.count, fetched: detail.recipients.count { !$0.fetchedFiles.isEmpty },
            failed: detail.recipients.count { $0.isUndeliverable },
            notSent: detail.recipients.count { $0.sending == .notSent }, hasFiles: !detail.files.isEmpty,
            scan: detail.scan)
    }

    /// Who, what and until when in a line.
    func summary(of detail: DeliveryDetail, timeZone: TimeZone) -> String {
        var words = [text.plural("page.delivery.toRecipients", detail.recipients.count)]
        if !detail.files.isEmpty {
            let size = text.size(detail.files.reduce(0) { $0 + $1.size })
            words.append(text.plural("page.deliveries.files", detail.files.count, ["size": size]))
        }
        if isOpen, let end = delivery.expiresAt {
            words.append(text("page.delivery.until", ["date": text.date(end, timeZone: timeZone)]))
        }
        return words.joined(separator: " · ")
    }

    /// The state as a sign and a word.
    ///
    /// - Parameters:
    ///   - recipients: how many there are.
    ///   - fetched: how many of them have fetched something.
    ///   - failed: how many mails cannot be delivered.
    ///   - notSent: how many mails lie in the local mailbox.
    ///   - hasFiles: whether there is anything to fetch.
    ///   - scan: how it stands with the virus scanner: what is held or being checked does not wait to be fetched.
    func status(
        recipients: Int, fetched: Int, failed: Int, notSent: Int, hasFiles: Bool, scan: DeliveryScan = .passed
    ) -> StatusView {
        switch state {
        case .draft where delivery.insertedAt != nil:
            return StatusView(.plain, icon: "mail", text("page.state.inserted"))
        case .draft: return StatusView(.plain, icon: "edit", text("page.state.draft"))
        case .withdrawn: return StatusView(.plain, icon: "return", text("page.state.withdrawn"))
        case .expired: return StatusView(.warn, icon: "clock", text("page.state.expired"))
        case .removed: return StatusView(.plain, icon: "bin", text("page.state.removed"))
        case .sent: break
        }
        if scan == .held { return StatusView(.warn, icon: "stop", text("page.state.held")) }
        if failed > 0 { return StatusView(.bad, icon: "warning", text("page.state.failed")) }
        if notSent > 0, fetched == 0 { return StatusView(.warn, icon: "mailbox", text("page.mail.notSent")) }
        if !hasFiles { return StatusView(.active, icon: "send", text("page.state.sent")) }
        if scan == .checking { return StatusView(.active, icon: "shield", text("page.state.checking")) }
        if fetched == 0 { return StatusView(.active, icon: "clock", text("page.state.waiting")) }
        return fetched < recipients
            ? StatusView(.active, icon: "fetch", text("page.state.partly"))
            : StatusView(.good, icon: "check-circle", text("page.state.fetched"))
    }

    /// How many recipients have something, or what went wrong.
    func note(on summary: DeliverySummary) -> String? {
        guard isOpen else { return nil }
        if summary.failed > 0 { return text.plural("page.deliveries.failed", summary.failed) }
        guard summary.files > 0, summary.recipients > 1 else { return nil }
        return text(
            "page.deliveries.fetchedOf",
            ["count": text.number(summary.recipientsFetched), "total": text.number(summary.recipients)])
    }
}

extension RecipientStatus {
    /// Whether the mail cannot be delivered.
    fileprivate var isUndeliverable: Bool {
        if case .failed = sending { return true }
        return false
    }
}
