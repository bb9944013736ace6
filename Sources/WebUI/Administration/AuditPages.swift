import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import WebServer

/// Administration → Audit trail: searched, verified, exported.
struct AuditPages {
    static let path = "/admin/audit"
    private static let perPage = 100

    let renderer: PageRenderer
    let accounts: AccountParts

    private var trail: AuditTrail { AuditTrail(accounts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/audit", use: list)
        group.post("admin/audit/export", use: export)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let offset = request.offset()
        let form = AuditSearchForm(timeZone: context.web.timeZone, value: request.query)
        let found = try await trail.find(form.search, offset: offset, limit: Self.perPage)
        let names = try await names(of: found.records)
        let rows = found.records.map { record in
            AuditPage.Row(
                time: renderer.time(record.at, context), text: Self.words(for: record.action, text),
                detail: Self.detail(of: record, names), link: Self.link(of: record, names),
                who: Self.actor(of: record, names, text), address: Self.address(of: record, text))
        }
        let verdict = request.query("verify") == "1" ? try await verdict(text) : nil
        let page = AuditPage(
            page: renderer.frame(text("page.audit.title"), .administration(Self.path), request, context),
            intro: text("page.audit.intro"), search: form.view(text), rows: rows, hasRows: !rows.isEmpty,
            emptyTitle: text(form.isNarrowed ? "page.audit.notFound" : "page.audit.emptyTitle"),
            emptyText: text(form.isNarrowed ? "page.audit.notFoundText" : "page.audit.emptyText"), verdict: verdict,
            verifyHref: form.href("verify", "1"),
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: rows.count, request: request,
                text: text))
        return renderer.response(page)
    }

    private func verdict(_ text: Localizer) async throws -> AuditPage.Verdict {
        let verdict = try await trail.verify()
        let values = [
            "number": text.number(Int(verdict.verifiedUpTo)), "entries": text.number(Int(verdict.entries)),
            "removed": text.number(Int(verdict.removedUpTo)), "place": "\(verdict.verifiedUpTo):\(verdict.hash)",
        ]
        guard let failure = verdict.failure else {
            let key = verdict.removedUpTo > 0 ? "page.audit.inOrderRemoved" : "page.audit.inOrder"
            return .init(
                kind: "good", icon: "check", text: text(key, values), detail: text("page.audit.keepHash", values))
        }
        return .init(
            kind: "bad", icon: "stop",
            text: text("page.audit.broken", ["number": text.number(Int(failure.number))]),
            detail: text("page.audit.fault.\(failure.fault.rawValue)"))
    }

    private func export(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let form = AuditSearchForm(timeZone: context.web.timeZone) { typed[$0] }
        let format = AuditExport.Format(rawValue: typed["format"]) ?? .csv
        let export = try await trail.export(
            form.search, as: format, by: try context.signedIn().account.id, origin: context.origin(of: request))
        var headers = HTTPFields()
        headers[.contentType] = format == .csv ? "text/csv; charset=utf-8; header=present" : "application/json"
        headers[.contentDisposition] = "attachment; filename=\"audit.\(format.rawValue)\""
        headers[.cacheControl] = "no-store"
        headers[.robotsTag] = "noindex"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(parts: export) { try await $0.next() })
    }

    /// The names of all accounts that act or are acted on, and of groups, by id.
    private func names(of records: [AuditRecord]) async throws -> [String: String] {
        let targets = records.flatMap { Self.parts(of: $0.target) }
        let ids = Set(records.compactMap(\.actor?.description) + targets)
        return try await accounts.database.read { transaction in
            var names: [String: String] = [:]
            for id in ids {
                names[id] = try AccountID(id).flatMap { try transaction.accounts.account($0)?.name }
                guard names[id] == nil else { continue }
                names[id] = try GroupID(id).flatMap { try transaction.groups.group($0)?.name }
            }
            return names
        }
    }

    /// A membership names an account and a group.
    private static func parts(of target: String) -> [String] { target.split(separator: " ").map(String.init) }

    private static func words(for action: String, _ text: Localizer) -> String {
        let key = "page.audit.action.\(action)"
        return text.has(key) ? text(key) : action
    }

    private static func actor(of record: AuditRecord, _ names: [String: String], _ text: Localizer) -> String {
        if let pseudonym = record.pseudonym { return pseudonym }
        return record.actor.map { names[$0.description] ?? $0.description } ?? text("page.audit.nobody")
    }

    private static func address(of record: AuditRecord, _ text: Localizer) -> String {
        switch record.clientAddress {
        case "": text("page.audit.here")
        case AuditChain.removedAddress: text("page.audit.addressRemoved")
        default: record.clientAddress
        }
    }

    /// What it was done to, where that is not the actor and no account.
    private static func detail(of record: AuditRecord, _ names: [String: String]) -> String? {
        guard !isByThemselves(record), !record.target.isEmpty, names[record.target] == nil else { return nil }
        return parts(of: record.target).map { names[$0] ?? $0 }.joined(separator: " · ")
    }

    /// The account that it was done to, where that is not the actor.
    private static func link(of record: AuditRecord, _ names: [String: String]) -> LinkView? {
        guard !isByThemselves(record), let name = names[record.target] else { return nil }
        return LinkView("/admin/\(record.action.hasPrefix("group-") ? "groups" : "users")/\(record.target)", name)
    }

    private static func isByThemselves(_ record: AuditRecord) -> Bool {
        record.target == record.actor?.description ?? record.pseudonym
    }
}
