import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Everybody's deliveries: who sent what to whom, and what became of it. Never what stands in it.
struct AllDeliveriesPages {
    static let path = "/admin/all-deliveries"
    private static let perPage = 50
    private static let recipientLimit = 100

    let renderer: PageRenderer
    let parts: DeliveryParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/all-deliveries", use: list)
        group.get("admin/all-deliveries/:id", use: show)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let offset = request.offset()
        let form = AllDeliveriesForm(timeZone: context.web.timeZone, value: request.query)
        let view = form.view(text)
        let found = try await AllDeliveries(parts).list(form.search, offset: offset, limit: Self.perPage)
        let rows = found.records.map { row($0, context) }
        let page = AllDeliveriesPage(
            page: renderer.frame(text("page.allDeliveries.title"), .administration(Self.path), request, context),
            search: view, rows: rows, hasRows: !rows.isEmpty,
            emptyTitle: text(view.isNarrowed ? "page.deliveries.nothingFound" : "page.deliveries.emptyTitle"),
            emptyText: text(
                view.isNarrowed ? "page.deliveries.nothingFoundText" : "page.allDeliveries.emptyText"),
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: rows.count, request: request,
                text: text))
        return renderer.response(page)
    }

    private func row(_ record: DeliveryRecord, _ context: WebContext) -> AllDeliveriesPage.Row {
        let text = context.text
        let summary = record.summary
        let state = DeliveryStateWords(summary.delivery, now: renderer.now(), text: text)
        return .init(
            href: "\(Self.path)/\(summary.delivery.id)", sender: Self.name(of: record.sender, text),
            address: record.sender.email.displayForm, recipients: text.number(summary.recipients),
            files: summary.files == 0
                ? text("page.deliveries.noFiles")
                : text.plural("page.deliveries.files", summary.files, ["size": text.size(summary.size)]),
            status: state.status(of: summary, scan: record.scan), statusNote: state.note(on: summary),
            sent: summary.delivery.sentAt.map { renderer.time($0, context) }, expires: state.end)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let actor = try context.signedIn().account
        let (detail, sender) = try await AllDeliveries(parts).detail(
            of: try context.pathID(), by: actor.id, origin: context.origin(of: request))
        let state = DeliveryStateWords(detail.delivery, now: renderer.now(), text: text)
        let time: (Date) -> TimeView = { renderer.time($0, context) }
        let table = RecipientTable(detail: detail, isOpen: state.isOpen, text: text, time: time)
        let offset = request.offset()
        let shown = min(Self.recipientLimit, max(0, detail.recipients.count - offset))
        let page = AllDeliveryPage(
            page: renderer.frame(
                text("page.allDeliveries.from", ["name": Self.name(of: sender, text)]), .administration(Self.path),
                request, context),
            crumb: LinkView(Self.path, text("page.allDeliveries.title")),
            status: state.status(of: detail), summary: state.summary(of: detail, timeZone: context.web.timeZone),
            facts: facts(detail, sender, context),
            sender: actor.permits(.seeUsers) ? LinkView("/admin/users/\(sender.id)", sender.email.displayForm) : nil,
            scan: state.isOpen ? ScanWords(text: text).forSender(detail.scan, files: detail.files) : nil,
            columns: table.columns, recipients: table.rows(from: offset, limit: Self.recipientLimit),
            paging: PagingView(
                offset: offset, limit: Self.recipientLimit, total: detail.recipients.count, shown: shown,
                request: request, text: text),
            events: DeliveryStory(detail: detail, text: text, isForOwner: false, time: time).rows,
            files: detail.files.map {
                .init(
                    name: $0.name, size: text.size($0.size),
                    mark: detail.scan == .checking ? nil : ScanWords(text: text).mark($0, in: detail.scan))
            }, hasFiles: !detail.files.isEmpty)
        return renderer.response(page)
    }

    private func facts(_ detail: DeliveryDetail, _ sender: Account, _ context: WebContext) -> [FactView] {
        let text = context.text
        let delivery = detail.delivery
        var facts = [FactView(text("page.allDeliveries.id"), delivery.id.description)]
        if let sent = delivery.sentAt {
            facts.append(FactView(text("page.delivery.sentAt"), text.dateTime(sent, timeZone: context.web.timeZone)))
        }
        if let end = delivery.expiresAt {
            facts.append(FactView(text("page.delivery.endsAt"), text.dateTime(end, timeZone: context.web.timeZone)))
        }
        if let sentAs = detail.sentAs(text) { facts.append(FactView(text("page.delivery.mailbox"), sentAs)) }
        if delivery.path == .addIn { facts.append(FactView(text("page.delivery.path"), text("page.delivery.ownMail"))) }
        facts.append(FactView(text("page.compose.level"), text("page.compose.levelName.\(delivery.level.rawValue)")))
        return facts
    }

    private static func name(of sender: Account, _ text: Localizer) -> String {
        sender.state == .deleted ? text("page.allDeliveries.deleted", ["name": sender.name]) : sender.name
    }
}
