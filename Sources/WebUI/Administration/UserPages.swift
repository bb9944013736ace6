import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Users: who has an account, and what they may.
struct UserPages {
    private static let perPage = 50

    let renderer: PageRenderer
    let accounts: AccountParts
    let deliveries: DeliveryParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/users", use: list)
        group.get("admin/users/new") { request, context in try await newForm(request, context) }
        group.post("admin/users/new", use: create)
        group.get("admin/users/:id", use: show)
        group.get("admin/users/:id/edit") { request, context in try await editForm(request, context) }
        group.post("admin/users/:id/edit", use: edit)
        UserRolePages(renderer: renderer, accounts: accounts).add(to: group)
        UserDeletionPages(renderer: renderer, accounts: accounts, deliveries: deliveries).add(to: group)
        group.get("admin/users/:id/:action") { request, context in try await ask(request, context) }
        group.post("admin/users/:id/:action", use: act)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let search = request.query("search")
        let offset = request.offset()
        let found = try await Users(accounts).list(search: search, offset: offset, limit: Self.perPage)
        let rows = found.accounts.map { account in
            UserListPage.Row(
                id: account.id.description, name: account.name, roles: Self.tags(of: account, text),
                email: account.email.displayForm, status: Self.status(of: account, text),
                lastSeen: account.lastSignInAt.map { renderer.time($0, context) })
        }
        let page = UserListPage(
            page: frame(text("page.adminUsers.title"), request, context), search: search, rows: rows,
            hasRows: !rows.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: rows.count, request: request, text: text
            ))
        return renderer.response(page)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try await Users(accounts).account(try context.pathID())
        let text = context.text
        let actor = try context.signedIn().account
        let address = "/admin/users/\(account.id)"
        var facts = [
            FactView(text("page.adminUser.created"), renderer.time(account.createdAt, context).exact),
            FactView(
                text("page.adminUsers.lastSeen"),
                account.lastSignInAt.map { renderer.time($0, context).exact } ?? text("page.adminUsers.never")),
            FactView(
                text("page.adminUser.rights"),
                account.roles.isEmpty ? text("page.role.none") : text.list(RoleFields.names(of: account.roles, text))),
            FactView(
                text("page.account.secondFactor"), text(account.hasSecondFactor ? "page.form.yes" : "page.form.no")),
        ]
        facts.append(FactView(text("page.account.language"), account.language.name))
        let edit = UserPage.Action(
            title: text("page.adminUser.editTitle"), text: text("page.adminUser.editText"), href: "\(address)/edit",
            button: text("page.adminUser.editButton"))
        let roles = UserPage.Action(
            title: text("page.adminUser.title.roles"), text: text("page.adminUser.text.roles", ["name": account.name]),
            href: "\(address)/roles", button: text("page.adminUser.button.roles"))
        let policy = UserPage.Action(
            title: text("page.policy.link"), text: text("page.policy.linkText", ["name": account.name]),
            href: "\(address)/policy", button: text("page.policy.linkButton"))
        let actions = Self.actions(for: account, actor: actor).map { action in
            UserPage.Action(
                title: text("page.adminUser.title.\(action.rawValue)"),
                text: text("page.adminUser.text.\(action.rawValue)", ["name": account.name]),
                href: "\(address)/\(action.rawValue)", button: text("page.adminUser.button.\(action.rawValue)"))
        }
        let deletion = UserPage.Action(
            title: text("page.adminUser.title.delete"),
            text: text("page.adminUser.text.delete", ["name": account.name]), href: "\(address)/delete",
            button: text("page.adminUser.button.delete"))
        let isGone = account.state == .deleted
        let mayDecide = !isGone && Self.mayDecide(actor, on: account)
        let page = UserPage(
            page: frame(account.name, request, context), crumb: crumb(text), name: account.name,
            email: account.email.displayForm, status: Self.status(of: account, text), facts: facts,
            actions: mayDecide
                ? [edit, roles, policy] + actions + (account.id == actor.id ? [] : [deletion])
                : isGone ? [] : [policy],
            whyNot: isGone
                ? text("page.adminUser.gone")
                : mayDecide
                    ? nil : text(actor.permits(.manageUsers) ? "page.adminUser.beyond" : "page.adminUser.onlySee"))
        return renderer.response(page)
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let actor = try context.signedIn().account
        do {
            let account = try await Users(accounts).create(
                UserForm(
                    email: form["email"], name: form["name"], roles: RoleFields.roles(in: form),
                    language: Language(rawValue: form["language"]) ?? context.language), by: actor,
                origin: context.origin(of: request))
            return .redirect(to: "/admin/users/\(account.id)?done=invited")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await newForm(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func edit(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: AccountID = try context.pathID()
        do {
            try await Users(accounts).update(
                id, name: form["name"], language: Language(rawValue: form["language"]) ?? context.language,
                by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "/admin/users/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await editForm(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func act(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        let action = try self.action(context)
        let id: AccountID = try context.pathID()
        let users = Users(accounts)
        let actor = try context.signedIn().account
        let origin = context.origin(of: request)
        do {
            switch action {
            case .invite: try await users.inviteAgain(id, by: actor, origin: origin)
            case .disable: try await users.setDisabled(id, true, by: actor.id, origin: origin)
            case .enable: try await users.setDisabled(id, false, by: actor.id, origin: origin)
            case .removeSecondFactor: try await users.removeSecondFactor(id, by: actor.id, origin: origin)
            case .reset: return try await resetLink(id, request, context)
            }
            return .redirect(to: "/admin/users/\(id)?done=\(action == .invite ? "invited" : "saved")")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await ask(request, context, errors: FormErrors(error, context.text))
        }
    }

    private func resetLink(_ id: AccountID, _ request: Request, _ context: WebContext) async throws -> Response {
        let token = try await Users(accounts).resetLink(
            id, by: try context.signedIn().account.id, origin: context.origin(of: request))
        let text = context.text
        let account = try await Users(accounts).account(id)
        let page = ShownOncePage(
            page: renderer.frame(
                text("page.adminUser.title.reset"), .administration("/admin/users"), request, context,
                scripts: ["copy.js"]),
            crumb: LinkView("/admin/users/\(id)", account.name),
            intro: text("page.adminUser.resetOnce", ["name": account.name]),
            secret: context.settings.addresses.passwordReset(token).absoluteString)
        return renderer.response(page)
    }

    private func ask(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let action = try self.action(context)
        let account = try await Users(accounts).account(try context.pathID())
        let text = context.text
        let page = ConfirmPage(
            page: frame(text("page.adminUser.title.\(action.rawValue)"), request, context),
            crumb: LinkView("/admin/users/\(account.id)", account.name),
            paragraphs: [text("page.adminUser.text.\(action.rawValue)", ["name": account.name])],
            action: request.uri.path, submit: text("page.adminUser.button.\(action.rawValue)"),
            isDestructive: action.isDestructive, errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func newForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let page = AdministrationFormPage(
            page: frame(text("page.adminUsers.new"), request, context), crumb: crumb(text),
            intro: text("page.adminUsers.newIntro"), action: "/admin/users/new",
            fields: [
                .line("name", text("page.account.name"), typed?["name"] ?? "", autocomplete: "off").focused,
                .email("email", text("page.signIn.email"), typed?["email"] ?? "", autocomplete: "off"),
                language(typed?.value("language") ?? context.language.rawValue, text),
            ]
                + RoleFields.fields(
                    typed.map { RoleFields.roles(in: $0) } ?? [.sender], actor: try context.signedIn().account, text),
            submit: text("page.adminUsers.invite"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func editForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let account = try await Users(accounts).account(try context.pathID())
        let page = AdministrationFormPage(
            page: frame(text("page.adminUser.editTitle"), request, context),
            crumb: LinkView("/admin/users/\(account.id)", account.name), intro: account.email.displayForm,
            action: "/admin/users/\(account.id)/edit",
            fields: [
                .line("name", text("page.account.name"), typed?["name"] ?? account.name, autocomplete: "off"),
                language(typed?.value("language") ?? account.language.rawValue, text),
            ], submit: text("page.form.save"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func language(_ value: String, _ text: Localizer) -> FormField {
        .choice(
            "language", text("page.account.language"), value, Language.allCases.map { ($0.rawValue, $0.name) },
            isShort: true)
    }

    private func frame(_ title: String, _ request: Request, _ context: WebContext) -> PageFrame {
        renderer.frame(title, .administration("/admin/users"), request, context)
    }

    private func crumb(_ text: Localizer) -> LinkView { LinkView("/admin/users", text("page.adminUsers.title")) }

    private func action(_ context: WebContext) throws -> UserAction {
        guard let action = context.parameters.get("action").flatMap({ UserAction(rawValue: $0) }) else {
            throw DeliveriesError(.notFound)
        }
        return action
    }

    /// What makes sense for an account; nobody takes the own rights away by mistake.
    static func actions(for account: Account, actor: Account) -> [UserAction] {
        var actions: [UserAction] = []
        if account.state == .invited { actions.append(.invite) }
        if account.state == .active { actions.append(.reset) }
        if account.hasSecondFactor, account.id != actor.id { actions.append(.removeSecondFactor) }
        if account.state == .disabled {
            actions.append(.enable)
        } else if account.id != actor.id {
            actions.append(.disable)
        }
        return actions
    }

    private static func mayDecide(_ actor: Account, on account: Account) -> Bool {
        actor.roles.mayDecide(on: account.roles)
    }

    /// The roles beside that of the plain sender.
    private static func tags(of account: Account, _ text: Localizer) -> [String] {
        RoleFields.names(of: account.roles.subtracting([.sender]), text)
    }

    private static func status(of account: Account, _ text: Localizer) -> StatusView {
        switch account.state {
        case .active: StatusView(.good, icon: "check", text("page.adminUser.state.active"))
        case .invited: StatusView(.plain, icon: "mail", text("page.adminUser.state.invited"))
        case .disabled: StatusView(.bad, icon: "lock", text("page.adminUser.state.disabled"))
        case .deleted: StatusView(.plain, icon: "bin", text("page.adminUser.state.deleted"))
        }
    }
}
