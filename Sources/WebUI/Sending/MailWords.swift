import Deliveries
import Foundation
import Localization
import MailTemplates

/// How far the mail to a recipient is, in words.
struct MailWords {
    private(set) var status: StatusView
    var at: TimeView?
    var reason: String?
    /// Whether the mail is on its way, so that a reminder makes sense.
    var hasLeft = false
    /// Whether it must be sent again to arrive.
    var hasFailed = false

    /// - Parameters:
    ///   - sending: the state; nil if no mail of ours goes to them.
    ///   - wish: which mail the recipient wants.
    ///   - isOwnMail: whether the sender's own mail carries the link.
    ///   - text: the reader's language.
    ///   - time: shows a moment.
    init(
        _ sending: SendingState?, wish: MailWish = .all, isOwnMail: Bool = false, text: Localizer,
        time: (Date) -> TimeView
    ) {
        self.init(sending, isOwnMail: isOwnMail, text: text, time: time)
        guard wish != .all else { return }
        if wish == .none, !hasLeft {
            status = StatusView(.warn, icon: "stop", text("page.mail.wantsNone"))
            reason = text("page.mail.wantsNoneReason")
        } else {
            let note = text(wish == .none ? "page.mail.wantsNoneSince" : "page.mail.noReminders")
            reason = [reason, note].compactMap { $0 }.joined(separator: " ")
        }
    }

    private init(_ sending: SendingState?, isOwnMail: Bool, text: Localizer, time: (Date) -> TimeView) {
        switch sending {
        case nil where isOwnMail:
            status = StatusView(.plain, icon: "send", text("page.mail.ownMail"))
            hasLeft = true
        case nil:
            status = StatusView(.plain, icon: "dash", text("page.mail.none"))
        case .notSent:
            status = StatusView(.warn, icon: "mailbox", text("page.mail.notSent"))
            reason = text("page.mail.notSentReason")
        case .queued(let attempts, let answer, let next):
            guard attempts > 0 else {
                status = StatusView(.active, icon: "clock", text("page.mail.queued"))
                return
            }
            status = StatusView(.warn, icon: "retry", text("page.mail.delayed"))
            let nextTry = text("page.mail.next", ["time": time(next).text])
            reason = answer.isEmpty ? nextTry : "\(text("page.mail.answer", ["answer": answer])) \(nextTry)"
        case .held(let byAdministrator):
            status = StatusView(.warn, icon: "pause", text("page.mail.held"))
            reason = text(byAdministrator ? "page.mail.heldByAdministrator" : "page.mail.heldReason")
        case .handedOver(let moment):
            status = StatusView(.good, icon: "send", text("page.mail.handedOver"))
            at = time(moment)
            hasLeft = true
        case .late(let moment, let answer):
            status = StatusView(.warn, icon: "retry", text("page.mail.late"))
            at = time(moment)
            reason =
                answer.isEmpty
                ? text("page.mail.lateReason")
                : "\(text("page.mail.lateReason")) \(text("page.mail.answer", ["answer": answer]))"
            hasLeft = true
        case .failed(let failureClass, let answer):
            status = StatusView(.bad, icon: "warning", text("page.mail.failed"))
            let known = UndeliverableReason(className: failureClass)
            let what = text("mail.reason.\(known).what")
            reason = answer.isEmpty ? what : "\(what) \(text("page.mail.answer", ["answer": answer]))"
            hasFailed = true
        case .cancelled:
            status = StatusView(.plain, icon: "cross", text("page.mail.cancelled"))
            hasFailed = true
        }
    }
}
