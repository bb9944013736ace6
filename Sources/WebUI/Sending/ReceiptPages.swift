import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WebServer

/// The receipt of a delivery as a file, for its sender.
struct ReceiptPages {
    let parts: DeliveryParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("deliveries/:id/receipt.html", use: document)
        group.get("deliveries/:id/receipt.json", use: envelope)
    }

    private func document(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let id: DeliveryID = try context.pathID()
        let document = try await Receipts(parts).document(of: id, for: account.id, language: context.language)
        return Self.file(document, "text/html; charset=utf-8", "receipt-\(id).html")
    }

    private func envelope(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let id: DeliveryID = try context.pathID()
        let envelope = try await Receipts(parts).envelope(of: id, for: account.id)
        return Self.file(try envelope.json(), "application/json", "receipt-\(id).json")
    }

    private static func file(_ content: Data, _ type: String, _ name: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        // Kept as a file: what a browser saves of a page that it shows is no longer what was signed.
        headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        headers[.cacheControl] = "private, no-store"
        headers[.robotsTag] = "noindex"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: content)))
    }
}
