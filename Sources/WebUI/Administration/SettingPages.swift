import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import WebServer

/// A page of settings in groups.
struct SettingPage: PageModel {
    static let template = "admin-settings"
    let page: PageFrame
    let intro: String?
    let action: String
    let groups: [FieldGroup]
    var logo: LogoView?
    let errorSummary: FormErrors.Summary?
}

/// Administration → System: deliveries, security, taking mail in.
struct SettingPages {
    private static let pages: [(name: String, form: SettingForm)] = [
        ("deliveries", .limits), ("security", .security), ("mail-intake", .mailIntake),
    ]

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        for (name, form) in Self.pages {
            group.get("admin/\(name)") { request, context in try await show(name, form, request, context) }
            group.post("admin/\(name)") { request, context in try await save(name, form, request, context) }
        }
    }

    private func save(
        _ name: String, _ form: SettingForm, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let typed = try await renderer.form(request, context)
        return try await form.save(typed, accounts, context, then: "/admin/\(name)?done=saved") { errors in
            try await show(name, form, request, context, typed: typed, errors: errors)
        }
    }

    private func show(
        _ name: String, _ form: SettingForm, _ request: Request, _ context: WebContext, typed: FormBody? = nil,
        errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let area = name == "deliveries" ? "limits" : name
        let groups = form.fieldGroups(context.settings, typed: typed, text)
        let intro = "page.\(area).intro"
        let page = SettingPage(
            page: renderer.frame(
                text("page.\(area).title"), .administration("/admin/\(name)"), request, context),
            intro: text.has(intro) ? text(intro) : nil, action: "/admin/\(name)",
            groups: groups.map { $0.judged(by: errors) }, errorSummary: errors?.summary(for: groups.flatMap(\.fields)))
        return renderer.response(page, status: errors?.status ?? .ok)
    }
}
