import Deliveries
import Foundation
import Hummingbird
import WebServer

/// What add-ins need besides deliveries and files: what holds here, the block to insert, and whom a mail goes to.
struct AddInRoutes {
    private struct InsertionOrder: Decodable {
        let reportsSending: Bool
        let recipients: DraftModel.Recipients?
        let subject: String?
    }
    private struct InsertionModel: Codable {
        let link: String
        let html: String
        let text: String
        let delivery: DeliveryModel
    }
    private struct Registration: Decodable {
        let recipients: DraftModel.Recipients
        let subject: String?
    }
    private struct LinkQuestion: Decodable { let links: [String] }
    private struct LinkModel: Codable, Equatable {
        let link: String
        let delivery: String
        let state: String
        let insertedAt: Date?
        let complete: Bool
        let level: Int
        let subject: String
    }

    private let tokens: APITokens
    private let dispatch: AddInDispatch
    private let drafts: Drafts
    private let links: AddInLinks
    private let overview: DeliveryOverview
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        tokens = APITokens(api.accounts)
        dispatch = AddInDispatch(api.deliveries)
        drafts = Drafts(api.deliveries)
        links = AddInLinks(api.deliveries)
        overview = DeliveryOverview(api.deliveries)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("add-in", use: show)
        group.delete("add-in", use: signOut)
        group.post("add-in/links", use: find)
        group.post("deliveries/:id/insertion", use: insert)
        group.post("deliveries/:id/registration", use: register)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let limits = try await drafts.limits(of: account.id)
        guard context.settings.boolean(.addInsEnabled), limits.policy.allowsAddIns else {
            throw DeliveriesError(.forbidden)
        }
        return try .json(AddInModel(account, context.settings, limits))
    }

    /// The add-in signs out: the token that asks is revoked.
    private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .token(let account, let token) = context.identity else { throw DeliveriesError(.forbidden) }
        try await tokens.revoke(token.id, of: account.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func find(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let question = try await json.decode(LinkQuestion.self, from: request, fields: ["links"])
        let found = try await links.find(question.links, of: account.id)
        let items = found.map { found in
            LinkModel(
                link: found.link, delivery: found.delivery.id.description, state: found.delivery.state.rawValue,
                insertedAt: found.delivery.insertedAt, complete: found.isComplete, level: found.delivery.level.rawValue,
                subject: found.delivery.subject)
        }
        return try .json(ListModel(items: items, total: items.count))
    }

    private func insert(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let id: DeliveryID = try context.identifier()
        let order = try await json.decode(
            InsertionOrder.self, from: request, fields: ["reportsSending", "recipients", "subject"])
        let insertion = try await dispatch.insert(
            id, by: account.id, recipients: order.recipients?.typed, subject: order.subject,
            reportsSending: order.reportsSending, origin: context.origin(of: request))
        return try .json(
            InsertionModel(
                link: insertion.link.absoluteString, html: insertion.html, text: insertion.plainText,
                delivery: try await answer(id, account)))
    }

    private func register(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let id: DeliveryID = try context.identifier()
        let model = try await json.decode(Registration.self, from: request, fields: ["recipients", "subject"])
        try await dispatch.register(
            id, by: account.id, recipients: model.recipients.typed, subject: model.subject,
            origin: context.origin(of: request))
        return try .json(try await answer(id, account))
    }

    private func answer(_ id: DeliveryID, _ account: Account) async throws -> DeliveryModel {
        DeliveryModel(try await overview.detail(of: id, for: account.id))
    }
}
