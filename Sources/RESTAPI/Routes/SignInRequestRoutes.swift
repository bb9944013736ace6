import Deliveries
import Foundation
import Hummingbird
import Secrets
import WebServer

/// `/sign-in-requests`: how an add-in, which has no token yet, comes by one.
struct SignInRequestRoutes {
    private struct NewRequest: Decodable { let client: String }
    private struct Redemption: Decodable { let secret: String }
    private struct RequestModel: Codable {
        let id: String
        let secret: String
        let code: String
        let url: String
        let expiresAt: Date
        let interval: Int
    }
    private struct AnswerModel: Codable {
        /// `waiting`, `refused` or `approved`.
        let state: String
        let token: String?
    }

    private let signIn: AddInSignIn
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        signIn = AddInSignIn(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.post("sign-in-requests", use: begin)
        group.post("sign-in-requests/:id/redeem", use: redeem)
    }

    private func begin(_ request: Request, _ context: WebContext) async throws -> Response {
        let model = try await json.decode(NewRequest.self, from: request, fields: ["client"])
        guard let client = SignInRequest.Client(rawValue: model.client) else {
            throw DeliveriesError(.unsupportedOption, fields: [FieldError("client", "unsupported")])
        }
        let (made, secret) = try await signIn.begin(client, origin: context.origin(of: request))
        return try .json(
            RequestModel(
                id: made.id.description, secret: secret.text, code: made.code,
                url: context.settings.addresses.addInSignIn(made.id).absoluteString, expiresAt: made.expiresAt,
                interval: AddInSignIn.interval), status: .created)
    }

    private func redeem(_ request: Request, _ context: WebContext) async throws -> Response {
        let model = try await json.decode(Redemption.self, from: request, fields: ["secret"])
        let answer = try await signIn.redeem(
            try context.identifier(), secret: model.secret, origin: context.origin(of: request))
        switch answer {
        case .waiting: return try .json(AnswerModel(state: "waiting", token: nil))
        case .refused: return try .json(AnswerModel(state: "refused", token: nil))
        case .token(let text): return try .json(AnswerModel(state: "approved", token: text))
        }
    }
}
