import Deliveries
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Groups: who belongs together, and what holds for them.
struct GroupPages {
    static let path = "/admin/groups"
    private static let perPage = 50

    let renderer: PageRenderer
    let accounts: AccountParts

    private var groups: Groups { Groups(accounts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/groups", use: list)
        group.get("admin/groups/new") { request, context in try await newForm(request, context) }
        group.post("admin/groups/new", use: create)
        group.get("admin/groups/:id") { request, context in try await show(request, context) }
        group.post("admin/groups/:id/members", use: addMember)
        group.post("admin/groups/:id/members/remove", use: removeMember)
        group.get("admin/groups/:id/edit") { request, context in try await editForm(request, context) }
        group.post("admin/groups/:id/edit", use: edit)
        GroupMailboxPages(renderer: renderer, accounts: accounts).add(to: group)
        GroupRulePages(renderer: renderer, accounts: accounts).add(to: group)
        UserPolicyPages(renderer: renderer, accounts: accounts).add(to: group)
    }

    // MARK: Looking

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let rows = try await groups.list().map { summary in
            GroupListPage.Row(
                href: "\(Self.path)/\(summary.group.id)", name: summary.group.name,
                members: text.number(summary.members),
                rules: summary.group.policy.isEmpty
                    ? text("page.group.noRules")
                    : PolicyRule.allCases.filter { summary.group.policy[$0] != nil }
                        .map { PolicyWords(text: text).name(of: $0) }.joined(separator: ", "))
        }
        let page = GroupListPage(
            page: frame(text("page.group.listTitle"), request, context), rows: rows, hasRows: !rows.isEmpty,
            mayManage: try context.signedIn().account.permits(.manageGroups))
        return renderer.response(page)
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let id: GroupID = try context.pathID()
        let actor = try context.signedIn().account
        let group = try await groups.group(id)
        let offset = request.offset()
        let found = try await groups.members(of: id, offset: offset, limit: Self.perPage)
        let words = PolicyWords(text: text)
        let mayManage = actor.permits(.manageGroups)
        let fields = [
            FormField.email(
                "email", text("page.group.address"), typed?["email"] ?? "", hint: text("page.group.addressHint"),
                autocomplete: "off")
        ]
        let page = GroupPage(
            page: frame(group.name, request, context), crumb: crumb(text), name: group.name,
            address: "\(Self.path)/\(id)", mailbox: group.mailbox?.mailbox.displayForm,
            rules: PolicyRule.allCases.compactMap { rule in
                group.policy[rule].map { FactView(words.name(of: rule), words.value($0, of: rule)) }
            }, hasRules: !group.policy.isEmpty, mayManage: mayManage,
            members: found.accounts.map { account in
                .init(
                    id: account.id.description, name: account.name, email: account.email.displayForm,
                    removeLabel: text("page.group.removeMemberLabel", ["name": account.name]),
                    mayRemove: mayManage || actor.id != account.id && actor.roles.mayDecide(on: account.roles))
            }, hasMembers: !found.accounts.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: found.accounts.count, request: request,
                text: text),
            mayAdd: actor.permits(.manageUsers), fields: fields.judged(by: errors),
            errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    // MARK: Members

    private func addMember(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: GroupID = try context.pathID()
        do {
            guard let account = try await Users(accounts).account(email: form["email"]) else {
                throw DeliveriesError(.invalid, fields: [FieldError("email", "no-such-account")])
            }
            try await groups.add(
                account.id, to: id, by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "\(Self.path)/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) || !error.fields.isEmpty {
            return try await show(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func removeMember(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: GroupID = try context.pathID()
        guard let account = AccountID(form["account"]) else { throw DeliveriesError(.notFound) }
        do {
            try await groups.remove(
                account, from: id, by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "\(Self.path)/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) || !error.fields.isEmpty {
            return try await show(request, context, errors: FormErrors(error, context.text))
        }
    }

    // MARK: Making and changing

    private func newForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let page = AdministrationFormPage(
            page: frame(text("page.group.new"), request, context), crumb: crumb(text),
            intro: text("page.group.newIntro"), action: "\(Self.path)/new",
            fields: [nameField(typed?["name"] ?? "", text)], submit: text("page.group.create"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            let group = try await groups.create(
                name: form["name"], by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "\(Self.path)/\(group.id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await newForm(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func editForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let group = try await groups.group(try context.pathID())
        let page = AdministrationFormPage(
            page: frame(text("page.group.rename"), request, context),
            crumb: LinkView("\(Self.path)/\(group.id)", group.name), intro: nil,
            action: "\(Self.path)/\(group.id)/edit", fields: [nameField(typed?["name"] ?? group.name, text)],
            submit: text("page.form.save"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func edit(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: GroupID = try context.pathID()
        do {
            try await groups.update(
                id, name: form["name"], by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "\(Self.path)/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await editForm(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func nameField(_ value: String, _ text: Localizer) -> FormField {
        .line("name", text("page.group.name"), value, hint: text("page.group.nameHint"), autocomplete: "off").focused
    }

    private func frame(_ title: String, _ request: Request, _ context: WebContext) -> PageFrame {
        renderer.frame(title, .administration(Self.path), request, context)
    }

    private func crumb(_ text: Localizer) -> LinkView { LinkView(Self.path, text("page.group.listTitle")) }
}
