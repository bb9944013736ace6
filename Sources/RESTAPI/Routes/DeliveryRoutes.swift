import Deliveries
import Hummingbird
import WebServer

/// `/deliveries`: make, change, list, send, and all that can be done afterwards.
struct DeliveryRoutes {
    private struct ExtendModel: Decodable { let days: Int }

    private let drafts: Drafts
    private let sending: Sending
    private let overview: DeliveryOverview
    private let actions: DeliveryActions
    private let mailboxes: Mailboxes
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        drafts = Drafts(api.deliveries)
        sending = Sending(api.deliveries)
        overview = DeliveryOverview(api.deliveries)
        actions = DeliveryActions(api.deliveries)
        mailboxes = Mailboxes(api.deliveries)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("mailboxes", use: listMailboxes)
        group.post("deliveries", use: create)
        group.get("deliveries", use: list)
        group.get("deliveries/:id", use: show)
        group.patch("deliveries/:id", use: change)
        group.delete("deliveries/:id", use: discard)
        group.post("deliveries/:id/send", use: send)
        group.post("deliveries/:id/withdraw", use: withdraw)
        group.post("deliveries/:id/extend", use: extend)
        group.post("deliveries/:id/remind", use: remind)
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let model = try await json.decode(DraftModel.self, from: request, fields: DraftModel.beginningFields)
        let form = try model.form()
        let draft = try await drafts.create(
            by: account.id, language: form.language ?? account.language, path: model.dispatchPath())
        do {
            try await drafts.update(draft.id, by: account.id, form)
        } catch {
            // What was refused leaves nothing behind.
            try? await drafts.discard(draft.id, by: account.id, origin: context.origin(of: request))
            throw error
        }
        return try .json(
            try await answer(draft.id, account), status: .created, location: "/api/v1/deliveries/\(draft.id)")
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        var filter = DeliveryFilter.all
        let wanted = request.text("state")
        if !wanted.isEmpty {
            guard let known = DeliveryFilter(rawValue: wanted) else {
                throw DeliveriesError(.invalid, fields: [FieldError("state", "unsupported")])
            }
            filter = known
        }
        let wantedMailbox = request.text("mailbox")
        let mailbox = try await wantedMailbox.isEmpty ? nil : mailboxes.mailbox(wantedMailbox, of: account.id).group
        let page = try await overview.list(
            of: account.id, mailbox: mailbox, search: request.text("search"), filter: filter,
            offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...DeliveryOverview.pageLimit, or: 50))
        let rows = page.deliveries.map { SummaryModel($0, madeBy: page.makers[$0.delivery.sender]) }
        return try .json(ListModel(items: rows, total: page.count))
    }

    private func listMailboxes(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        let found = try await mailboxes.list(of: account.id)
        return try .json(ListModel(items: found.map { MailboxModel($0.mailbox) }, total: found.count))
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        return try .json(try await answer(try context.identifier(), account))
    }

    private func change(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let form = try await json.decode(DraftModel.self, from: request, fields: DraftModel.fields).form()
        let id: DeliveryID = try context.identifier()
        try await drafts.update(id, by: account.id, form)
        return try .json(try await answer(id, account))
    }

    private func discard(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        try await drafts.discard(try context.identifier(), by: account.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func send(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let form = try await json.decode(DraftModel.self, from: request, fields: DraftModel.sendingFields).form()
        let id: DeliveryID = try context.identifier()
        try await sending.send(id, by: account.id, form: form, origin: context.origin(of: request))
        return try .json(try await answer(id, account))
    }

    private func withdraw(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let id: DeliveryID = try context.identifier()
        try await actions.withdraw(id, by: account.id, origin: context.origin(of: request))
        return try .json(try await answer(id, account))
    }

    private func extend(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let id: DeliveryID = try context.identifier()
        let model = try await json.decode(ExtendModel.self, from: request, fields: ["days"])
        try await actions.extend(id, by: account.id, days: model.days, origin: context.origin(of: request))
        return try .json(try await answer(id, account))
    }

    private func remind(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let id: DeliveryID = try context.identifier()
        try await actions.remindAll(of: id, by: account.id, origin: context.origin(of: request))
        return try .json(try await answer(id, account))
    }

    private func answer(_ id: DeliveryID, _ account: Account) async throws -> DeliveryModel {
        DeliveryModel(try await overview.detail(of: id, for: account.id))
    }
}
