import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import WebServer

/// Lets only those in who are signed in completely; the others are shown the way.
struct InsideMiddleware: RouterMiddleware {
    /// Whether pages of which ``PageRights`` does not tell are for administrators alone.
    let demandsAdministrator: Bool

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard case .session(let account, let session) = context.identity, session.isComplete else {
            return Self.wayIn(request, context)
        }
        if context.mustSetUpSecondFactor, !request.uri.path.hasPrefix("/account") {
            return .redirect(to: "/account")
        }
        let isPermitted =
            PageRights.of(context.endpointPath)?.permits(request.method, account)
            ?? (!demandsAdministrator || account.isAdministrator)
        guard isPermitted else { throw DeliveriesError(.forbidden) }
        return try await next(request, context)
    }

    /// To the sign-in page, or to the second factor where only that is missing; with the way back.
    static func wayIn(_ request: Request, _ context: WebContext) -> Response {
        if case .session(_, let session) = context.identity, !session.isComplete {
            return .redirect(to: "/sign-in/second-factor" + query(request))
        }
        return .redirect(to: "/sign-in" + query(request))
    }

    /// `?return=` and the address that was asked for, if it can be asked for again.
    static func query(_ request: Request) -> String {
        guard request.method == .get, let path = LocalPath(request.uri.string), path.text != "/" else { return "" }
        return "?return=" + escaped(path.text)
    }

    /// A path as a value in a query.
    static func escaped(_ path: String) -> String {
        path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "/-_.~"))) ?? ""
    }
}
