import Deliveries
import Hummingbird
import Localization
import MailMessage
import Outbox
import WebServer

/// Administration → Outbox: the queue of mail, visible, with retry and cancel.
struct OutboxPages {
    private static let perPage = 50
    private static let states: [OutboxEntry.State?] = [.queued, .held, .handedOver, .failed, .cancelled, nil]

    let renderer: PageRenderer
    let accounts: AccountParts
    let outbox: OutboxActions

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/outbox", use: list)
        group.get("admin/outbox/:id", use: show)
        group.post("admin/outbox/:id/retry") { try await act($0, $1, "retried", outbox.retry) }
        group.post("admin/outbox/:id/hold") { try await act($0, $1, "held", outbox.hold) }
        group.post("admin/outbox/:id/release") { try await act($0, $1, "unheld", outbox.release) }
        group.get("admin/outbox/:id/cancel", use: askCancel)
        group.post("admin/outbox/:id/cancel") { try await act($0, $1, "cancelled", outbox.cancel) }
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let words = OutboxWords(text: text)
        let search = OutboxSearch(request, now: renderer.now())
        let offset = request.offset()
        let (entries, total) = try await outbox.list(search.filter, offset: offset, limit: Self.perPage)
        let (counts, oldest) = try await outbox.counts()
        let rows = entries.map { entry in
            OutboxPage.Row(
                href: "/admin/outbox/\(entry.id)", recipient: entry.to.displayForm, kind: words.kind(of: entry),
                status: words.status(of: entry), answer: entry.lastAnswer.isEmpty ? nil : entry.lastAnswer,
                created: renderer.time(entry.createdAt, context), next: next(of: entry, context),
                attempts: text.number(entry.attempts))
        }
        let waiting = counts[.queued] ?? 0
        let age = oldest.map { text.relative($0, now: renderer.now()) }
        let page = OutboxPage(
            page: renderer.frame(
                text("page.outbox.title"), .administration("/admin/outbox"), request, context),
            summary: age.map { text.plural("page.outbox.summary", waiting, ["since": $0]) }
                ?? text("page.outbox.nothingWaits"), tabs: OutboxTab.mails.views(context),
            search: search.view(text), destination: search.destination.map { words.actions(on: $0) },
            filters: Self.states.map { one in
                FilterView(
                    href: search.href(state: one), label: text("page.outbox.show.\(one?.rawValue ?? "all")"),
                    isCurrent: one == search.state)
            }, rows: rows, hasRows: !rows.isEmpty,
            emptyTitle: text("page.outbox.empty.\(search.isNarrowed ? "found" : search.state?.rawValue ?? "all")"),
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: total, shown: rows.count, request: request, text: text))
        return renderer.response(page)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let words = OutboxWords(text: text)
        let (entry, attempts) = try await outbox.show(try context.pathID())
        var facts = [
            FactView(text("page.outbox.kind"), words.kind(of: entry)),
            FactView(text("page.outbox.created"), renderer.time(entry.createdAt, context).exact),
        ]
        if !entry.visibleFrom.isEmpty { facts.append(FactView(text("page.outbox.from"), entry.visibleFrom)) }
        facts.append(FactView(text("page.outbox.messageID"), "<\(entry.messageID)>"))
        if let next = next(of: entry, context) { facts.append(FactView(text("page.outbox.next"), next)) }
        if entry.state == .held {
            facts.append(
                FactView(
                    text("page.outbox.heldBy"),
                    entry.heldFor.map { text("page.outbox.heldForDomain", ["domain": $0.unicode]) }
                        ?? text("page.outbox.heldByAdministrator")))
        }
        if let passage = entry.passage { facts.append(FactView(text("page.outbox.host"), passage.host)) }
        if let why = words.failure(entry.failureClass) { facts.append(FactView(text("page.outbox.why"), why)) }
        if !entry.lastAnswer.isEmpty { facts.append(FactView(text("page.outbox.answer"), entry.lastAnswer)) }
        let canRetry = [.queued, .held, .failed].contains(entry.state) && !entry.sealedMail.isEmpty
        let page = OutboxEntryPage(
            page: renderer.frame(
                entry.to.displayForm, .administration("/admin/outbox"), request, context),
            crumb: LinkView("/admin/outbox", text("page.outbox.title")), id: entry.id.description,
            recipient: entry.to.displayForm, status: words.status(of: entry),
            passage: entry.passage.map { words.passage($0) }, canRetry: canRetry,
            canHold: entry.state == .queued || (entry.state == .held && !entry.isHeldByAdministrator),
            canRelease: entry.isHeldByAdministrator, canCancel: !entry.state.isFinal, facts: facts,
            attempts: attempts.reversed().map { row(of: $0, context) },
            hasAttempts: !attempts.isEmpty)
        return renderer.response(page)
    }

    private func row(of detail: OutboxActions.AttemptDetail, _ context: WebContext) -> OutboxEntryPage.Attempt {
        let text = context.text
        let attempt = detail.attempt
        let known = "page.outbox.outcome.\(attempt.outcome)"
        let word = text(text.has(known) ? known : "page.outbox.outcome.running")
        let status: StatusView =
            switch attempt.outcome {
            case "handed-over": StatusView(.good, icon: "check", word)
            case "refused": StatusView(.bad, icon: "stop", word)
            case "local": StatusView(.plain, icon: "mailbox", word)
            default: StatusView(.warn, icon: "clock", word)
            }
        return .init(
            kind: status.kind, icon: status.icon, word: status.word,
            title: text("page.outbox.attempt", ["number": text.number(attempt.number), "outcome": word]),
            time: renderer.time(attempt.startedAt, context), explanation: attempt.answer.isEmpty ? nil : attempt.answer,
            conversation: OutboxWords(text: text).lines(of: detail.conversation))
    }

    private func next(of entry: OutboxEntry, _ context: WebContext) -> String? {
        guard entry.state == .queued else { return nil }
        return context.text(
            "page.outbox.nextTry", ["when": context.text.relative(entry.nextAttemptAt, now: renderer.now())])
    }

    private func act(
        _ request: Request, _ context: WebContext, _ done: String,
        _ action: (OutboxEntryID, AccountID?, RequestOrigin) async throws -> Void
    ) async throws -> Response {
        _ = try await renderer.form(request, context)
        let id: OutboxEntryID = try context.pathID()
        try await action(id, try context.signedIn().account.id, context.origin(of: request))
        return .redirect(to: "/admin/outbox/\(id)?done=\(done)")
    }

    private func askCancel(_ request: Request, _ context: WebContext) async throws -> Response {
        let (entry, _) = try await outbox.show(try context.pathID())
        let text = context.text
        let page = ConfirmPage(
            page: renderer.frame(
                text("page.outbox.cancel"), .administration("/admin/outbox"), request, context),
            crumb: LinkView("/admin/outbox/\(entry.id)", entry.to.displayForm),
            paragraphs: [text("page.outbox.cancelText", ["to": entry.to.displayForm])], action: request.uri.path,
            submit: text("page.outbox.cancel"), isDestructive: true)
        return renderer.response(page)
    }
}
