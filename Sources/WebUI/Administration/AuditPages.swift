import Deliveries
import Hummingbird
import Localization
import WebServer

/// The audit trail: who did what, when.
struct AuditPage: PageModel {
    /// One entry.
    struct Row: Sendable {
        let time: TimeView
        let text: String
        let detail: String?
        let who: String
        let address: String
    }

    static let template = "admin-audit"
    let page: PageFrame
    let rows: [Row]
    let hasRows: Bool
    let paging: PagingView?
}

/// Administration → Audit trail.
struct AuditPages {
    private static let perPage = 100

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/audit", use: list)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let offset = request.offset()
        let records = try await AuditTrail(accounts).list(offset: offset, limit: Self.perPage)
        let names = try await names(of: records)
        let rows = records.map { record in
            AuditPage.Row(
                time: renderer.time(record.at, context), text: Self.words(for: record.action, text),
                detail: Self.detail(of: record, names),
                who: record.actor.map { names[$0.description] ?? $0.description } ?? text("page.audit.nobody"),
                address: record.clientAddress.isEmpty ? text("page.audit.here") : record.clientAddress)
        }
        let page = AuditPage(
            page: try await renderer.frame(
                text("page.audit.title"), .administration("/admin/audit"), request, context),
            rows: rows, hasRows: !rows.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: nil, shown: rows.count, request: request, text: text))
        return renderer.response(page)
    }

    /// The names of all accounts that act or are acted on, by id.
    private func names(of records: [AuditRecord]) async throws -> [String: String] {
        let ids = Set(records.compactMap(\.actor) + records.compactMap { AccountID($0.target) })
        return try await accounts.database.read { transaction in
            var names: [String: String] = [:]
            for id in ids { names[id.description] = try transaction.accounts.account(id)?.name }
            return names
        }
    }

    private static func words(for action: String, _ text: Localizer) -> String {
        let key = "page.audit.action.\(action)"
        return text.has(key) ? text(key) : action
    }

    /// What it was done to, where that is not the actor.
    private static func detail(of record: AuditRecord, _ names: [String: String]) -> String? {
        guard record.target != record.actor?.description, !record.target.isEmpty else { return nil }
        return names[record.target] ?? record.target
    }
}
