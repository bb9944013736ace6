import AddIns
import Crypto
import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailTemplates
import NIOCore
import WebServer

/// What mail clients fetch: manifests, pages and icons of the add-in for Outlook, the extension for Thunderbird.
struct AddInFilePages {
    /// Where Outlook shows add-ins; Exchange servers of the organisation's own come from the settings.
    private static let outlookHosts = [
        "https://outlook.office.com", "https://outlook.office365.com", "https://outlook.live.com",
        "https://*.office.com", "https://*.office365.com", "https://*.outlook.com", "https://*.cloud.microsoft",
        "https://*.microsoft365.com",
    ]
    /// Outlook demands that its library comes from here.
    private static let office = "https://appsforoffice.microsoft.com"

    let assets: String
    let outlook: OutlookFiles
    let thunderbird: ThunderbirdExtension

    init(assets: String) throws {
        self.assets = assets
        outlook = try OutlookFiles()
        thunderbird = try ThunderbirdExtension()
    }

    func add(to group: RouterGroup<WebContext>) {
        for name in outlook.manifestNames {
            group.get(RouterPath("add-ins/outlook/\(name)")) { request, context in
                let manifest = try outlook.manifest(name, for: installation(context))
                return answer(Data(manifest.utf8), "application/xml; charset=utf-8", request)
            }
        }
        group.get("add-ins/outlook/package.zip") { request, context in
            answer(try outlook.package(for: installation(context)), "application/zip", request, file: "depesche.zip")
        }
        for page in OutlookFiles.Page.allCases {
            group.get(RouterPath("add-ins/outlook/\(page.rawValue)")) { request, context in
                try show(page, request, context)
            }
        }
        group.get("add-ins/outlook/launchevent.js") { request, context in
            let script = try outlook.launchEventScript(for: installation(context))
            return answer(Data(script.utf8), "text/javascript; charset=utf-8", request)
        }
        for (name, content) in outlook.icons {
            group.get(RouterPath("add-ins/outlook/\(name)")) { _, _ in
                var response = Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: content)))
                response.headers[.contentType] = "image/png"
                // Outlook shows a sign of its own instead of one that it may not keep.
                response.headers[.cacheControl] = "public, max-age=86400"
                return response
            }
        }
        // Which script may call us from the engine without pages.
        group.get(".well-known/microsoft-officeaddins-allowed.json") { request, context in
            let script = context.settings.text(.serverPublicURL) + "/add-ins/outlook/launchevent.js"
            let list = try JSONSerialization.data(
                withJSONObject: ["allowed": [script]], options: [.withoutEscapingSlashes])
            return answer(list, "application/json", request)
        }
        group.get("add-ins/thunderbird/depesche.xpi") { request, context in
            answer(
                try thunderbird.archive(for: installation(context)), "application/x-xpinstall", request,
                file: "depesche.xpi")
        }
        group.get("add-ins/thunderbird/updates.json") { request, context in
            answer(Data(try thunderbird.updates(for: installation(context)).utf8), "application/json", request)
        }
    }

    private func show(_ page: OutlookFiles.Page, _ request: Request, _ context: WebContext) throws -> Response {
        let language = Language(rawValue: request.query("language")) ?? context.language
        let content = try outlook.page(page, language: language, for: installation(context))
        var response = answer(Data(content.utf8), "text/html; charset=utf-8", request)
        response.headers[.contentLanguage] = language.rawValue
        let exchange = context.settings.list(.addInsExchangeHosts).map { "https://\($0)" }
        response.headers[.contentSecurityPolicy] = [
            "default-src 'none'", "script-src 'self' \(Self.office)", "style-src 'self'", "img-src 'self' data:",
            "connect-src 'self'", "worker-src 'self'", "form-action 'none'", "base-uri 'none'",
            "frame-ancestors 'self' \((Self.outlookHosts + exchange).joined(separator: " "))",
        ].joined(separator: "; ")
        response.headers[.robotsTag] = "noindex"
        return response
    }

    private func installation(_ context: WebContext) -> AddInInstallation {
        let theme = Theme(context.settings)
        return AddInInstallation(
            url: context.settings.text(.serverPublicURL), organisation: context.settings.organisationName,
            assets: assets, accent: context.settings.accent.hex, theme: theme.sheet, themeAddress: theme.address)
    }

    /// A file that may be kept but must be asked for again (RFC 9110, 13.1.2).
    private func answer(
        _ content: Data, _ type: String, _ request: Request, file: String? = nil
    ) -> Response {
        let tag = "\"" + SHA256.hash(data: content).prefix(16).map { String($0, radix: 16) }.joined() + "\""
        var headers = HTTPFields()
        headers[.eTag] = tag
        headers[.cacheControl] = "no-cache"
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        if let file { headers[.contentDisposition] = "attachment; filename=\"\(file)\"" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: content)))
    }
}
