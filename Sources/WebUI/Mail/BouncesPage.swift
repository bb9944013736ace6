import Deliveries
import Localization
import Outbox

/// Mail that comes back: where it goes, the mailbox that is read, and whether that works.
struct BouncesPage: PageModel {
    static let template = "admin-bounces"
    let page: PageFrame
    let groups: [FieldGroup]
    let canTry: Bool
    let result: SMTPPage.Result?
    let errorSummary: FormErrors.Summary?
}

extension SMTPPage.Result {
    /// The words for a check of the mailbox that ended; nil for what belongs to other pages.
    init?(_ state: MailboxChecks.State, _ text: Localizer) {
        switch state {
        case .running: self.init(bounces: "info", "clock", "running", text)
        case .checked(let report):
            self.init(
                kind: report.isGood ? "good" : "bad", icon: report.isGood ? "check-circle" : "stop",
                title: text(report.isGood ? "page.bounces.tryGood" : "page.bounces.tryBad"),
                text: report.count.map { text.plural("page.bounces.mails", $0) },
                advice: report.advice.map { text($0) },
                steps: report.steps.map { state in
                    let title = text("page.bounces.step.\(state.step.rawValue)")
                    return switch state.isDone {
                    case true?: .init(kind: "good", icon: "check", word: text("page.smtp.stepDone"), title: title)
                    case false?: .init(kind: "bad", icon: "cross", word: text("page.smtp.stepFailed"), title: title)
                    case nil: .init(kind: "none", icon: "dash", word: text("page.smtp.stepNotReached"), title: title)
                    }
                }, hasSteps: true, conversation: nil)
        case .notFound: self.init(bounces: "info", "info", "notFound", text)
        case .unreadable(let advice):
            self.init(
                kind: "bad", icon: "stop", title: text("page.bounces.tryBad"), text: nil, advice: text(advice),
                steps: [],
                hasSteps: false, conversation: nil)
        case .found, .broken: return nil
        }
    }

    private init(bounces kind: String, _ icon: String, _ name: String, _ text: Localizer) {
        self.init(
            kind: kind, icon: icon, title: text("page.bounces.\(name)"), text: text("page.bounces.\(name)Text"),
            advice: nil, steps: [], hasSteps: false, conversation: nil)
    }
}
