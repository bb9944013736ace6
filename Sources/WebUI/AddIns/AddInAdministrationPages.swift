import Deliveries
import Hummingbird
import Localization
import WebServer

/// Administration → Add-ins: what is handed out, how it is rolled out, and what holds in the mail clients.
struct AddInAdministrationPage: PageModel {
    /// A command or an address to be copied.
    struct Source: Sendable {
        let id: String
        let label: String
        let text: String
    }

    /// One way to get an add-in into mail clients.
    struct Way: Sendable {
        let id: String
        let title: String
        let steps: [String]
        let sources: [Source]
        let links: [LinkView]
    }

    /// A mail client with its ways.
    struct Client: Sendable {
        let id: String
        let title: String
        let intro: String
        let ways: [Way]
    }

    static let template = "admin-add-ins"
    let page: PageFrame
    /// Why nothing can be rolled out yet; nil if it can.
    let obstacle: String?
    let clients: [Client]
    let action: String
    let groups: [FieldGroup]
    let errorSummary: FormErrors.Summary?
}

/// Administration → Add-ins.
struct AddInAdministrationPages {
    private static let address = "/admin/add-ins"

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/add-ins") { request, context in try await show(request, context) }
        group.post("admin/add-ins", use: save)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let done = "\(Self.address)?done=saved"
        return try await SettingForm.addIns.save(typed, accounts, context, then: done) { errors in
            try await show(request, context, typed: typed, errors: errors)
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let url = context.settings.text(.serverPublicURL)
        let home = context.settings.homeDomains.joined(separator: ", ")
        let groups = SettingForm.addIns.fieldGroups(
            context.settings, typed: typed,
            proposals: context.settings.isSet(.addInsInsideDomains) || home.isEmpty
                ? [:] : [.addInsInsideDomains: home],
            text)
        let page = AddInAdministrationPage(
            page: renderer.frame(
                text("page.addIns.title"), .administration(Self.address), request, context, scripts: ["copy.js"]),
            obstacle: url.hasPrefix("https://") ? nil : text("page.addIns.needsHTTPS", ["url": url]),
            clients: [outlook(url, text), thunderbird(url, text)], action: Self.address,
            groups: groups.map { $0.judged(by: errors) }, errorSummary: errors?.summary(for: groups.flatMap(\.fields)))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func outlook(_ url: String, _ text: Localizer) -> AddInAdministrationPage.Client {
        let manifest = "\(url)/add-ins/outlook/manifest.xml"
        let onSend = "\(url)/add-ins/outlook/manifest-on-send.xml"
        return .init(
            id: "outlook", title: text("page.addIns.outlook.title"), intro: text("page.addIns.outlook.intro"),
            ways: [
                way(
                    "outlook", "cloud", text, sources: [("manifest", manifest)],
                    links: [("manifest.xml", manifest), ("package.zip", "\(url)/add-ins/outlook/package.zip")]),
                way(
                    "outlook", "exchange", text,
                    sources: [
                        (
                            "command",
                            "New-App -OrganizationApp -Url \"\(manifest)\" -ProvidedTo Everyone "
                                + "-DefaultStateForUser Enabled"
                        ),
                        (
                            "command-on-send",
                            "New-App -OrganizationApp -Url \"\(onSend)\" -ProvidedTo Everyone "
                                + "-DefaultStateForUser Enabled"
                        ),
                    ], links: []),
                way("outlook", "single", text, sources: [], links: [("manifest.xml", manifest)]),
            ])
    }

    private func thunderbird(_ url: String, _ text: Localizer) -> AddInAdministrationPage.Client {
        let archive = "\(url)/add-ins/thunderbird/depesche.xpi"
        let policy = """
            {
              "policies": {
                "ExtensionSettings": {
                  "\(Self.extensionID)": {
                    "installation_mode": "force_installed",
                    "install_url": "\(archive)"
                  }
                }
              }
            }
            """
        return .init(
            id: "thunderbird", title: text("page.addIns.thunderbird.title"),
            intro: text("page.addIns.thunderbird.intro"),
            ways: [
                way("thunderbird", "single", text, sources: [], links: [("depesche.xpi", archive)]),
                way("thunderbird", "policy", text, sources: [("policy", policy)], links: []),
            ])
    }

    /// The name of the extension, as its manifest says it.
    static let extensionID = "depesche@add-ins.depesche"

    private func way(
        _ client: String, _ name: String, _ text: Localizer, sources: [(name: String, text: String)],
        links: [(name: String, href: String)]
    ) -> AddInAdministrationPage.Way {
        let area = "page.addIns.\(client).\(name)"
        let steps = (1...9).map { "\(area).step\($0)" }.filter(text.has).map { text($0) }
        return .init(
            id: "\(client)-\(name)", title: text("\(area).title"), steps: steps,
            sources: sources.map {
                .init(id: "\(client)-\(name)-\($0.name)", label: text("page.addIns.source.\($0.name)"), text: $0.text)
            },
            links: links.map { LinkView($0.href, text("page.addIns.fetch", ["name": $0.name])) })
    }
}
