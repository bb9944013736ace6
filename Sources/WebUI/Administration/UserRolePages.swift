import Deliveries
import Hummingbird
import Localization
import WebServer

/// Administration → Users → roles: what an account is for.
struct UserRolePages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/users/:id/roles") { request, context in try await show(request, context) }
        group.post("admin/users/:id/roles", use: save)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: AccountID = try context.pathID()
        do {
            try await Users(accounts).setRoles(
                id, RoleFields.roles(in: form), by: try context.signedIn().account.id,
                origin: context.origin(of: request))
            return .redirect(to: "/admin/users/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            let errors = FormErrors(error, context.text, fields: ["isAdministrator": "role-administrator"])
            return try await show(request, context, typed: form, errors: errors)
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let account = try await Users(accounts).account(try context.pathID())
        let actor = try context.signedIn().account
        guard actor.roles.mayDecide(on: account.roles) else { throw DeliveriesError(.forbidden) }
        let page = AdministrationFormPage(
            page: renderer.frame(
                text("page.adminUser.title.roles"), .administration("/admin/users"), request, context),
            crumb: LinkView("/admin/users/\(account.id)", account.name),
            intro: text("page.adminUser.rolesIntro", ["name": account.name]),
            action: "/admin/users/\(account.id)/roles",
            fields: RoleFields.fields(typed.map { RoleFields.roles(in: $0) } ?? account.roles, actor: actor, text),
            submit: text("page.form.save"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }
}
