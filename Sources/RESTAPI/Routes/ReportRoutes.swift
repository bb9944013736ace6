import Deliveries
import HTTPTypes
import Hummingbird
import WebServer

/// `/reports`: how much each user sent, month by month.
struct ReportRoutes {
    private let reports: Reports

    init(api: RESTAPI) {
        reports = Reports(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("reports", use: list)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeReports)
        let name = request.text("month")
        let present = try await reports.presentMonth()
        guard let month = name.isEmpty ? present : ReportMonth(name) else { throw Self.refusal("month") }
        let id = request.text("sender")
        let sender = AccountID(id)
        guard id.isEmpty || sender != nil else { throw Self.refusal("sender") }
        let format = request.text("format")
        guard let form = format.isEmpty ? AuditExport.Format.json : AuditExport.Format(rawValue: format) else {
            throw Self.refusal("format")
        }
        let export = reports.export(
            ReportRequest(
                month: month, months: try request.number("months", within: 1...ReportRequest.mostMonths, or: 1),
                sender: sender), as: form)
        var headers = HTTPFields()
        headers[.contentType] = form == .csv ? "text/csv; charset=utf-8; header=present" : "application/json"
        headers[.cacheControl] = "no-store"
        if form == .csv { headers[.contentDisposition] = "attachment; filename=\"report-\(month.name).csv\"" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(parts: export) { try await $0.next() })
    }

    private static func refusal(_ field: String) -> DeliveriesError {
        DeliveriesError(.invalid, fields: [FieldError(field, "unsupported")])
    }
}
