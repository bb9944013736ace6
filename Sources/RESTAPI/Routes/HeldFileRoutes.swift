import Deliveries
import Foundation
import Hummingbird
import MailMessage
import WebServer

/// `/held-files`: files that nobody gets because of what the virus scanner said.
struct HeldFileRoutes {
    private struct Model: Codable, Equatable {
        let file: String
        let delivery: String
        let deliveryState: String
        let name: String
        let size: Int64
        let scan: ScanModel
        let sender: String

        init(_ held: HeldFile) {
            file = held.file.id.description
            delivery = held.file.delivery.description
            deliveryState = held.state.rawValue
            name = held.file.name
            size = held.file.size
            scan = ScanModel(held.file.scan)
            sender = held.senderAddress.wireForm
        }
    }

    private let held: HeldFiles

    init(api: RESTAPI) { held = api.held }

    func add(to group: RouterGroup<WebContext>) {
        group.get("held-files", use: list)
        group.post("held-files/:id/release", use: release)
        group.post("held-files/:id/remove", use: remove)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        let found = try await held.list(
            offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...HeldFiles.mostPerPage, or: 50))
        return try .json(ListModel(items: found.files.map { Model($0) }, total: found.total))
    }

    private func release(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        try await held.release(try context.identifier(), by: actor.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func remove(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        try await held.remove(try context.identifier(), by: actor.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }
}
