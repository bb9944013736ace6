import Deliveries
import Foundation
import Hummingbird
import Localization
import Outbox
import WebServer

/// Administration → Outbox → Hour by hour: what became of mail, as a chart and as a table.
struct HoursPages {
    private static let ranges = [24, 72]

    let renderer: PageRenderer
    let outbox: OutboxActions

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/outbox/hours", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let wanted = Int(request.query("hours")) ?? Self.ranges[0]
        let count = Self.ranges.contains(wanted) ? wanted : Self.ranges[0]
        let starts = Dashboard.lastHours(count, at: renderer.now())
        let page = HoursPage(
            page: renderer.frame(
                text("page.outbox.tab.hours"), .administration("/admin/outbox"), request, context),
            tabs: OutboxTab.hours.views(context),
            ranges: Self.ranges.map { hours in
                FilterView(
                    href: "/admin/outbox/hours?hours=\(hours)", label: text.plural("page.outbox.lastHours", hours),
                    isCurrent: hours == count)
            },
            chart: .mail(
                try await outbox.hours(since: starts[0]), starts: starts, isStacked: true, zone: context.web.timeZone,
                text: text))
        return renderer.response(page)
    }
}
