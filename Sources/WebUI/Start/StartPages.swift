import Deliveries
import Hummingbird
import Localization
import Outbox
import WebServer

/// Administration → Overview.
struct StartPages {
    let renderer: PageRenderer
    let dashboard: Dashboard
    let certificates: ServerCertificates

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let account = try context.signedIn().account
        let figures = try await dashboard.figures()
        let shown = await certificates.all()
        let health = HealthState(
            settings: context.settings, figures: figures, certificates: shown.map(\.certificate))
        let repairs = health.problems.map { problem in
            StartPage.Repair(
                kind: problem.isUrgent ? "bad" : "warn", icon: problem.isUrgent ? "stop" : "warning",
                word: text(problem.isUrgent ? "page.adminStart.urgent" : "page.adminStart.advice"),
                title: words(problem, "title", text), text: words(problem, "text", text),
                href: PageRenderer.mayOpen(problem.href, account) ? problem.href : nil,
                button: text("page.repair.\(problem.name).button"))
        }
        let parts = StartParts(
            figures: figures, health: health, certificates: shown, settings: context.settings, account: account,
            text: text)
        let page = StartPage(
            page: renderer.frame(
                text("page.adminStart.title"), .administration("/admin"), request, context),
            isWell: repairs.isEmpty, heading: text.plural("page.adminStart.waiting", repairs.count), repairs: repairs,
            parts: parts.all,
            taken: text(
                "page.adminStart.taken", ["time": text.dateTime(figures.at, timeZone: context.web.timeZone)]))
        return renderer.response(page)
    }

    private func words(_ problem: HealthState.Problem, _ part: String, _ text: Localizer) -> String {
        let key = "page.repair.\(problem.name).\(part)"
        var values = ["count": text.number(problem.count)]
        if let since = problem.since { values["since"] = text.relative(since, now: renderer.now()) }
        return text.has(key + ".one") ? text.plural(key, problem.count, values) : text(key, values)
    }
}
