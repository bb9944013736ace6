import Deliveries
import Foundation
import HTTPTypes
public import Hummingbird
public import Localization
import NIOCore

/// An error for programs: problem+json (RFC 9457).
public struct Problem: Codable, Sendable, Equatable {
    /// What is wrong with one field.
    public struct Field: Codable, Sendable, Equatable {
        /// The field.
        public let field: String
        /// The reason, kebab-case.
        public let reason: String
        /// The reason in the reader's language.
        public let message: String
    }

    /// `/problems/<code>`.
    public let type: String
    /// The code alone.
    public let code: String
    /// The error in a few words of the reader's language.
    public let title: String
    /// The HTTP status.
    public let status: Int
    /// The id under which the log has the detail.
    public let instance: String
    /// Seconds until a new try makes sense.
    public let retryAfter: Int?
    /// The fields concerned.
    public let fields: [Field]

    /// The problem that tells of an error.
    public init(_ presented: PresentedError, language: Language) {
        let text = Localizer(language)
        let error = presented.error
        type = "/problems/\(error.code.rawValue)"
        code = error.code.rawValue
        title = text("error.\(error.code.rawValue)", ["seconds": error.retryAfter.map(String.init) ?? ""])
        status = presented.status.code
        instance = presented.requestID
        retryAfter = error.retryAfter
        fields = error.fields.map {
            Field(field: $0.field, reason: $0.reason, message: $0.words(text))
        }
    }

    /// The answer that carries the problem.
    public func response() -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
        return Response(
            status: .init(code: status), headers: [.contentType: "application/problem+json"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
