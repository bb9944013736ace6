import Deliveries
import FileVault
import Hummingbird
import WebServer

/// `/files`: announce, upload chunk by chunk, ask how far it is, remove.
struct FileRoutes {
    private struct NewFile: Decodable {
        let name: String
        let size: Int64
        let mediaType: String?
    }
    private struct ReceiptModel: Codable {
        let index: Int
        let sha256: String
        let isNew: Bool
        let fileComplete: Bool
    }

    private let uploads: Uploads
    private let clock: any Clock<Duration>
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        uploads = Uploads(api.deliveries)
        clock = api.clock
    }

    func add(to group: RouterGroup<WebContext>) {
        group.post("deliveries/:id/files", use: announce)
        group.get("files/:id", use: status)
        group.delete("files/:id", use: remove)
        group.put("files/:id/chunks/:number", use: put)
    }

    private func announce(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let model = try await json.decode(NewFile.self, from: request, fields: ["name", "size", "mediaType"])
        let file = try await uploads.addFile(
            to: try context.identifier(), by: account.id, name: model.name,
            mediaType: model.mediaType ?? "application/octet-stream", size: model.size)
        return try .json(FileModel(file), status: .created, location: "/api/v1/files/\(file.id)")
    }

    private func status(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        return try .json(UploadModel(try await uploads.status(of: try context.identifier(), by: account.id)))
    }

    private func remove(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        try await uploads.removeFile(try context.identifier(), by: account.id)
        return Response(status: .noContent)
    }

    private func put(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        guard let number = context.parameters.get("number").flatMap({ Int($0) }) else {
            throw DeliveriesError(.chunkOutOfRange)
        }
        let file: DeliveryFileID = try context.identifier()
        let size = request.headers[.contentLength].flatMap { Int($0) }
        let digest = try ContentDigestHeader.sha256(in: request.headers[.contentDigest])
        let uploads = uploads
        let receipt = try await PacedBody.read(of: request, clock: clock) { body in
            try await uploads.putChunk(number, of: file, by: account.id, size: size, sha256: digest, body: body)
        }
        return try .json(
            ReceiptModel(
                index: receipt.index, sha256: receipt.digest, isNew: receipt.isNew, fileComplete: receipt.fileComplete))
    }
}
