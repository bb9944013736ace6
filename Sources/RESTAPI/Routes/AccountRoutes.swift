import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// `/account` and `/tokens`: the account that asks, and its API tokens.
struct AccountRoutes {
    private struct AccountModel: Codable, Equatable {
        let id: String
        let email: String
        let name: String
        let language: String
        let roles: [String]
        let isAdministrator: Bool
    }
    private struct NewToken: Decodable {
        let name: String
        let scopes: [String]
    }
    private struct TokenModel: Codable, Equatable {
        let id: String
        let name: String
        let scopes: [String]
        let createdAt: Date
        let lastUsedAt: Date?
        /// Only in the answer that made it.
        let token: String?

        init(_ token: APIToken, text: String? = nil) {
            id = token.id.description
            name = token.name
            scopes = token.scopes.map(\.rawValue).sorted()
            createdAt = token.createdAt
            lastUsedAt = token.lastUsedAt
            self.token = text
        }
    }

    private let tokens: APITokens
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        tokens = APITokens(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("account", use: account)
        group.get("tokens", use: list)
        group.post("tokens", use: create)
        group.delete("tokens/:id", use: revoke)
    }

    private func account(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        return try .json(
            AccountModel(
                id: account.id.description, email: account.email.displayForm, name: account.name,
                language: account.language.rawValue, roles: account.roles.map(\.rawValue).sorted(),
                isAdministrator: account.isAdministrator))
    }

    // A token must not make tokens: who finds one would keep access after it is revoked.

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        return try .json(try await tokens.list(of: account.id).map { TokenModel($0) })
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let model = try await json.decode(NewToken.self, from: request, fields: ["name", "scopes"])
        let unknown = model.scopes.filter { APIToken.Scope(rawValue: $0) == nil }
        guard unknown.isEmpty else {
            throw DeliveriesError(.unsupportedOption, fields: [FieldError("scopes", "unsupported")])
        }
        let (text, token) = try await tokens.create(
            account: account.id, name: model.name,
            scopes: Set(model.scopes.compactMap { APIToken.Scope(rawValue: $0) }),
            origin: context.origin(of: request))
        return try .json(TokenModel(token, text: text), status: .created)
    }

    private func revoke(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        try await tokens.revoke(try context.identifier(), of: account.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }
}
