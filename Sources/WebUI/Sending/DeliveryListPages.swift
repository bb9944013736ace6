import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// The list of my deliveries.
struct DeliveryListPages {
    private static let pageLimit = 50

    let renderer: PageRenderer
    let parts: DeliveryParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("deliveries", use: list)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let text = context.text
        let overview = DeliveryOverview(parts)
        let filter = DeliveryFilter(rawValue: request.query("filter")) ?? .all
        let search = request.query("search")
        let offset = request.offset()
        // Taken before the list is read: what happens meanwhile is then told again, and nothing is missed.
        let newest = try await LiveEvents(parts).newest()
        let mailboxes = try await Mailboxes(parts).list(of: account.id)
        let wanted = request.query("mailbox")
        let shown = mailboxes.first { $0.mailbox.address.displayForm == wanted }
        let list = try await overview.list(
            of: account.id, mailbox: shown?.group, search: search, filter: filter, offset: offset, limit: Self.pageLimit
        )
        let draft = try await Drafts(parts).latest(of: account.id)
        let isWhole = search.isEmpty && filter == .all && offset == 0 && mailboxes.isEmpty && wanted.isEmpty
        let address = shown?.mailbox.address.displayForm
        // Drafts are of the one who writes them.
        let filters = DeliveryFilter.allCases.filter { shown == nil || $0 != .drafts }
        let page = DeliveriesPage(
            page: renderer.frame(
                text("page.deliveries.title"), .deliveries, request, context, scripts: ["live.js"]),
            isFirst: isWhole && list.count == 0 && draft == nil,
            draft: filter == .drafts || shown != nil ? nil : draft.map { notice(of: $0, context) },
            mailboxes: [Self.choice(nil, label: text("page.deliveries.own"), isCurrent: shown == nil)]
                + mailboxes.map {
                    Self.choice(
                        $0.mailbox.address.displayForm, label: $0.mailbox.name, isCurrent: $0.group == shown?.group)
                }, hasMailboxes: !mailboxes.isEmpty, mailbox: address,
            isForeign: shown == nil && !wanted.isEmpty, filter: filter == .all ? nil : filter.rawValue, search: search,
            filters: filters.map { Self.choice($0, current: filter, mailbox: address, search: search, text) },
            lastEvent: String(newest), hasRows: !list.deliveries.isEmpty,
            rows: list.deliveries.map {
                row(of: $0, list.scans[$0.delivery.id], madeBy: list.makers[$0.delivery.sender], context)
            },
            paging: PagingView(
                offset: offset, limit: Self.pageLimit, total: list.count, shown: list.deliveries.count,
                request: request, text: text))
        return renderer.response(page)
    }

    private func row(
        of summary: DeliverySummary, _ scan: DeliveryScan?, madeBy: String?, _ context: WebContext
    ) -> DeliveriesPage.Row {
        let text = context.text
        let delivery = summary.delivery
        let isDraft = delivery.state == .draft
        let state = DeliveryStateWords(delivery, now: renderer.now(), text: text)
        let more = summary.recipients - summary.firstRecipients.count
        return .init(
            href: "/deliveries/\(delivery.id)" + (isDraft && delivery.path == .webUI ? "/edit" : ""),
            subject: delivery.subject.isEmpty ? text("page.deliveries.noSubject") : delivery.subject,
            files: summary.files == 0
                ? text("page.deliveries.noFiles")
                : text.plural("page.deliveries.files", summary.files, ["size": text.size(summary.size)]),
            madeBy: madeBy.map { text("page.deliveries.madeBy", ["name": $0]) },
            recipients: summary.firstRecipients.isEmpty
                ? text("page.deliveries.noRecipients") : summary.firstRecipients.joined(separator: ", "),
            moreRecipients: more > 0 ? text.plural("page.deliveries.more", more) : nil,
            status: state.status(of: summary, scan: scan), statusNote: state.note(on: summary),
            sent: delivery.sentAt.map { renderer.time($0, context) }, expires: state.end)
    }

    private func notice(of draft: Delivery, _ context: WebContext) -> DeliveriesPage.Draft {
        let text = context.text
        let subject = draft.subject.isEmpty ? text("page.deliveries.noSubject") : draft.subject
        let time = text.relative(draft.updatedAt, now: renderer.now())
        return .init(
            text: text("page.deliveries.draftWaits", ["subject": subject, "time": time]),
            href: "/deliveries/\(draft.id)/edit")
    }

    private static func choice(
        _ mailbox: String?, label: String, isCurrent: Bool
    ) -> FilterView {
        FilterView(
            href: "/deliveries" + (mailbox.map { "?mailbox=\(InsideMiddleware.escaped($0))" } ?? ""), label: label,
            isCurrent: isCurrent)
    }

    private static func choice(
        _ filter: DeliveryFilter, current: DeliveryFilter, mailbox: String?, search: String, _ text: Localizer
    ) -> FilterView {
        var query: [String] = []
        if let mailbox { query.append("mailbox=\(InsideMiddleware.escaped(mailbox))") }
        if filter != .all { query.append("filter=\(filter.rawValue)") }
        if !search.isEmpty { query.append("search=\(InsideMiddleware.escaped(search))") }
        return FilterView(
            href: "/deliveries" + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            label: text("page.deliveries.filters.\(filter.rawValue)"), isCurrent: filter == current)
    }
}
