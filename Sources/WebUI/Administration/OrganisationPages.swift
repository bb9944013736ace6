import Deliveries
import Hummingbird
import Localization
import WebServer

/// The organisation's logo as the page shows it, and the form for another.
struct LogoView: Sendable {
    /// The logo in force.
    struct Current: Sendable {
        let source: String
        let width: String
        let height: String
        let facts: String
        /// Whether mails carry it.
        let inMails: StatusView
    }

    let field: FormField
    let current: Current?
    let isLocked: Bool
}

/// Administration → System → Organisation.
struct OrganisationPages {
    private static let path = "/admin/organisation"

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/organisation") { request, context in try await show(request, context) }
        group.post("admin/organisation", use: save)
        group.post("admin/organisation/logo", use: setLogo)
        group.post("admin/organisation/logo/remove", use: removeLogo)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        return try await SettingForm.organisation.save(
            typed, accounts, context, then: "\(Self.path)?done=saved"
        ) { errors in
            try await show(request, context, typed: typed, errors: errors)
        }
    }

    private func setLogo(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let file = form.files.first { $0.name == SettingKey.organisationLogo.name }
        do {
            try await Branding(accounts).setLogo(
                file?.content ?? [], by: try context.signedIn().account.id, origin: context.origin(of: request))
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, errors: FormErrors(error, context.text))
        }
        return .redirect(to: "\(Self.path)?done=saved")
    }

    private func removeLogo(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        try await Branding(accounts).removeLogo(
            by: try context.signedIn().account.id, origin: context.origin(of: request))
        return .redirect(to: "\(Self.path)?done=saved")
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let author = try context.signedIn().account.mailbox
        let groups = SettingForm.organisation.fieldGroups(context.settings, typed: typed, text)
            .map { $0.withSenderNames(of: author, context.settings) }
        let logo = Self.logo(context, errors)
        let page = SettingPage(
            page: renderer.frame(
                text("page.organisation.title"), .administration(Self.path), request, context,
                scripts: ["sender-name.js"]),
            intro: nil, action: Self.path, groups: groups.map { $0.judged(by: errors) }, logo: logo,
            errorSummary: errors?.summary(for: groups.flatMap(\.fields) + [logo.field]))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private static func logo(_ context: WebContext, _ errors: FormErrors?) -> LogoView {
        let text = context.text
        let key = SettingKey.organisationLogo
        let isLocked = context.settings.isLocked(key)
        let field = FormField.file(
            key.name, text("page.setting.organisation.logo.label"), accept: "image/png,image/jpeg,.png,.jpg,.jpeg",
            hint: text("page.setting.organisation.logo.hint")
        ).locked(isLocked).judged(by: errors)
        let current = context.settings.logo.map { logo in
            LogoView.Current(
                source: logo.path, width: String(logo.width), height: String(logo.height),
                facts: text(
                    "page.logo.facts",
                    [
                        "format": logo.kind, "width": text.number(Int64(logo.width)),
                        "height": text.number(Int64(logo.height)), "size": text.size(Int64(logo.size)),
                    ]),
                inMails: logo.fitsInMail
                    ? StatusView(.good, icon: "check", text("page.logo.inMails"))
                    : StatusView(.warn, icon: "warning", text("page.logo.notInMails")))
        }
        return LogoView(field: field, current: current, isLocked: isLocked)
    }
}
