import Deliveries
import Foundation
import Hummingbird
import Localization
import Secrets
import WebServer

/// Pages for everybody: how to check that a mail is genuine, and where the links of a test mail lead.
struct PublicPages {
    let renderer: PageRenderer
    let receipts: Receipts

    func add(to router: RouterGroup<WebContext>) {
        router.get("genuine", use: genuine)
        router.get("mail-test/:marker", use: mailTest)
    }

    private func genuine(_ request: Request, _ context: WebContext) async throws -> Response {
        let page = GenuinePage(
            page: renderer.frame(context.text("page.genuine.title"), .outside, request, context),
            publicURL: context.settings.publicURL.absoluteString,
            receiptKeys: receipts.publicKeys.map { Data($0.bytes).base64EncodedString() })
        return renderer.response(page)
    }

    private func mailTest(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let page = MessagePage(
            page: renderer.frame(text("page.testLink.title"), .outside, request, context),
            paragraphs: [text("page.testLink.text"), text("page.testLink.next")])
        return renderer.response(page)
    }
}
