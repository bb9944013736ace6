import Deliveries
import Foundation
import Hummingbird
import MailMessage
import WebServer

/// `/groups`: who belongs together and what holds for them; `/users/{id}/policy` and `/account/policy`: what holds for an
/// account, and why.
struct GroupRoutes {
    private struct NewGroup: Decodable {
        let name: String
        let rules: [String: String]?
        let mailbox: String?
        let mailboxName: String?
    }
    private struct GroupChange: Decodable {
        let name: String?
        let rules: [String: String]?
        let mailbox: String?
        let mailboxName: String?
        let handOverTo: String?
    }
    private struct MemberModel: Codable, Equatable {
        let id: String
        let email: String
        let name: String

        init(_ account: Account) {
            id = account.id.description
            email = account.email.displayForm
            name = account.name
        }
    }

    private let groups: Groups
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        groups = Groups(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("groups", use: list)
        group.post("groups", use: create)
        group.get("groups/:id", use: show)
        group.patch("groups/:id", use: change)
        group.delete("groups/:id", use: remove)
        group.get("groups/:id/members", use: members)
        group.put("groups/:id/members/:account", use: addMember)
        group.delete("groups/:id/members/:account", use: removeMember)
        group.get("users/:id/policy", use: policy)
        group.get("account/policy", use: ownPolicy)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeUsers)
        let found = try await groups.list()
        return try .json(
            ListModel(items: found.map { GroupModel($0.group, members: $0.members) }, total: found.count))
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageGroups)
        let model = try await json.decode(
            NewGroup.self, from: request, fields: ["name", "rules", "mailbox", "mailboxName"])
        let group = try await groups.create(
            name: model.name, rules: model.rules ?? [:],
            mailbox: model.mailbox.map { MailboxForm(address: $0, name: model.mailboxName ?? "") }, by: actor.id,
            origin: context.origin(of: request))
        return try .json(GroupModel(group, members: 0), status: .created)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeUsers)
        return try .json(try await model(of: try context.identifier()))
    }

    private func change(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageGroups)
        let id: GroupID = try context.identifier()
        let model = try await json.decode(
            GroupChange.self, from: request, fields: ["name", "rules", "mailbox", "mailboxName", "handOverTo"])
        try await groups.update(
            id, name: model.name, rules: model.rules ?? [:],
            mailbox: try await mailbox(of: id, model), by: actor.id, origin: context.origin(of: request))
        return try .json(try await self.model(of: id))
    }

    /// What was sent of a mailbox: a name alone leaves the address.
    private func mailbox(of id: GroupID, _ model: GroupChange) async throws -> MailboxForm? {
        guard model.mailbox != nil || model.mailboxName != nil else { return nil }
        let known = try await groups.group(id).mailbox
        guard let address = model.mailbox ?? known?.address.displayForm else {
            throw DeliveriesError(.invalid, fields: [FieldError("mailbox", "required")])
        }
        return MailboxForm(
            address: address, name: model.mailboxName ?? known?.name ?? "", handOverTo: model.handOverTo ?? "")
    }

    private func remove(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageGroups)
        try await groups.remove(
            try context.identifier(), handOverTo: request.text("handOverTo"), by: actor.id,
            origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func members(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeUsers)
        let page = try await groups.members(
            of: try context.identifier(), offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...200, or: 50))
        return try .json(ListModel(items: page.accounts.map { MemberModel($0) }, total: page.total))
    }

    private func addMember(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageUsers)
        try await groups.add(
            try context.identifier("account"), to: try context.identifier(), by: actor.id,
            origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func removeMember(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .manageUsers)
        try await groups.remove(
            try context.identifier("account"), from: try context.identifier(), by: actor.id,
            origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func policy(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeUsers)
        return try .json(PolicyModel(try await groups.policy(of: try context.identifier()).policy))
    }

    private func ownPolicy(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        return try .json(PolicyModel(try await groups.policy(of: account.id).policy))
    }

    private func model(of id: GroupID) async throws -> GroupModel {
        GroupModel(try await groups.group(id), members: try await groups.members(of: id, limit: 1).total)
    }
}
