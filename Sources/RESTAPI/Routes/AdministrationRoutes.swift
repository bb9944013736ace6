import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import Outbox
import WebServer

/// `/settings`, `/users`, `/outbox` and `/mail/test`: what the administration pages do.
struct AdministrationRoutes {
    private struct SettingModel: Codable, Equatable {
        let key: String
        /// `null` for a secret.
        let value: String?
        let isSet: Bool
        let isSecret: Bool
        let isLocked: Bool
        let defaultValue: String
    }
    private struct NewUser: Decodable {
        let email: String
        let name: String
        let isAdministrator: Bool?
        let language: String?
    }
    private struct UserChange: Decodable {
        let isDisabled: Bool?
        let isAdministrator: Bool?
    }
    private struct UserModel: Codable, Equatable {
        let id: String
        let email: String
        let name: String
        let state: String
        let isAdministrator: Bool
        let hasSecondFactor: Bool
        let createdAt: Date
        let lastSignInAt: Date?

        init(_ account: Account) {
            id = account.id.description
            email = account.email.displayForm
            name = account.name
            state = account.state.rawValue
            isAdministrator = account.isAdministrator
            hasSecondFactor = account.hasSecondFactor
            createdAt = account.createdAt
            lastSignInAt = account.lastSignInAt
        }
    }
    private struct TestRequest: Decodable { let to: String }

    private let settings: SettingsService
    private let users: Users
    private let outbox: OutboxActions
    private let mailTest: MailTest
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        settings = api.accounts.settings
        users = Users(api.accounts)
        outbox = api.outbox
        mailTest = api.mailTest
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("settings", use: listSettings)
        group.patch("settings", use: changeSettings)
        group.get("users", use: listUsers)
        group.post("users", use: createUser)
        group.patch("users/:id", use: changeUser)
        group.get("outbox", use: listOutbox)
        group.get("outbox/:id", use: showOutbox)
        group.post("outbox/:id/retry", use: retry)
        group.post("outbox/:id/cancel", use: cancel)
        group.post("mail/test", use: testMail)
    }

    private func listSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(for: .administer)
        return try .json(Self.models(try await settings.current()))
    }

    private func changeSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .administer)
        let values = try await json.decode(
            [String: String].self, from: request, fields: Set(SettingKey.all.map(\.name)))
        let changed = try await settings.set(values, by: account.id, clientAddress: context.clientAddress)
        return try .json(Self.models(changed))
    }

    private static func models(_ settings: Settings) -> [SettingModel] {
        SettingKey.all.map { key in
            SettingModel(
                key: key.name, value: key.isSecret ? nil : settings.text(key), isSet: settings.isSet(key),
                isSecret: key.isSecret, isLocked: settings.isLocked(key),
                defaultValue: key.isSecret ? "" : key.defaultValue)
        }
    }

    private func listUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(for: .administer)
        let page = try await users.list(
            search: request.text("search"), offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...200, or: 50))
        return try .json(ListModel(items: page.accounts.map { UserModel($0) }, total: page.total))
    }

    private func createUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        let model = try await json.decode(
            NewUser.self, from: request, fields: ["email", "name", "isAdministrator", "language"])
        var language = actor.language
        if let wanted = model.language {
            guard let known = Language(rawValue: wanted) else {
                throw DeliveriesError(.unsupportedOption, fields: [FieldError("language", "unsupported")])
            }
            language = known
        }
        let account = try await users.create(
            UserForm(
                email: model.email, name: model.name, isAdministrator: model.isAdministrator ?? false,
                language: language), by: actor, origin: context.origin(of: request))
        return try .json(UserModel(account), status: .created)
    }

    private func changeUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        let id: AccountID = try context.identifier()
        let model = try await json.decode(
            UserChange.self, from: request, fields: ["isDisabled", "isAdministrator"])
        let origin = context.origin(of: request)
        if let isAdministrator = model.isAdministrator {
            try await users.setAdministrator(id, isAdministrator, by: actor.id, origin: origin)
        }
        if let isDisabled = model.isDisabled {
            try await users.setDisabled(id, isDisabled, by: actor.id, origin: origin)
        }
        return try .json(UserModel(try await users.account(id)))
    }

    private func listOutbox(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(for: .administer)
        var filter = OutboxFilter(search: request.text("search"))
        let wanted = request.text("state")
        if !wanted.isEmpty {
            guard let state = OutboxEntry.State(rawValue: wanted) else {
                throw DeliveriesError(.invalid, fields: [FieldError("state", "unsupported")])
            }
            filter.states = [state]
        }
        let (entries, total) = try await outbox.list(
            filter, offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...200, or: 50))
        return try .json(ListModel(items: entries.map { OutboxModel($0) }, total: total))
    }

    private func showOutbox(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(for: .administer)
        let (entry, attempts) = try await outbox.show(try context.identifier())
        return try .json(OutboxDetailModel(entry, attempts))
    }

    private func retry(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        try await outbox.retry(try context.identifier(), by: actor.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func cancel(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        try await outbox.cancel(try context.identifier(), by: actor.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func testMail(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(for: .administer)
        let model = try await json.decode(TestRequest.self, from: request, fields: ["to"])
        let to: EmailAddress
        do {
            to = try EmailAddress(parsing: model.to)
        } catch {
            throw DeliveriesError(.invalid, fields: [FieldError("to", "address-\(error.rawValue)")])
        }
        let report = try await mailTest.run(to: to, author: actor, language: context.language)
        return try .json(MailTestModel(report, language: context.language))
    }
}
