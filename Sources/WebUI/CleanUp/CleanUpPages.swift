import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Clean-up: a dry run. What it shows it does not do.
struct CleanUpPages {
    private static let path = "/admin/clean-up"
    private static let perPage = 50
    private static let choices = [1, 7, 30, 90]

    let renderer: PageRenderer
    let parts: DeliveryParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/clean-up", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let days = Int(request.query("days")).flatMap { Self.choices.contains($0) ? $0 : nil } ?? 7
        let offset = request.offset()
        let plan = try await CleanUpPreview(parts).plan(days: days, offset: offset, limit: Self.perPage)
        let total = plan.steps.first { $0.rule == .removal }?.until.count ?? 0
        let settings = context.settings
        let page = CleanUpPage(
            page: renderer.frame(text("page.cleanUp.title"), .administration(Self.path), request, context),
            choices: Self.choices.map {
                .init(
                    href: "\(Self.path)?days=\($0)", label: text.plural("page.cleanUp.days", $0),
                    isCurrent: $0 == days)
            },
            untilLabel: text.plural("page.cleanUp.until", days),
            rows: plan.steps.map { row($0, settings, text) },
            removals: plan.removals.map { removal($0, plan, context) }, hasRemovals: !plan.removals.isEmpty,
            noRemovals: text.plural("page.cleanUp.none", days),
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: total, shown: plan.removals.count, request: request,
                text: text))
        return renderer.response(page)
    }

    private func row(_ step: CleanUpPlan.Step, _ settings: Settings, _ text: Localizer) -> CleanUpPage.Row {
        let key = "page.cleanUp.rule.\(step.rule.rawValue)"
        let number = step.rule.setting.map { settings.integer($0) } ?? Int(RetentionJob.retention / 86_400)
        let ruleKey = "\(key).text"
        return .init(
            title: text("\(key).title"),
            rule: text.has("\(ruleKey).one") ? text.plural(ruleKey, number) : text(ruleKey),
            href: step.rule.setting == nil ? nil : "/admin/deliveries#\(step.rule.setting?.name ?? "")",
            now: amount(step.now, text), until: amount(step.until, text))
    }

    private func amount(_ amount: CleanUpAmount, _ text: Localizer) -> String {
        let count = text.number(amount.count)
        guard amount.octets > 0 else { return count }
        return text("page.cleanUp.withFiles", ["count": count, "size": text.size(amount.octets)])
    }

    private func removal(
        _ removal: ComingRemoval, _ plan: CleanUpPlan, _ context: WebContext
    ) -> CleanUpPage.Removal {
        let text = context.text
        let sender = plan.senders[removal.sender]
        let address = sender?.email.displayForm ?? ""
        let status: StatusView =
            switch removal.state {
            case .sent: StatusView(.active, icon: "send", text("page.cleanUp.stillRunning"))
            case .withdrawn: StatusView(.plain, icon: "return", text("page.state.withdrawn"))
            case .expired, .removed, .draft: StatusView(.warn, icon: "clock", text("page.state.expired"))
            }
        return .init(
            sender: sender.map { $0.name.isEmpty ? address : "\($0.name) <\(address)>" } ?? "", state: status,
            files: text.plural("page.deliveries.files", removal.files, ["size": text.size(removal.octets)]),
            time: renderer.time(removal.at, context))
    }
}
