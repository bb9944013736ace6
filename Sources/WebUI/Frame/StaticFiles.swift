import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WebServer

/// Style sheets, scripts and signs: read once at the start, served under an address that names their content, so that
/// browsers may keep them for good.
struct StaticFiles: Sendable {
    private struct File: Sendable {
        let type: String
        let content: ByteBuffer
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "txt": "text/plain; charset=utf-8",
    ]

    private let files: [String: File]
    /// Where the files lie, such as `/static/5f3a…`.
    let base: String

    /// Reads all files of the folders; a name stands in one of them only.
    init(folders: [URL]) throws {
        var files: [String: File] = [:]
        var digest = SHA256()
        let found = try folders.flatMap {
            try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        for file in found.sorted(by: { $0.lastPathComponent < $1.lastPathComponent }) {
            guard let type = Self.types[file.pathExtension] else { continue }
            let content = try Data(contentsOf: file)
            guard files[file.lastPathComponent] == nil else { throw CocoaError(.fileWriteFileExists) }
            files[file.lastPathComponent] = File(type: type, content: ByteBuffer(bytes: content))
            digest.update(data: Data(file.lastPathComponent.utf8) + content)
        }
        self.files = files
        let version = digest.finalize().prefix(8).map { byte in
            String(UInt16(byte) + 0x100, radix: 16).dropFirst()
        }.joined()
        base = "/static/\(version)"
    }

    func add(to router: Router<WebContext>) {
        router.get("static/:version/:name") { request, context in
            let name = context.parameters.get("name") ?? ""
            guard let file = files[name] else { throw HTTPError(.notFound) }
            var headers = HTTPFields()
            headers[.contentType] = file.type
            // A page of an older version of the server may ask for its files by their old address.
            let isPresent = request.uri.path.hasPrefix(base + "/")
            headers[.cacheControl] = isPresent ? "public, max-age=31536000, immutable" : "no-cache"
            headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.content))
        }
    }
}
