import Deliveries
import Hummingbird
import Localization
import WebServer

/// Administration → Groups → rules: what holds for the members of a group.
struct GroupRulePages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/groups/:id/rules") { request, context in try await show(request, context) }
        group.post("admin/groups/:id/rules", use: save)
    }

    private func form(_ group: AccountGroup, _ context: WebContext) -> PolicyForm {
        PolicyForm(policy: group.policy, fallback: AccountPolicy(context.settings), text: context.text)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let groups = Groups(accounts)
        let group = try await groups.group(try context.pathID())
        do {
            try await groups.update(
                group.id, rules: form(group, context).texts(typed), by: try context.signedIn().account.id,
                origin: context.origin(of: request))
            return .redirect(to: "\(GroupPages.path)/\(group.id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, typed: typed, errors: FormErrors(error, context.text))
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let group = try await Groups(accounts).group(try context.pathID())
        let fields = form(group, context).fieldGroups(typed)
        let page = GroupRulePage(
            page: renderer.frame(
                text("page.group.rulesTitle", ["name": group.name]), .administration(GroupPages.path), request, context),
            crumb: LinkView("\(GroupPages.path)/\(group.id)", group.name), intro: text("page.group.rulesIntro"),
            action: "\(GroupPages.path)/\(group.id)/rules", groups: fields.map { $0.judged(by: errors) },
            errorSummary: errors?.summary(for: fields.flatMap(\.fields)))
        return renderer.response(page, status: errors?.status ?? .ok)
    }
}
