import Deliveries
import Foundation
import Hummingbird
import Localization
import Outbox
import WebServer

/// The start of the administration: everything in order, or what is not.
struct StartPage: PageModel {
    /// Something that is not in order, with the way to repair it.
    struct Repair: Sendable, Equatable {
        let kind: String
        let icon: String
        let word: String
        let title: String
        let text: String
        let href: String?
        let button: String
    }

    static let template = "admin-start"
    let page: PageFrame
    let isWell: Bool
    let heading: String
    let repairs: [Repair]
    let figures: [FactView]
}

/// Administration → Overview.
struct StartPages {
    let renderer: PageRenderer
    let accounts: AccountParts
    let outbox: OutboxActions
    let heldFiles: HeldFiles

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let state = HealthState(
            settings: context.settings, outbox: try await outbox.counts(),
            failing: try await FailingJobs(accounts.database).list(),
            heldFiles: try await heldFiles.list(limit: 1).total, now: renderer.now())
        let account = try context.signedIn().account
        let repairs = state.problems.map { problem in
            StartPage.Repair(
                kind: problem.isUrgent ? "bad" : "warn", icon: problem.isUrgent ? "stop" : "warning",
                word: text(problem.isUrgent ? "page.adminStart.urgent" : "page.adminStart.advice"),
                title: words(problem, "title", text), text: words(problem, "text", text),
                href: PageRenderer.mayOpen(problem.href, account) ? problem.href : nil,
                button: text("page.repair.\(problem.name).button"))
        }
        let users = try await Users(accounts).list(limit: 1).total
        let page = StartPage(
            page: renderer.frame(
                text("page.adminStart.title"), .administration("/admin"), request, context),
            isWell: repairs.isEmpty, heading: text.plural("page.adminStart.waiting", repairs.count), repairs: repairs,
            figures: figures(state, users: users, text))
        return renderer.response(page)
    }

    private func words(_ problem: HealthState.Problem, _ part: String, _ text: Localizer) -> String {
        let key = "page.repair.\(problem.name).\(part)"
        var values = ["count": text.number(problem.count)]
        if let since = problem.since { values["since"] = text.relative(since, now: renderer.now()) }
        return text.has(key + ".one") ? text.plural(key, problem.count, values) : text(key, values)
    }

    private func figures(_ state: HealthState, users: Int, _ text: Localizer) -> [FactView] {
        func count(_ state: OutboxEntry.State, in counts: [OutboxEntry.State: Int]) -> String {
            text.number(counts[state] ?? 0)
        }
        return [
            FactView(text("page.adminStart.handedOver"), count(.handedOver, in: state.counts)),
            FactView(text("page.adminStart.waitingMail"), count(.queued, in: state.counts)),
            FactView(text("page.adminStart.failedMail"), count(.failed, in: state.counts)),
            FactView(text("page.adminUsers.title"), text.number(users)),
        ]
    }
}
