import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import SenderDomains
import WebServer

/// Sender domains on request: a user asks, the operator answers; the operator may be at another installation.
struct DomainRequestPages {
    let renderer: PageRenderer
    let parts: DomainParts

    private var requests: DomainRequests { DomainRequests(parts) }

    /// Adds the pages of those who ask, of the operator, and of those who carry a link between installations.
    func add(
        inside: RouterGroup<WebContext>, administration: RouterGroup<WebContext>, outside: RouterGroup<WebContext>
    ) {
        inside.get("domains/ask") { request, context in try await askForm(request, context) }
        inside.post("domains/ask", use: ask)
        administration.get("admin/domain-requests/:id", use: show)
        administration.get("admin/domain-requests/:id/:answer") { request, context in
            try await answerForm(request, context)
        }
        administration.post("admin/domain-requests/:id/:answer", use: answer)
        for kind in [DomainMessage.Kind.request, .answer] {
            outside.get("domain-\(kind.rawValue)") { request, context in try await read(kind, request, context) }
            outside.post("domain-\(kind.rawValue)") { request, context in try await take(kind, request, context) }
        }
    }

    // MARK: Asking

    private func askForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let account = try context.signedIn().account
        let page = SmallFormPage(
            page: renderer.frame(text("page.domain.ask"), .deliveries, request, context),
            intro: text("page.domain.askIntro"), action: "/domains/ask",
            fields: [
                .line(
                    "domain", text("page.domains.field"), typed?["domain"] ?? account.email.domain.unicode,
                    hint: text("page.domains.fieldHint"), autocomplete: "off", isPlain: true),
                .area("words", text("page.domain.askWords"), typed?["words"] ?? "").optional,
            ], submit: text("page.domain.askButton"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let text = context.text
        do {
            let domain: MailDomain
            do throws(DomainRefusal) {
                domain = try DomainEntry(typed: form["domain"], isPublicSuffix: parts.probe.isPublicSuffix).domain
            } catch {
                throw DeliveriesError(.invalid, fields: [DomainWords.mistake(error)])
            }
            let asked = try await requests.ask(
                for: domain, words: form["words"], by: try context.signedIn().account,
                origin: context.origin(of: request))
            let page = MessagePage(
                page: renderer.frame(
                    text("page.domain.askDone", ["domain": domain.unicode]), .deliveries, request, context),
                paragraphs: [text(asked.link == nil ? "page.domain.askDoneText" : "page.domain.askCarry")],
                links: asked.link.map { [LinkView($0.absoluteString, text("page.domain.askCarryButton"))] } ?? [
                    LinkView("/deliveries", text("page.deliveries.title"))
                ])
            return renderer.response(page)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askForm(request, context, typed: form, errors: FormErrors(error, text))
        }
    }

    // MARK: Answering

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let wish = try await requests.request(try context.pathID())
        var paragraphs = [
            text(
                "page.domain.requestText",
                ["name": wish.name, "address": wish.email.displayForm, "domain": wish.domain.unicode])
        ]
        if !wish.installation.isEmpty {
            paragraphs.append(text("page.domain.requestFrom", ["installation": wish.installation]))
            if !wish.installationKey.isEmpty {
                paragraphs.append(
                    text("page.domain.requestKey", ["key": DomainWords.fingerprint(wish.installationKey)]))
            }
        }
        if !wish.words.isEmpty { paragraphs.append(text("page.domain.requestWords", ["words": wish.words])) }
        let base = "/admin/domain-requests/\(wish.id)"
        var links: [LinkView] = []
        if wish.state == .open, wish.way != .outgoing {
            paragraphs.append(text("page.domain.requestApproveText"))
            links = [
                LinkView("\(base)/approve", text("page.domain.requestApprove")),
                LinkView("\(base)/refuse", text("page.domain.requestRefuse")),
            ]
        } else {
            paragraphs.append(
                wish.answeredAt.map {
                    text(
                        "page.domain.requestAnswered",
                        ["when": text.relative($0, now: renderer.now()), "reason": wish.reason])
                } ?? text("page.domain.requestState-\(wish.state.rawValue)"))
            links = [LinkView("/admin/domains", text("page.domains.title"))]
        }
        let page = MessagePage(
            page: try await frame("page.domain.request", wish, request, context), paragraphs: paragraphs, links: links)
        return renderer.response(page)
    }

    private func answerForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let wish = try await requests.request(try context.pathID())
        let isApproval = try isApproval(context)
        let page = ConfirmPage(
            page: try await frame("page.domain.request", wish, request, context),
            crumb: LinkView("/admin/domain-requests/\(wish.id)", wish.domain.unicode),
            paragraphs: isApproval ? [text("page.domain.requestApproveText")] : [], action: request.uri.path,
            fields: isApproval
                ? []
                : [
                    .area(
                        "reason", text("page.domain.requestReason"), typed?["reason"] ?? "",
                        hint: text("page.domain.requestReasonHint"))
                ], submit: text(isApproval ? "page.domain.requestApprove" : "page.domain.requestRefuse"),
            errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: DomainRequestID = try context.pathID()
        let actor = try context.signedIn().account.id
        let origin = context.origin(of: request)
        do {
            if try isApproval(context) {
                let domain = try await requests.approve(id, by: actor, origin: origin)
                return .redirect(to: "/admin/domains/\(domain.domain.ascii)?done=domain-added")
            }
            try await requests.refuse(id, reason: form["reason"], by: actor, origin: origin)
            return .redirect(to: "/admin/domain-requests/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await answerForm(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func isApproval(_ context: WebContext) throws -> Bool {
        switch context.parameters.get("answer") {
        case "approve": true
        case "refuse": false
        default: throw DeliveriesError(.notFound)
        }
    }

    // MARK: Between installations

    /// Shows what a link says; nothing is taken before somebody says so.
    private func read(_ kind: DomainMessage.Kind, _ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let link = (message: request.longQuery("m"), signature: request.longQuery("s"))
        let signed = try SignedDomainMessage(message: link.message, signature: link.signature)
        try await requests.judge(signed, as: kind)
        let message = signed.message
        let values = [
            "name": message.name, "address": message.email?.displayForm ?? "", "installation": message.from,
            "domain": message.domain.unicode, "selectors": message.selectors.joined(separator: ", "),
            "words": message.words,
        ]
        let (title, intro, submit) =
            switch kind {
            case .request: ("incoming", "incomingText", "incomingButton")
            case .answer: ("answer", message.isApproved == true ? "answerYes" : "answerNo", "answerButton")
            }
        let page = SmallFormPage(
            page: renderer.frame(text("page.domain.\(title)", values), .outside, request, context),
            intro: text("page.domain.\(intro)", values), action: "/domain-\(kind.rawValue)",
            hidden: [.init(name: "m", value: link.message), .init(name: "s", value: link.signature)], fields: [],
            submit: text("page.domain.\(submit)"))
        return renderer.response(page)
    }

    private func take(_ kind: DomainMessage.Kind, _ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let text = context.text
        let signed = try SignedDomainMessage(message: form["m"], signature: form["s"])
        let origin = context.origin(of: request)
        let done: String
        switch kind {
        case .request:
            _ = try await requests.receiveRequest(signed, origin: origin)
            done = "page.domain.incomingDone"
        case .answer:
            _ = try await requests.receiveAnswer(signed, origin: origin)
            done = "page.domain.answerDone"
        }
        let page = MessagePage(
            page: renderer.frame(signed.message.domain.unicode, .outside, request, context),
            paragraphs: [text(done)])
        return renderer.response(page)
    }

    private func frame(
        _ title: String, _ wish: DomainRequest, _ request: Request, _ context: WebContext
    ) async throws -> PageFrame {
        renderer.frame(
            context.text(title, ["domain": wish.domain.unicode]), .administration("/admin/domains"), request, context)
    }
}

extension Request {
    /// A value of the query that may be as long as a signed message.
    fileprivate func longQuery(_ name: String) -> String {
        uri.queryParameters[name[...]].map { String($0.prefix(32_768)) } ?? ""
    }
}
