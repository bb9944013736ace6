import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import MailTemplates
import NIOCore
import WebServer

/// Makes pages: the frame around them, the HTML, and the headers that keep a page to itself.
struct PageRenderer: Sendable {
    /// Only what is our own may be loaded, run and sent to; nobody may put a page of ours into a frame.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "worker-src 'self'", "frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    let csrf: CSRFProtection
    let now: @Sendable () -> Date
    private let library: PageLibrary
    private let assets: String
    private let scriptTexts: [Language: String]

    /// - Parameters:
    ///   - library: the templates.
    ///   - assets: where style sheets and scripts lie.
    ///   - csrf: proofs for forms.
    ///   - now: the clock.
    init(
        library: PageLibrary, assets: String, csrf: CSRFProtection,
        now: @escaping @Sendable () -> Date
    ) {
        self.library = library
        self.assets = assets
        self.csrf = csrf
        self.now = now
        var texts: [Language: String] = [:]
        for language in Language.allCases { texts[language] = Self.textsForScripts(Localizer(language)) }
        scriptTexts = texts
    }

    /// The frame of a page. What `?done=` names was just done and is said above the page.
    func frame(
        _ title: String, _ area: PageArea, _ request: Request, _ context: WebContext, scripts: [String] = [],
        languageAction: String = "/language"
    ) -> PageFrame {
        let settings = context.settings
        let text = Localizer(context.language)
        let (proof, cookie) = csrf.issue(for: request, context: context)
        let isInside = area != .outside
        let account = isInside ? context.identity?.account : nil
        let name = settings.organisationName
        let readOnlyNote = Self.readOnlyNote(area, context, account, text)
        return PageFrame(
            title: title, spoken: context.language, organisation: name.isEmpty ? "Depesche" : name, assets: assets,
            csrf: proof, home: isInside ? "/deliveries" : "/", path: Self.returnPath(request),
            languageAction: languageAction,
            otherLanguages: Language.allCases.filter { $0 != context.language }
                .map { .init(code: $0.rawValue, name: $0.name) },
            imprint: SafeLink(settings.text(.organisationImprintURL))?.text,
            privacy: SafeLink(settings.text(.organisationPrivacyURL))?.text,
            footer: settings.isSet(.organisationFooter) ? settings.text(.organisationFooter) : nil, scripts: scripts,
            scriptTexts: scripts.isEmpty ? nil : scriptTexts[context.language], theme: Self.theme(settings),
            logo: settings.logo.map { .init(source: $0.path, width: String($0.width), height: String($0.height)) },
            notice: Self.notice(request, text),
            user: account.map { .init(name: $0.name, email: $0.email.displayForm) },
            navigation: account.map { Self.navigation(area, $0, text) } ?? [],
            adminNavigation: account.map { Self.adminNavigation(area, $0, text) } ?? [],
            cookies: cookie.map { [$0] } ?? [],
            language: context.language.rawValue, maySend: account?.permits(.send) ?? false,
            maySeeSettings: account?.permits(.seeSettings) ?? false,
            mayChangeSettings: account?.permits(.changeSettings) ?? false, readOnlyNote: readOnlyNote,
            isReadOnly: readOnlyNote != nil)
    }

    /// Says who may send the forms of a page of the administration, if that is not for the one who looks at it.
    private static func readOnlyNote(
        _ area: PageArea, _ context: WebContext, _ account: Account?, _ text: Localizer
    ) -> String? {
        guard case .administration = area, let account, let rights = PageRights.of(context.endpointPath),
            !account.permits(rights.change)
        else { return nil }
        let roles = Set(Role.allCases.filter { $0.permits(rights.change) })
        return text("page.admin.readOnly", ["roles": text.list(RoleFields.names(of: roles, text))])
    }

    /// A page as an answer.
    func response(_ model: some PageModel, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentLanguage] = model.page.language
        headers[.contentSecurityPolicy] = Self.policy
        headers[.cacheControl] = "no-store"
        headers[.robotsTag] = "noindex"
        headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
        var response = Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: library.render(model))))
        for cookie in model.page.cookies { response.setCookie(cookie) }
        return response
    }

    /// The fields of a form that proves to come from one of our pages.
    func form(_ request: Request, _ context: WebContext) async throws -> FormBody {
        let form = try await FormBody(request)
        try csrf.demand(field: form[CSRFProtection.fieldName], for: request, context: context)
        return form
    }

    /// A moment in the words of the reader.
    func time(_ date: Date, _ context: WebContext) -> TimeView {
        TimeView(date, now: now(), timeZone: context.web.timeZone, text: Localizer(context.language))
    }

    private static func notice(_ request: Request, _ text: Localizer) -> PageFrame.Notice? {
        guard let done = request.uri.queryParameters["done"] else { return nil }
        let key = "page.done.\(done)"
        guard text.has(key) else { return nil }
        return .init(kind: "good", icon: "check-circle", text: text(key))
    }

    /// Where the organisation's colours are; nil while they are ours.
    private static func theme(_ settings: Settings) -> String? {
        let theme = Theme(settings)
        return theme == Theme(light: .standard, dark: .standardOnDark) ? nil : theme.address
    }

    /// Where the reader comes back to after choosing a language.
    private static func returnPath(_ request: Request) -> String {
        request.method == .get ? LocalPath(request.uri.string)?.text ?? "/" : LocalPath(request.uri.path)?.text ?? "/"
    }

    private static func navigation(
        _ area: PageArea, _ account: Account, _ text: Localizer
    ) -> [PageFrame.MenuEntry] {
        var entries = [
            PageFrame.MenuEntry(
                href: "/deliveries", label: text("page.deliveries.title"), isCurrent: area == .deliveries)
        ]
        if account.permits(.seeAdministration) {
            var isCurrent = false
            if case .administration = area { isCurrent = true }
            entries.append(.init(href: "/admin", label: text("page.admin.title"), isCurrent: isCurrent))
        }
        entries.append(.init(href: "/account", label: text("page.account.title"), isCurrent: area == .account))
        return entries
    }

    /// The menu of the administration, with what the reader may see of it.
    private static func adminNavigation(
        _ area: PageArea, _ account: Account, _ text: Localizer
    ) -> [PageFrame.MenuGroup] {
        guard case .administration(let current) = area else { return [] }
        func entry(_ href: String, _ label: String) -> PageFrame.MenuEntry {
            .init(href: href, label: label, isCurrent: href == current)
        }
        // Where others get by way of the settings of mail and the outbox.
        let healthEntries =
            account.permits(.seeSettings)
            ? []
            : [
                entry("/admin/mailserver", text("page.mailserver.title")),
                entry("/admin/outbox/hours", text("page.outbox.tab.hours")),
            ]
        let groups: [PageFrame.MenuGroup] = [
            .init(
                heading: nil,
                items: [
                    entry("/admin", text("page.adminStart.title")),
                    entry("/admin/users", text("page.adminUsers.title")),
                    entry("/admin/groups", text("page.group.listTitle")),
                ]),
            .init(
                heading: text("page.admin.system"),
                items: [
                    entry("/admin/organisation", text("page.organisation.title")),
                    entry("/admin/smtp", text("page.smtp.title")),
                    entry("/admin/domains", text("page.domains.title")),
                    entry("/admin/bounces", text("page.bounces.title")),
                    entry("/admin/mail-intake", text("page.mail-intake.title")),
                    entry("/admin/submission", text("page.submission.title")),
                    entry("/admin/notifications", text("page.notifications.title")),
                    entry(MailTemplatePages.path, text("page.mailTemplates.title")),
                    entry("/admin/deliveries", text("page.limits.title")),
                    entry("/admin/scan", text("page.scan.title")),
                    entry("/admin/add-ins", text("page.addIns.title")),
                    entry("/admin/security", text("page.security.title")),
                ]),
            .init(
                heading: text("page.admin.operation"),
                items: [
                    entry(AllDeliveriesPages.path, text("page.allDeliveries.title")),
                    entry("/admin/outbox", text("page.outbox.title")),
                ] + healthEntries + [
                    entry("/admin/suppressions", text("page.suppression.title")),
                    entry("/admin/mailbox", text("page.mailbox.title")),
                    entry("/admin/clean-up", text("page.cleanUp.title")),
                    entry("/admin/reports", text("page.reports.title")),
                    entry("/admin/audit", text("page.audit.title")),
                ]),
        ]
        return groups.compactMap { group in
            let items = group.items.filter { mayOpen($0.href, account) }
            return items.isEmpty ? nil : .init(heading: group.heading, items: items)
        }
    }

    /// Whether an account may open a page of the administration without parameters in its address.
    static func mayOpen(_ address: String, _ account: Account) -> Bool {
        let path = String(address.prefix { $0 != "?" && $0 != "#" })
        return PageRights.of(path)?.permits(.get, account) ?? account.isAdministrator
    }

    /// What scripts say, as JSON: the area `page.script`, and the mistakes of addresses as `address.<reason>`.
    private static func textsForScripts(_ text: Localizer) -> String {
        var texts = text.texts(below: "page.script")
        for (reason, words) in text.texts(below: "error.field") where reason.hasPrefix("address-") {
            texts["address.\(reason)"] = words
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(texts)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
