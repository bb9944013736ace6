import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import NIOCore
import Outbox
import WebServer

/// The local mailbox: mail that was kept, as it would arrive.
struct MailboxPages {
    private static let perPage = 50
    /// A mail may look as it likes and do nothing; its links open in windows of their own.
    private static let framePolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox"

    let renderer: PageRenderer
    let outbox: OutboxActions
    let isDemo: Bool

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/mailbox", use: list)
        group.get("admin/mailbox/:id", use: show)
        group.get("admin/mailbox/:id/frame", use: frame)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let words = OutboxWords(text: text)
        let offset = request.offset()
        let (entries, total) = try await outbox.list(
            OutboxFilter(states: [.local]), offset: offset, limit: Self.perPage)
        let rows = entries.map { entry in
            MailboxPage.Row(
                href: "/admin/mailbox/\(entry.id)", recipient: entry.to.displayForm, kind: words.kind(of: entry),
                time: renderer.time(entry.createdAt, context))
        }
        let page = MailboxPage(
            page: renderer.frame(
                text("page.mailbox.title"), .administration("/admin/mailbox"), request, context),
            rows: rows, hasRows: !rows.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: total, shown: rows.count, request: request, text: text))
        return renderer.response(page)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let id: OutboxEntryID = try context.pathID()
        let form = MailForm(rawValue: request.query("form")) ?? .html
        let (entry, _) = try await outbox.show(id)
        guard entry.state == .local else { throw DeliveriesError(.notFound) }
        var facts = [
            FactView(text("page.mailbox.to"), entry.to.displayForm),
            FactView(text("page.mailbox.time"), renderer.time(entry.createdAt, context).exact),
        ]
        var source: String?
        // The frame reads the mail itself: one look, one line in the audit trail.
        if form != .html {
            let stored = try await stored(id, request, context)
            source = form == .source ? stored.source : stored.mail.plainText
            facts.insert(FactView(text("page.mailbox.from"), stored.from.displayForm), at: 0)
            facts.append(FactView(text("page.mailbox.subject"), stored.mail.subject))
        }
        let page = MailPage(
            page: renderer.frame(
                OutboxWords(text: text).kind(of: entry), .administration("/admin/mailbox"), request, context),
            crumb: LinkView("/admin/mailbox", text("page.mailbox.title")),
            title: OutboxWords(text: text).kind(of: entry), facts: facts, isMasked: masksSecrets(context),
            tabs: MailForm.allCases.map { one in
                FilterView(
                    href: "/admin/mailbox/\(id)?form=\(one.rawValue)",
                    label: text("page.mailbox.form.\(one.rawValue)"), isCurrent: one == form)
            }, frame: form == .html ? "/admin/mailbox/\(id)/frame" : nil, source: source)
        return renderer.response(page)
    }

    private func frame(_ request: Request, _ context: WebContext) async throws -> Response {
        let stored = try await stored(try context.pathID(), request, context)
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = Self.framePolicy
        headers[.cacheControl] = "no-store"
        // The mail is our own and ends its head in one way; without the base its links would stay in the frame.
        let html = stored.html.replacing("</head>", with: "<base target=\"_blank\"></head>", maxReplacements: 1)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private func stored(
        _ id: OutboxEntryID, _ request: Request, _ context: WebContext
    ) async throws -> OutboxActions.StoredMail {
        try await outbox.storedMail(
            id, by: try context.signedIn().account.id, origin: context.origin(of: request),
            masksSecrets: masksSecrets(context))
    }

    /// Links and codes belong to their recipients, except where nobody but the person at this machine can use them.
    private func masksSecrets(_ context: WebContext) -> Bool {
        !isDemo && !HealthState.isLoopback(context.settings.publicURL)
    }
}
