public import Deliveries
public import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// An error as it goes out: the status, the code, and the id under which the log has the detail.
public struct PresentedError: Sendable {
    /// The status.
    public let status: HTTPResponse.Status
    /// The error.
    public let error: DeliveriesError
    /// The request's id.
    public let requestID: String

    /// An error with all its parts.
    public init(status: HTTPResponse.Status, error: DeliveriesError, requestID: String) {
        self.status = status
        self.error = error
        self.requestID = requestID
    }
}

/// Answers every error: short and safe to the client, in detail to the log under the same id.
///
/// It stands before all others: Hummingbird itself would answer an unknown error with an empty 500.
public struct ErrorMiddleware: RouterMiddleware {
    /// Makes the answer for an error: a problem for programs, a page for people.
    public typealias Presenter = @Sendable (PresentedError, Request, WebContext) async -> Response

    /// Up to this length, the rest of a refused body is read and the connection stays in use.
    private static let longestDrainedBody = 16 << 20
    private let present: Presenter

    /// - Parameter present: makes the answer.
    public init(_ present: @escaping Presenter) { self.present = present }

    /// Runs the rest and answers what it throws.
    public func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            throw error  // Hummingbird answers it and closes the connection.
        } catch {
            let presented = Self.presented(error, context: context)
            var response = await present(presented, request, context)
            response.headers.addDefaults()
            if let seconds = presented.error.retryAfter { response.headers[.retryAfter] = String(seconds) }
            let length = request.headers[.contentLength].flatMap { Int($0) }
            // A body without a length might never end.
            let isLong = length.map { $0 > Self.longestDrainedBody } ?? (request.headers[.transferEncoding] != nil)
            return isLong || presented.error.code == .tooSlow ? response.closing(context.channel) : response
        }
    }

    private static func presented(_ error: any Error, context: WebContext) -> PresentedError {
        switch error {
        case let error as DeliveriesError:
            if error.code.isTrouble {
                context.logger.error(
                    "request failed", metadata: ["code": "\(error.code.rawValue)", "detail": "\(error.detail ?? "")"])
            } else {
                context.logger.debug("request refused", metadata: ["code": "\(error.code.rawValue)"])
            }
            return PresentedError(status: error.code.status, error: error, requestID: context.requestID)
        case let error as HTTPError:
            let code: DeliveriesError.Code =
                switch error.status {
                case .notFound, .methodNotAllowed: .notFound
                case .contentTooLarge: .tooLarge
                case .unauthorized: .wrongCredentials
                case .forbidden: .forbidden
                default: .invalid
                }
            return PresentedError(status: error.status, error: DeliveriesError(code), requestID: context.requestID)
        case is DecodingError:
            return PresentedError(
                status: .unprocessableContent, error: DeliveriesError(.invalid), requestID: context.requestID)
        default:
            context.logger.error("request failed", metadata: ["error": "\(String(reflecting: error))"])
            return PresentedError(
                status: .internalServerError, error: DeliveriesError(.trouble), requestID: context.requestID)
        }
    }
}
