import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import Outbox
import WebServer

/// `/settings`, `/users` and `/mail/test`: what the administration pages do.
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
        let roles: [String]?
        let isAdministrator: Bool?
        let language: String?
    }
    private struct UserChange: Decodable {
        let isDisabled: Bool?
        let roles: [String]?
        let isAdministrator: Bool?
    }
    private struct UserModel: Codable, Equatable {
        let id: String
        let email: String
        let name: String
        let state: String
        let roles: [String]
        let isAdministrator: Bool
        let hasSecondFactor: Bool
        let createdAt: Date
        let lastSignInAt: Date?

        init(_ account: Account) {
            id = account.id.description
            email = account.email.displayForm
            name = account.name
            state = account.state.rawValue
            roles = account.roles.map(\.rawValue).sorted()
            isAdministrator = account.isAdministrator
            hasSecondFactor = account.hasSecondFactor
            createdAt = account.createdAt
            lastSignInAt = account.lastSignInAt
        }
    }
    private struct DeletionModel: Codable, Equatable {
        let handedOver: Int
        let withdrawn: Int
        let draftsRemoved: Int
    }
    private struct TestRequest: Decodable { let to: String }

    private let settings: SettingsService
    private let users: Users
    private let deletion: AccountDeletion
    private let mailTest: MailTest
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        settings = api.accounts.settings
        users = Users(api.accounts)
        deletion = AccountDeletion(accounts: api.accounts, deliveries: api.deliveries)
        mailTest = api.mailTest
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("settings", use: listSettings)
        group.patch("settings", use: changeSettings)
        group.get("users", use: listUsers)
        group.post("users", use: createUser)
        group.patch("users/:id", use: changeUser)
        group.delete("users/:id", use: deleteUser)
        group.post("mail/test", use: testMail)
    }

    private func listSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        return try .json(Self.models(try await settings.current()))
    }

    private func changeSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(permitting: .changeSettings)
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
        _ = try context.account(permitting: .seeUsers)
        let page = try await users.list(
            search: request.text("search"), offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...200, or: 50))
        return try .json(ListModel(items: page.accounts.map { UserModel($0) }, total: page.total))
    }

    private func createUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageUsers)
        let model = try await json.decode(
            NewUser.self, from: request, fields: ["email", "name", "roles", "isAdministrator", "language"])
        var language = actor.language
        if let wanted = model.language {
            guard let known = Language(rawValue: wanted) else {
                throw DeliveriesError(.unsupportedOption, fields: [FieldError("language", "unsupported")])
            }
            language = known
        }
        var roles = try Self.roles(model.roles) ?? [.sender]
        if model.isAdministrator == true { roles.insert(.administrator) }
        let account = try await users.create(
            UserForm(email: model.email, name: model.name, roles: roles, language: language), by: actor,
            origin: context.origin(of: request))
        return try .json(UserModel(account), status: .created)
    }

    private func changeUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageUsers)
        let id: AccountID = try context.identifier()
        let model = try await json.decode(
            UserChange.self, from: request, fields: ["isDisabled", "roles", "isAdministrator"])
        let origin = context.origin(of: request)
        if let roles = try Self.roles(model.roles) {
            try await users.setRoles(id, roles, by: actor.id, origin: origin)
        }
        if let isAdministrator = model.isAdministrator {
            try await users.setAdministrator(id, isAdministrator, by: actor.id, origin: origin)
        }
        if let isDisabled = model.isDisabled {
            try await users.setDisabled(id, isDisabled, by: actor.id, origin: origin)
        }
        return try .json(UserModel(try await users.account(id)))
    }

    private func deleteUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageUsers)
        let to = request.text("handOverTo")
        let choice: AccountDeletion.Choice?
        switch request.text("deliveries") {
        case "": choice = nil
        case "remove": choice = .remove
        case "hand-over":
            guard let successor = AccountID(to) else {
                throw DeliveriesError(.invalid, fields: [FieldError("handOverTo", "no-sender-account")])
            }
            choice = .handOver(to: successor)
        default: throw DeliveriesError(.unsupportedOption, fields: [FieldError("deliveries", "unsupported")])
        }
        if choice == nil || choice == .remove, !to.isEmpty {
            throw DeliveriesError(.unsupportedOption, fields: [FieldError("handOverTo", "unsupported")])
        }
        let outcome = try await deletion.delete(
            try context.identifier(), deliveries: choice, by: actor.id, origin: context.origin(of: request))
        return try .json(
            DeletionModel(
                handedOver: outcome.handedOver, withdrawn: outcome.withdrawn, draftsRemoved: outcome.draftsRemoved))
    }

    /// The roles of those names; a role that this server does not know is refused.
    private static func roles(_ names: [String]?) throws -> Set<Role>? {
        try names.map { names in
            Set(
                try names.map { name in
                    guard let role = Role(rawValue: name) else {
                        throw DeliveriesError(.unsupportedOption, fields: [FieldError("roles", "unsupported")])
                    }
                    return role
                })
        }
    }

    private func testMail(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
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
