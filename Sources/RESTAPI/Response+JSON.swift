import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer in JSON.
    ///
    /// - Parameter location: the address of what was made (RFC 9110, 10.2.2).
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, location: String? = nil
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.location] = location
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }
}
