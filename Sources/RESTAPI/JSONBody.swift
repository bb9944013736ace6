import Deliveries
import Foundation
import Hummingbird
import NIOCore
import WebServer

/// The JSON body of a request, decoded strictly: a field that this server does not know is refused, never dropped, so
/// that no protection asked for is silently missing.
struct JSONBody {
    /// The longest body, octets: 10,000 recipients with names fit well.
    static let limit = 4 << 20
    let clock: any Clock<Duration>

    /// Decodes the body.
    ///
    /// - Throws: `.tooLarge`, `.tooSlow`, `.invalid` with the field that has a wrong type, `.unsupportedOption` with the fields that
    ///   are not known.
    func decode<Value: Decodable>(
        _ type: Value.Type, from request: Request, fields known: Set<String>
    ) async throws -> Value {
        let mediaType = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        guard mediaType == nil || mediaType == "application/json" else {
            throw DeliveriesError(.invalid, fields: [FieldError("content-type", "not-json")])
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.limit {
            throw DeliveriesError(.tooLarge)
        }
        let body = try await PacedBody.read(of: request, clock: clock) { pieces in
            var body = ByteBuffer()
            for try await piece in pieces {
                guard body.readableBytes + piece.readableBytes <= Self.limit else { throw DeliveriesError(.tooLarge) }
                body.writeImmutableBuffer(piece)
            }
            return body
        }
        let data = body.readableBytes == 0 ? Data("{}".utf8) : Data(body.readableBytesView)
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw DeliveriesError(.invalid, fields: [FieldError("body", "not-json")])
        }
        let unknown = object.keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw DeliveriesError(
                .unsupportedOption,
                fields: unknown.prefix(20).map { FieldError(String($0.prefix(100)), "unknown-field") })
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw DeliveriesError(.invalid, fields: [FieldError(Self.path(of: error), "wrong-type")])
        }
    }

    private static func path(of error: DecodingError) -> String {
        let context: DecodingError.Context
        var last: String?
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
        case .keyNotFound(let key, let found):
            context = found
            last = key.stringValue
        @unknown default: return "body"
        }
        let path =
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue } + [last].compactMap(\.self)
        return path.isEmpty ? "body" : path.joined(separator: ".").replacing(".[", with: "[")
    }
}
