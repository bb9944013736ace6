import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import MailTemplates
import NIOCore
import WebServer

/// A way to look at a mail.
enum MailTemplateView: String, CaseIterable {
    case desktop, phone, dark, text
}

/// A mail with sample data inside a frame, which may look as it likes and do nothing.
extension MailTemplatePages {
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox"
    private static let darkRule = "@media (prefers-color-scheme:dark)"

    /// The words in force.
    func storedFrame(_ request: Request, _ context: WebContext) async throws -> Response {
        let entry = try await editing.entry(try place(context))
        return try frame(entry.state == .unfit ? nil : entry.source, request, context)
    }

    /// The words as they are typed.
    func typedFrame(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        return try frame(Self.source(form), request, context)
    }

    private func frame(
        _ source: TemplateSource?, _ request: Request, _ context: WebContext
    ) throws -> Response {
        let view = MailTemplateView(rawValue: request.query("view")) ?? .desktop
        do {
            let mail = try editing.preview(source, at: try place(context), settings: context.settings)
            if view == .text {
                return Self.response("\(mail.subject.value)\n\n\(mail.plainText)", type: "text/plain")
            }
            return Self.response(Self.html(mail.html, view), type: "text/html")
        } catch let error as DeliveriesError where error.code == .invalid {
            let text = context.text
            let mistakes = error.fields.map { field in
                "\(text("page.mailTemplates.\(field.field)")): \(FormErrors.message(of: field, text))"
            }
            return Self.response(
                ([text("page.mailTemplates.unfinished")] + mistakes).joined(separator: "\n\n"), type: "text/plain")
        }
    }

    /// The mail as it looks there, whatever the browser's own colours are. Its links open in windows of their own.
    private static func html(_ html: String, _ view: MailTemplateView) -> String {
        var head = "<base target=\"_blank\">"
        if view == .phone { head += "<style>body{max-width:360px;margin:0 auto !important}</style>" }
        return html.replacing(darkRule, with: view == .dark ? "@media all" : "@media not all", maxReplacements: 1)
            .replacing("content=\"light dark\"", with: "content=\"\(view == .dark ? "dark" : "light")\"")
            .replacing("</head>", with: head + "</head>", maxReplacements: 1)
    }

    private static func response(_ body: String, type: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "\(type); charset=utf-8"
        headers[.contentSecurityPolicy] = policy
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
