import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import NIOCore
import WebServer

/// Makes pages: the frame around them, the HTML, and the headers that keep a page to itself.
struct PageRenderer: Sendable {
    private static let languageNames: [Language: String] = [.german: "Deutsch", .english: "English"]
    /// Only what is our own may be loaded, run and sent to; nobody may put a page of ours into a frame.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "worker-src 'self'", "frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    let csrf: CSRFProtection
    let settings: SettingsService
    let timeZone: TimeZone
    let now: @Sendable () -> Date
    private let library: PageLibrary
    private let assets: String
    private let scriptTexts: [Language: String]

    /// - Parameters:
    ///   - library: the templates.
    ///   - assets: where style sheets and scripts lie.
    ///   - csrf: proofs for forms.
    ///   - settings: the settings in force.
    ///   - timeZone: the zone that times are shown in.
    ///   - now: the clock.
    init(
        library: PageLibrary, assets: String, csrf: CSRFProtection, settings: SettingsService, timeZone: TimeZone,
        now: @escaping @Sendable () -> Date
    ) {
        self.library = library
        self.assets = assets
        self.csrf = csrf
        self.settings = settings
        self.timeZone = timeZone
        self.now = now
        var texts: [Language: String] = [:]
        for language in Language.allCases { texts[language] = Self.textsForScripts(Localizer(language)) }
        scriptTexts = texts
    }

    /// The frame of a page. What `?done=` names was just done and is said above the page.
    func frame(
        _ title: String, _ area: PageArea, _ request: Request, _ context: WebContext, scripts: [String] = [],
        languageAction: String = "/language"
    ) async throws -> PageFrame {
        let settings = try await settings.current()
        let text = Localizer(context.language)
        let other: Language = context.language == .german ? .english : .german
        let (proof, cookie) = csrf.issue(for: request, context: context)
        let isInside = area != .outside
        let account = isInside ? context.identity?.account : nil
        let name = settings.organisationName
        return PageFrame(
            title: title, spoken: context.language, organisation: name.isEmpty ? "Depesche" : name, assets: assets,
            csrf: proof, home: isInside ? "/deliveries" : "/", path: Self.returnPath(request),
            languageAction: languageAction,
            otherLanguage: .init(code: other.rawValue, name: Self.languageNames[other] ?? other.rawValue),
            imprint: SafeLink(settings.text(.organisationImprintURL))?.text,
            privacy: SafeLink(settings.text(.organisationPrivacyURL))?.text, scripts: scripts,
            scriptTexts: scripts.isEmpty ? nil : scriptTexts[context.language], theme: nil, logo: nil,
            notice: Self.notice(request, text),
            user: account.map { .init(name: $0.name, email: $0.email.displayForm) },
            navigation: account.map { Self.navigation(area, isAdministrator: $0.isAdministrator, text) } ?? [],
            adminNavigation: Self.adminNavigation(area, text), cookies: cookie.map { [$0] } ?? [],
            language: context.language.rawValue)
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
        TimeView(date, now: now(), timeZone: timeZone, text: Localizer(context.language))
    }

    private static func notice(_ request: Request, _ text: Localizer) -> PageFrame.Notice? {
        guard let done = request.uri.queryParameters["done"] else { return nil }
        let key = "page.done.\(done)"
        guard text.has(key) else { return nil }
        return .init(kind: "good", icon: "check-circle", text: text(key))
    }

    /// Where the reader comes back to after choosing a language.
    private static func returnPath(_ request: Request) -> String {
        request.method == .get ? LocalPath(request.uri.string)?.text ?? "/" : LocalPath(request.uri.path)?.text ?? "/"
    }

    private static func navigation(
        _ area: PageArea, isAdministrator: Bool, _ text: Localizer
    ) -> [PageFrame.MenuEntry] {
        var entries = [
            PageFrame.MenuEntry(
                href: "/deliveries", label: text("page.deliveries.title"), isCurrent: area == .deliveries)
        ]
        if isAdministrator {
            var isCurrent = false
            if case .administration = area { isCurrent = true }
            entries.append(.init(href: "/admin", label: text("page.admin.title"), isCurrent: isCurrent))
        }
        entries.append(.init(href: "/account", label: text("page.account.title"), isCurrent: area == .account))
        return entries
    }

    private static func adminNavigation(_ area: PageArea, _ text: Localizer) -> [PageFrame.MenuGroup] {
        guard case .administration(let current) = area else { return [] }
        func entry(_ href: String, _ label: String) -> PageFrame.MenuEntry {
            .init(href: href, label: label, isCurrent: href == current)
        }
        return [
            .init(
                heading: nil,
                items: [
                    entry("/admin", text("page.adminStart.title")),
                    entry("/admin/users", text("page.adminUsers.title")),
                ]),
            .init(
                heading: text("page.admin.system"),
                items: [
                    entry("/admin/organisation", text("page.organisation.title")),
                    entry("/admin/smtp", text("page.smtp.title")),
                    entry("/admin/notifications", text("page.notifications.title")),
                    entry("/admin/deliveries", text("page.limits.title")),
                    entry("/admin/security", text("page.security.title")),
                ]),
            .init(
                heading: text("page.admin.operation"),
                items: [
                    entry("/admin/outbox", text("page.outbox.title")),
                    entry("/admin/mailbox", text("page.mailbox.title")),
                    entry("/admin/audit", text("page.audit.title")),
                ]),
        ]
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
