import DNS
import Deliveries
import Localization
import MailAuth
import MailMessage
import MailTemplates
import Outbox
import SenderDomains

extension SMTPPage.Result {
    /// The words for a test mail's report.
    init(_ report: MailTest.Report, _ text: Localizer) {
        let isLocal = report.state == .local
        let to = ["to": report.to.displayForm]
        let sender = report.sender.map { text("page.smtp.testFrom", ["from": $0.from.displayForm]) }
        if report.isHandedOver {
            (kind, icon, title) = ("good", "check-circle", text("page.smtp.testGood", to))
        } else if isLocal {
            (kind, icon, title) = ("warn", "mailbox", text("page.smtp.testLocal", to))
        } else {
            (kind, icon, title) = ("bad", "stop", text("page.smtp.testBad", to))
        }
        self.text = sender
        advice = report.advice.map { text($0) }
        steps = report.steps.map { step in
            let title = text("page.smtp.step.\(step.name.rawValue)")
            return switch step.isDone {
            case true?: .init(kind: "good", icon: "check", word: text("page.smtp.stepDone"), title: title)
            case false?: .init(kind: "bad", icon: "cross", word: text("page.smtp.stepFailed"), title: title)
            case nil: .init(kind: "none", icon: "dash", word: text("page.smtp.stepNotReached"), title: title)
            }
        }
        hasSteps = true
        conversation = OutboxWords(text: text).lines(of: report.conversation)
    }
}

extension SMTPPage.Result {
    /// The words while the test is under way.
    init(runningTo to: EmailAddress, _ text: Localizer) {
        self.init(
            kind: "info", icon: "clock", title: text("page.smtp.testRunning", ["to": to.displayForm]),
            text: text("page.smtp.testRunningText"), advice: nil, steps: [], hasSteps: false, conversation: nil)
    }
}

extension SMTPPage.Findings {
    /// The words for a test mail that came back.
    init(_ returned: ReturnedTestMail, _ text: Localizer) {
        let received = returned.mail
        func item(_ isGood: Bool?, _ words: String) -> Item {
            switch isGood {
            case true?: Item(kind: "good", icon: "check", word: text("page.smtp.stepDone"), text: words)
            case false?: Item(kind: "warn", icon: "warning", word: text("page.smtp.stepFailed"), text: words)
            case nil: Item(kind: "none", icon: "info", word: text("page.smtp.info"), text: words)
            }
        }
        var items: [Item] = []
        if received.areLinksIntact {
            items.append(item(true, text("page.smtp.linksIntact")))
        } else if !received.rewritingHosts.isEmpty {
            items.append(
                item(false, text("page.smtp.linksRewritten", ["hosts": text.list(received.rewritingHosts)])))
        } else {
            items.append(item(false, text("page.smtp.linksMissing")))
        }
        if returned.signatures.isEmpty { items.append(item(nil, text("page.smtp.unsigned"))) }
        for signature in returned.signatures {
            items.append(item(signature.isGood, signature.words(text)))
        }
        if let from = received.from {
            items.append(item(nil, text("page.smtp.arrivedFrom", ["from": from.displayForm])))
        }
        for result in received.authenticationResults.prefix(5) {
            items.append(item(nil, text("page.smtp.authenticationResult", ["result": result])))
        }
        let isGood = received.areLinksIntact && !returned.signatures.contains { $0.isGood == false }
        kind = isGood ? "good" : "warn"
        icon = isGood ? "check-circle" : "warning"
        title = text(isGood ? "page.smtp.returnedGood" : "page.smtp.returnedBad")
        self.items = items
    }
}

extension ReturnedTestMail.Signature {
    /// Whether it proves the visible sender; `nil` if it is sound without doing so, or could not be judged.
    fileprivate var isGood: Bool? {
        switch failure {
        case nil: isAligned ? true : nil
        case .keyUnavailable: nil
        default: false
        }
    }

    fileprivate func words(_ text: Localizer) -> String {
        let key =
            switch failure {
            case nil: isAligned ? "aligned" : "foreign"
            case .keyUnavailable: "unknown"
            case .noKey: "no-key"
            case .bodyChanged, .signatureMismatch, .bodyShorterThanSigned: "changed"
            default: "invalid"
            }
        return text(
            "page.smtp.signature-\(key)",
            ["domain": domain?.description ?? "?", "selector": selector, "reason": failure?.code ?? ""])
    }
}
