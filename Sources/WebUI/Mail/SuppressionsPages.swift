import Deliveries
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → suppressed addresses: who gets no further mail, why, and how to change it.
struct SuppressionsPages {
    private static let path = "/admin/suppressions"
    private static let perPage = 50

    let renderer: PageRenderer
    let accounts: AccountParts

    private var suppressions: Suppressions { Suppressions(database: accounts.database, now: accounts.now) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/suppressions") { request, context in try await show(request, context) }
        group.get("admin/suppressions/reminders", use: showRefusals)
        group.post("admin/suppressions", use: add)
        group.post("admin/suppressions/lift", use: lift)
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            try await suppressions.add(
                form["address"], by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "\(Self.path)?done=suppressed")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(
                request, context, typed: form["address"], errors: FormErrors(error, context.text))
        }
    }

    private func lift(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        guard let address = try? EmailAddress(parsing: form["address"]) else { throw DeliveriesError(.notFound) }
        do {
            try await suppressions.lift(
                address, by: try context.signedIn().account.id, origin: context.origin(of: request))
        } catch let error as DeliveriesError where error.code == .notFound {
            // Somebody else did, or the address proved alive: what was wanted is so.
        }
        return .redirect(to: "\(Self.path)?done=suppression-lifted")
    }

    private func showRefusals(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let search = request.query("search")
        let offset = request.offset()
        let found = try await suppressions.reminderRefusals(search: search, offset: offset, limit: Self.perPage)
        let rows = found.refusals.map { one in
            ReminderRefusalsPage.Row(
                address: one.address.displayForm, since: renderer.time(one.at, context))
        }
        let page = ReminderRefusalsPage(
            page: renderer.frame(
                text("page.suppression.remindersTitle"), .administration(Self.path), request, context),
            tabs: SuppressionTab.reminders.views(text), search: search, rows: rows, hasRows: !rows.isEmpty,
            emptyTitle: text(search.isEmpty ? "page.suppression.noRefusals" : "page.suppression.notFound"),
            emptyText: text(search.isEmpty ? "page.suppression.noRefusalsText" : "page.suppression.noSuchRefusal"),
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: rows.count, request: request,
                text: text))
        return renderer.response(page)
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: String = "", errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let words = SuppressionWords(text: text)
        let search = request.query("search")
        let offset = request.offset()
        let found = try await suppressions.list(search: search, offset: offset, limit: Self.perPage)
        let rows = found.suppressions.map { one in
            SuppressionsPage.Row(
                address: one.address.displayForm, status: words.status(one.reason), reason: words.reason(one.reason),
                answer: one.answer.isEmpty ? nil : one.answer, since: renderer.time(one.at, context),
                mail: one.source.map { "/admin/outbox/\($0)" },
                liftLabel: text("page.suppression.liftOne", ["address": one.address.displayForm]))
        }
        let fields = [
            FormField.email(
                "address", text("page.suppression.address"), typed, hint: text("page.suppression.addHint"),
                autocomplete: "off")
        ]
        let page = SuppressionsPage(
            page: renderer.frame(text("page.suppression.title"), .administration(Self.path), request, context),
            tabs: SuppressionTab.all.views(text), search: search, rows: rows, hasRows: !rows.isEmpty,
            emptyTitle: text(search.isEmpty ? "page.suppression.none" : "page.suppression.notFound"),
            emptyText: text(search.isEmpty ? "page.suppression.noneText" : "page.suppression.notFoundText"),
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: rows.count, request: request,
                text: text), fields: fields.judged(by: errors), errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }
}
