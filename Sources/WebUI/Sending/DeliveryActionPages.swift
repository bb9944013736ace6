import Deliveries
import Foundation
import Hummingbird
import Localization
import WebServer

/// What a sender does with a delivery after sending it: a page that asks once and says what it means, then a POST.
struct DeliveryActionPages {
    let renderer: PageRenderer
    let parts: DeliveryParts

    private var actions: DeliveryActions { DeliveryActions(parts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("deliveries/:id/withdraw") { try await askWithdraw($0, $1) }
        group.post("deliveries/:id/withdraw", use: withdraw)
        group.get("deliveries/:id/discard") { try await askDiscard($0, $1) }
        group.post("deliveries/:id/discard", use: discard)
        group.get("deliveries/:id/extend") { try await askExtend($0, $1) }
        group.post("deliveries/:id/extend", use: extend)
        group.get("deliveries/:id/remind") { try await askRemind($0, $1) }
        group.post("deliveries/:id/remind", use: remind)
    }

    // MARK: Withdraw

    private func askWithdraw(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let detail = try await detail(context)
        let text = context.text
        let open = detail.recipients.count { $0.fetchedFiles.isEmpty }
        var paragraphs = [
            text("page.withdraw.text", ["subject": detail.delivery.subject]), text("page.withdraw.final"),
        ]
        let taken = detail.recipients.count - open
        if taken > 0 { paragraphs.append(text.plural("page.withdraw.taken", taken)) }
        let page = ConfirmPage(
            page: renderer.frame(text("page.withdraw.title"), .deliveries, request, context),
            crumb: crumb(detail), paragraphs: paragraphs, action: "/deliveries/\(detail.delivery.id)/withdraw",
            submit: text("page.withdraw.submit"), isDestructive: true, errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func withdraw(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        let id: DeliveryID = try context.pathID()
        do {
            try await actions.withdraw(id, by: account.id, origin: context.origin(of: request))
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askWithdraw(request, context, errors: FormErrors(error, context.text))
        }
        return .redirect(to: "/deliveries/\(id)?done=withdrawn")
    }

    // MARK: Discard a draft of an add-in

    private func askDiscard(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let (account, _) = try context.signedIn()
        let detail = try await DeliveryOverview(parts).detail(of: try context.pathID(), for: account.id)
        guard detail.delivery.state == .draft else { throw DeliveriesError(.conflict) }
        let text = context.text
        let page = ConfirmPage(
            page: renderer.frame(text("page.discard.title"), .deliveries, request, context), crumb: crumb(detail),
            paragraphs: [text("page.discard.text"), text("page.discard.link")],
            action: "/deliveries/\(detail.delivery.id)/discard", submit: text("page.discard.submit"),
            isDestructive: true, errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func discard(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        do {
            try await Drafts(parts).discard(try context.pathID(), by: account.id, origin: context.origin(of: request))
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askDiscard(request, context, errors: FormErrors(error, context.text))
        }
        return .redirect(to: "/deliveries?done=draft-discarded")
    }

    // MARK: Extend

    private func askExtend(
        _ request: Request, _ context: WebContext, days: String? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let detail = try await detail(context)
        let text = context.text
        let policy = try await Drafts(parts).limits(of: try context.signedIn().account.id).policy
        let state = DeliveryStateWords(detail.delivery, now: renderer.now(), text: text)
        let end = detail.delivery.expiresAt.map { text.dateTime($0, timeZone: context.web.timeZone) } ?? ""
        let now = text(state.isOpen ? "page.extend.runs" : "page.extend.over", ["date": end])
        let page = ConfirmPage(
            page: renderer.frame(
                text(state.isOpen ? "page.extend.title" : "page.extend.renewTitle"), .deliveries, request, context),
            crumb: crumb(detail), paragraphs: [now, text("page.extend.text")],
            action: "/deliveries/\(detail.delivery.id)/extend",
            fields: [
                .number(
                    "days", text("page.extend.days"), days ?? String(policy.lifetimeDays),
                    suffix: text("page.compose.days"),
                    hint: text(
                        "page.extend.most", ["most": text.number(policy.longestLifetimeDays)]))
            ],
            submit: text(state.isOpen ? "page.extend.submit" : "page.extend.renewSubmit"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func extend(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        let id: DeliveryID = try context.pathID()
        do {
            guard let days = Int(form["days"].trimmingCharacters(in: .whitespaces)) else {
                throw DeliveriesError(.invalid, fields: [FieldError("days", "not-a-number")])
            }
            try await actions.extend(id, by: account.id, days: days, origin: context.origin(of: request))
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askExtend(
                request, context, days: form["days"], errors: FormErrors(error, context.text))
        }
        return .redirect(to: "/deliveries/\(id)?done=extended")
    }

    // MARK: Remind

    private func askRemind(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let detail = try await detail(context)
        let text = context.text
        let waiting = detail.recipients.count { $0.fetchedFiles.isEmpty }
        let page = ConfirmPage(
            page: renderer.frame(text("page.remind.title"), .deliveries, request, context),
            crumb: crumb(detail),
            paragraphs: [text.plural("page.remind.text", waiting), text("page.remind.hourly")],
            action: "/deliveries/\(detail.delivery.id)/remind", submit: text("page.remind.submit"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func remind(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        let id: DeliveryID = try context.pathID()
        do {
            let count = try await actions.remindAll(of: id, by: account.id, origin: context.origin(of: request))
            return .redirect(to: "/deliveries/\(id)?done=\(count > 0 ? "reminded" : "nobody-reminded")")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askRemind(request, context, errors: FormErrors(error, context.text))
        }
    }

    // MARK: Small things

    private func detail(_ context: WebContext) async throws -> DeliveryDetail {
        let (account, _) = try context.signedIn()
        let detail = try await DeliveryOverview(parts).detail(of: try context.pathID(), for: account.id)
        guard detail.delivery.state != .draft else { throw DeliveriesError(.conflict) }
        return detail
    }

    private func crumb(_ detail: DeliveryDetail) -> LinkView {
        let subject = detail.delivery.subject
        return LinkView(
            "/deliveries/\(detail.delivery.id)",
            subject.isEmpty ? FileName.clean(detail.files.first?.name ?? "") : subject)
    }
}
