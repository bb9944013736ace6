import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import NIOCore
import WebServer

/// `/deliveries/{id}/receipt`: who fetched what when, signed.
struct ReceiptRoutes {
    private let receipts: Receipts

    init(api: RESTAPI) {
        receipts = Receipts(api.deliveries)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("deliveries/:id/receipt", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        let id: DeliveryID = try context.identifier()
        var headers = HTTPFields()
        headers[.cacheControl] = "private, no-store"
        let content: Data
        switch request.text("format") {
        case "", "json":
            headers[.contentType] = "application/json"
            content = try await receipts.envelope(of: id, for: account.id).json()
        case "html":
            headers[.contentType] = "text/html; charset=utf-8"
            // Never run where our pages are.
            headers[.contentDisposition] = "attachment; filename=\"receipt-\(id).html\""
            content = try await receipts.document(of: id, for: account.id, language: try language(request, context))
        default: throw DeliveriesError(.invalid, fields: [FieldError("format", "unsupported")])
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: content)))
    }

    private func language(_ request: Request, _ context: WebContext) throws -> Language {
        let wanted = request.text("language")
        guard !wanted.isEmpty else { return context.language }
        guard let language = Language(rawValue: wanted) else {
            throw DeliveriesError(.invalid, fields: [FieldError("language", "unsupported")])
        }
        return language
    }
}
