import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import Outbox
import WebServer

/// Administration → Outbox → Destinations: the queue by the domain of its recipients.
struct DestinationPages {
    private static let perPage = 50

    let renderer: PageRenderer
    let outbox: OutboxActions
    let orders: DestinationOrders

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/outbox/destinations", use: list)
        group.get("admin/outbox/destinations/ask", use: ask)
        group.post("admin/outbox/destinations/ask", use: start)
        group.get("admin/outbox/orders/:id", use: follow)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let offset = request.offset()
        let (states, total) = try await outbox.destinations(offset: offset, limit: Self.perPage)
        let rows = states.map { state in
            DestinationsPage.Row(
                href: "/admin/outbox?state=all&destination=\(InsideMiddleware.escaped(state.destination))",
                name: (try? MailDomain(parsing: state.destination))?.unicode ?? state.destination,
                queued: text.number(state.queued), held: text.number(state.held), failed: text.number(state.failed),
                oldest: state.oldest.map { renderer.time($0, context) },
                next: state.nextAttemptAt.map { next($0, text) },
                answer: state.lastAnswer.isEmpty ? nil : state.lastAnswer)
        }
        let page = DestinationsPage(
            page: renderer.frame(
                text("page.outbox.tab.destinations"), .administration("/admin/outbox"), request, context),
            tabs: OutboxTab.destinations.views(context), rows: rows, hasRows: !rows.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: total, shown: rows.count, request: request, text: text))
        return renderer.response(page)
    }

    private func next(_ due: Date, _ text: Localizer) -> String {
        due <= renderer.now()
            ? text("page.outbox.dueNow")
            : text("page.outbox.nextTry", ["when": text.relative(due, now: renderer.now())])
    }

    /// What an address or a form names.
    private func order(_ action: String, _ destination: String) throws -> DestinationOrder {
        guard let action = DestinationOrder.Action(rawValue: action),
            let destination = try? MailDomain(parsing: destination)
        else { throw DeliveriesError(.notFound) }
        return DestinationOrder(action, destination: destination)
    }

    private func href(_ order: DestinationOrder) -> String {
        "/admin/outbox?state=all&destination=\(InsideMiddleware.escaped(order.destination.ascii))"
    }

    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        let order = try order(request.query("action"), request.query("destination"))
        let text = context.text
        let key = "page.outbox.order.\(order.action.rawValue)"
        let domain = ["domain": order.destination.unicode]
        let page = ConfirmPage(
            page: renderer.frame(text("\(key).title", domain), .administration("/admin/outbox"), request, context),
            crumb: LinkView(href(order), order.destination.unicode),
            paragraphs: [text("\(key).text", domain), text("page.outbox.orderNow")],
            action: "/admin/outbox/destinations/ask",
            hidden: [
                .init(name: "action", value: order.action.rawValue),
                .init(name: "destination", value: order.destination.ascii),
            ], submit: text("\(key).button"), isDestructive: order.action == .cancel)
        return renderer.response(page)
    }

    private func start(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let order = try order(form["action"], form["destination"])
        let id = try await orders.start(
            order, by: try context.signedIn().account.id, origin: context.origin(of: request))
        return .redirect(to: "/admin/outbox/orders/\(id)")
    }

    /// How an order does: while it is under way, the browser looks again each second, with or without scripts.
    private func follow(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let (order, state) = try await orders.state(of: try context.pathID()) else {
            return .redirect(to: OutboxTab.destinations.rawValue)
        }
        let text = context.text
        let words =
            switch state {
            case .running(let count): text.plural("page.outbox.orderRunning", count)
            case .done(let count): text.plural("page.outbox.orderDone", count)
            case .broken: text("page.outbox.orderBroken")
            }
        let title = text(
            "page.outbox.order.\(order.action.rawValue).title", ["domain": order.destination.unicode])
        let page = MessagePage(
            page: renderer.frame(title, .administration("/admin/outbox"), request, context), paragraphs: [words],
            links: [
                LinkView(href(order), text("page.outbox.orderShow")),
                LinkView(OutboxTab.destinations.rawValue, text("page.outbox.tab.destinations")),
            ])
        var response = renderer.response(page, status: state == .broken ? .internalServerError : .ok)
        if case .running = state { response.lookAgain(request, at: "main") }
        return response
    }
}
