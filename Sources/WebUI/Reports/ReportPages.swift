import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Reports: how much each user sent, month by month.
struct ReportPages {
    private static let path = "/admin/reports"
    private static let perPage = 50

    let renderer: PageRenderer
    let reports: Reports

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/reports", use: show)
        group.get("admin/reports/users/:id", use: showUser)
        group.post("admin/reports/export", use: export)
    }

    /// The month that the address names, if it is one of those that can be chosen; else the present one.
    private func month(_ request: Request, present: ReportMonth) -> ReportMonth {
        let wanted = ReportMonth(request.query("month")) ?? present
        return wanted > present ? present : wanted
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let present = try await reports.presentMonth()
        let month = month(request, present: present)
        let lines = try await reports.lines(of: month)
        let offset = min(request.offset(), lines.count)
        let shown = lines.dropFirst(offset).prefix(Self.perPage)
        let total = lines.map(\.figures).sum
        let groups = lines.byGroup
        let history = try await reports.deliveries(upTo: month)
        var choices = (0..<ReportRequest.mostMonths).map { present.adding(-$0) }
        // An older one that a link named stays chosen.
        if !choices.contains(month) { choices.append(month) }
        let page = ReportsPage(
            page: renderer.frame(text("page.reports.title"), .administration(Self.path), request, context),
            intro: text("page.reports.intro"),
            months: choices.map { .init(value: $0.name, label: words($0, text), isSelected: $0 == month) },
            month: month.name, heading: words(month, text), tiles: tiles(total, users: lines.count, text),
            charts: [chart(history.map { ($0.month, $0.deliveries) }, text)],
            rows: shown.map { line in
                .init(
                    name: line.name.isEmpty ? line.email?.displayForm ?? line.sender.description : line.name,
                    email: line.email?.displayForm ?? "",
                    href: "\(Self.path)/users/\(line.sender)?month=\(month.name)", figures: view(line.figures, text))
            }, hasRows: !lines.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: lines.count, shown: shown.count, request: request,
                text: text),
            groups: groups.map { one in
                .init(
                    name: one.group?.name ?? text("page.reports.noGroup"),
                    senders: text.plural("page.reports.senders", one.senders), figures: view(one.figures, text))
            }, hasGroups: groups.contains { $0.group != nil })
        return renderer.response(page)
    }

    private func showUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let present = try await reports.presentMonth()
        let month = month(request, present: present)
        let id: AccountID = try context.pathID()
        let (account, months) = try await reports.history(of: id, upTo: month)
        let email = account.email.displayForm
        let page = ReportUserPage(
            page: renderer.frame(
                text("page.reports.userTitle", ["name": account.name.isEmpty ? email : account.name]),
                .administration(Self.path), request, context),
            crumb: LinkView("\(Self.path)?month=\(month.name)", text("page.reports.title")), name: account.name,
            email: email, user: id.description, month: month.name,
            charts: [chart(months.map { ($0.month, $0.figures.deliveries) }, text)],
            rows: months.reversed().map { .init(month: words($0.month, text), figures: view($0.figures, text)) })
        return renderer.response(page)
    }

    private func export(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let format = AuditExport.Format(rawValue: typed["format"]) ?? .csv
        let present = try await reports.presentMonth()
        let month = ReportMonth(typed["month"]) ?? present
        let sender = AccountID(typed["user"])
        guard typed["user"].isEmpty || sender != nil else { throw DeliveriesError(.notFound) }
        let months = Int(typed["months"]) ?? 1
        let export = try await reports.export(
            ReportRequest(month: month, months: months, sender: sender), as: format,
            by: try context.signedIn().account.id, origin: context.origin(of: request))
        var headers = HTTPFields()
        headers[.contentType] = format == .csv ? "text/csv; charset=utf-8; header=present" : "application/json"
        headers[.contentDisposition] = "attachment; filename=\"report-\(month.name).\(format.rawValue)\""
        headers[.cacheControl] = "no-store"
        headers[.robotsTag] = "noindex"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(parts: export) { try await $0.next() })
    }

    // MARK: Words

    private func words(_ month: ReportMonth, _ text: Localizer) -> String {
        text("page.reports.month", ["month": text("time.month.\(month.month)"), "year": String(month.year)])
    }

    private func chart(_ months: [(ReportMonth, Int)], _ text: Localizer) -> ChartGroup {
        ChartGroup(
            id: "months", title: text("page.reports.lastMonths"),
            series: [
                .init(
                    kind: "active", icon: "send", title: text("page.adminStart.sentDeliveries"),
                    counts: months.map(\.1))
            ], labels: months.map { words($0.0, text) }, unit: text("page.reports.monthLabel"), text: text
        ) { text("page.reports.mostInMonth", ["count": text.number($0)]) }
    }

    private func percent(_ figures: UsageFigures, _ text: Localizer) -> String {
        figures.fetchedPercent.map { text("page.chart.percent", ["number": text.number($0)]) }
            ?? text("page.chart.noShare")
    }

    private func view(_ figures: UsageFigures, _ text: Localizer) -> ReportFiguresView {
        .init(
            deliveries: text.number(figures.deliveries), recipients: text.number(figures.recipients),
            files: text.number(figures.files), size: text.size(figures.octets), fetched: percent(figures, text),
            bounces: text.number(figures.bounces))
    }

    private func tiles(_ total: UsageFigures, users: Int, _ text: Localizer) -> [FactView] {
        let figures = view(total, text)
        return [
            FactView(text("page.reports.users"), text.number(users)),
            FactView(text("page.reports.deliveries"), figures.deliveries),
            FactView(text("page.reports.recipients"), figures.recipients),
            FactView(text("page.reports.files"), figures.files),
            FactView(text("page.reports.size"), figures.size),
            FactView(text("page.reports.fetched"), figures.fetched),
            FactView(text("page.reports.bounces"), figures.bounces),
        ]
    }
}
