import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// An add-in asks to act for the reader: the code to compare, and two buttons.
struct AddInConnectPage: PageModel {
    static let template = "add-in-connect"
    let page: PageFrame
    let intro: String
    let code: String
    let facts: [FactView]
    let request: String
}

/// Where somebody confirms that an add-in may act for them.
struct AddInConnectPages {
    private static let address = "/add-ins/connect"

    let renderer: PageRenderer
    let accounts: AccountParts

    private var signIn: AddInSignIn { AddInSignIn(accounts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("add-ins/connect", use: ask)
        group.post("add-ins/connect", use: answer)
    }

    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        // The request itself is gone as soon as the add-in has its token.
        let answered = request.query("answer")
        if answered == "approved" || answered == "refused" { return said(answered, request, context) }
        guard let id = SignInRequestID(request.query("request")) else { throw DeliveriesError(.notFound) }
        let asked: SignInRequest
        do {
            asked = try await signIn.request(id)
        } catch let error as DeliveriesError where error.code == .notFound {
            return said("over", request, context)
        }
        guard asked.state == .waiting else { return said("over", request, context) }
        let (account, _) = try context.signedIn()
        let page = AddInConnectPage(
            page: renderer.frame(
                text("page.addInConnect.title", ["client": asked.client.name]), .account, request, context),
            intro: text("page.addInConnect.intro", ["client": asked.client.name]), code: asked.code,
            facts: [
                FactView(text("page.addInConnect.account"), account.email.displayForm),
                FactView(text("page.addInConnect.from"), asked.clientAddress),
                FactView(
                    text("page.addInConnect.asked"), text.relative(asked.createdAt, now: renderer.now())),
            ], request: id.description)
        return renderer.response(page)
    }

    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        guard let id = SignInRequestID(form["request"]) else { throw DeliveriesError(.notFound) }
        let isApproved = form["answer"] == "approve"
        do {
            try await signIn.answer(id, by: try context.signedIn().account.id, isApproved: isApproved)
        } catch let error as DeliveriesError where error.code == .notFound || error.code == .conflict {
            return said("over", request, context)
        }
        return .redirect(to: "\(Self.address)?answer=\(isApproved ? "approved" : "refused")")
    }

    private func said(_ what: String, _ request: Request, _ context: WebContext) -> Response {
        let text = context.text
        return renderer.response(
            MessagePage(
                page: renderer.frame(text("page.addInConnect.\(what)"), .account, request, context),
                paragraphs: [text("page.addInConnect.\(what)Text")],
                links: [LinkView("/account", text("page.account.title"))]))
    }
}
