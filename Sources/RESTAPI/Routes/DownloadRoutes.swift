import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import Logging
import NIOCore
import NIOHTTPTypes
import Secrets
import WebServer

/// `/d/<address>/<name>`: the transfers of files to recipients, with ranges and resume.
struct DownloadRoutes {
    /// Visitor cookies begin so.
    private static let cookiePrefix = "dv_"
    /// So many octets may wait twice for the connection: what waits there is cut by no withdrawal.
    private static let mostWaiting = 4 << 20
    private let downloads: Downloads
    private let log: Logger

    init(api: RESTAPI) {
        downloads = Downloads(api.deliveries)
        log = api.deliveries.log
    }

    func add(to router: some RouterMethods<WebContext>) {
        router.get("d/:address/:name") { request, context in try await answer(request, context, sendsBody: true) }
        router.head("d/:address/:name") { request, context in try await answer(request, context, sendsBody: false) }
    }

    private func answer(_ request: Request, _ context: WebContext, sendsBody: Bool) async throws -> Response {
        let address = context.parameters.get("address") ?? ""
        let cookies = Self.visitorCookies(request)
        let range = request.headers[.range].flatMap { ByteRangeRequest(header: $0) }
        let condition = request.headers[.ifRange]
        do {
            let download = try await downloads.begin(address, cookies: cookies, range: range, begins: sendsBody)
            // RFC 9110, 13.1.5: a part of another version is of no use; the whole is sent instead.
            guard download.isPartial, let condition, condition != download.entityTag else {
                return response(download, context, sendsBody: sendsBody)
            }
        } catch let error as RangeNotSatisfiable {
            // RFC 9110, 15.5.17; with If-Range only if the client has this version.
            let whole = try await downloads.begin(address, cookies: cookies, begins: false)
            guard let condition, condition != whole.entityTag else {
                return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(error.size)"])
            }
        }
        return response(
            try await downloads.begin(address, cookies: cookies, begins: sendsBody), context, sendsBody: sendsBody)
    }

    private func response(_ download: Download, _ context: WebContext, sendsBody: Bool) -> Response {
        let count = Int(download.range.upperBound - download.range.lowerBound)
        var headers = HTTPFields()
        // Whatever it is, a browser keeps it and never opens it on our origin.
        headers[.contentType] = download.acceptsRanges ? "application/octet-stream" : "application/zip"
        headers[.contentDisposition] = AttachmentName.header(download.fileName)
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        headers[.cacheControl] = "private, no-store"
        headers[.acceptRanges] = download.acceptsRanges ? "bytes" : "none"
        headers[.eTag] = download.entityTag
        headers[.contentLength] = String(count)
        if download.isPartial {
            headers[.contentRange] =
                "bytes \(download.range.lowerBound)-\(download.range.upperBound - 1)/\(download.size)"
        }
        let status: HTTPResponse.Status = download.isPartial ? .partialContent : .ok
        guard sendsBody else { return Response(status: status, headers: headers) }
        let connection = context.channel.flatMap { $0.isActive ? $0 : nil }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: count) { writer in
                var written = download.range.lowerBound
                var waiting = 0
                var mark: EventLoopFuture<Void>?
                var held: ByteBuffer?
                do {
                    for try await piece in download.body {
                        defer { held = piece }
                        guard let held else { continue }
                        try await writer.write(held)
                        written += Int64(held.readableBytes)
                        waiting += held.readableBytes
                        guard waiting >= Self.mostWaiting else { continue }
                        // The writer takes any number of pieces while the event loop is busy with others.
                        try await mark?.get()
                        mark = Self.flush(connection)
                        waiting = 0
                    }
                    let last = held ?? ByteBuffer()
                    written += Int64(last.readableBytes)
                    try await Self.finish(last, writer: &writer, connection: connection)
                } catch {
                    // What was written counts for a resumed transfer, which begins with what the client has.
                    if download.acceptsRanges, written > download.range.lowerBound {
                        await note(download, download.range.lowerBound..<min(written, download.range.upperBound - 1))
                    }
                    throw error
                }
                await note(download, download.range)
                try await writer.finish(nil)
            })
    }

    private func note(_ download: Download, _ range: Range<Int64>) async {
        guard !range.isEmpty || download.size == 0 else { return }
        do {
            try await downloads.wrote(download, range: range)
        } catch {
            log.error("a transfer could not be recorded", metadata: ["error": "\(error)"])
        }
    }

    /// Writes the last piece, and is over when it has left. That must be known of this very piece: a client that has it
    /// may hang up, and whatever is written after that fails.
    private static func finish(
        _ last: ByteBuffer, writer: inout any ResponseBodyWriter, connection: (any Channel)?
    ) async throws {
        guard let connection else { return try await writer.write(last) }
        try await connection.writeAndFlush(HTTPResponsePart.body(last)).get()
    }

    /// Is over when all that was written before has left for the connection: an empty piece is the last in the queue.
    /// It fails if the connection has ended meanwhile.
    private static func flush(_ connection: (any Channel)?) -> EventLoopFuture<Void>? {
        connection?.writeAndFlush(HTTPResponsePart.body(ByteBuffer()))
    }

    /// The values of all visitor cookies, at most 50 (RFC 6265, 4.2.1).
    private static func visitorCookies(_ request: Request) -> [Token] {
        request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            return parts.count == 2 && parts[0].hasPrefix(cookiePrefix) ? Token(text: String(parts[1])) : nil
        }.prefix(50).map(\.self)
    }
}
