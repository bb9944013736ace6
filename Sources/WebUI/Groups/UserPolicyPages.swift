import Deliveries
import Hummingbird
import Localization
import WebServer

/// Administration → Users → rules: what holds for an account, and where each rule comes from.
struct UserPolicyPages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/users/:id/policy", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let account = try await Users(accounts).account(try context.pathID())
        let (policy, groups) = try await Groups(accounts).policy(of: account.id)
        let words = PolicyWords(text: text)
        let seesSettings = try context.signedIn().account.permits(.seeSettings)
        let page = UserPolicyPage(
            page: renderer.frame(text("page.policy.title"), .administration("/admin/users"), request, context),
            crumb: LinkView("/admin/users/\(account.id)", account.name),
            intro: text("page.policy.intro", ["name": account.name]),
            groups: groups.map { Self.link($0.id, $0.name) }, hasGroups: !groups.isEmpty,
            rows: policy.rulings.map { ruling in
                var links = ruling.votes.map { Self.link($0.group, $0.name) }
                if links.isEmpty, ruling.limitedBy == nil, seesSettings, let setting = ruling.rule.setting {
                    links = [LinkView("\(SettingForm.path(of: setting))#\(setting.name)", text("page.policy.change"))]
                }
                return .init(
                    rule: words.name(of: ruling.rule), value: words.value(ruling.value, of: ruling.rule),
                    source: words.source(of: ruling), links: links, notes: words.notes(on: ruling))
            })
        return renderer.response(page)
    }

    private static func link(_ id: GroupID, _ name: String) -> LinkView { LinkView("\(GroupPages.path)/\(id)", name) }
}
