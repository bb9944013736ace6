import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// What a sender does for one recipient: correct the address, remind, send the mail again.
struct RecipientActionPages {
    /// An action that needs no input.
    private enum Simple: String {
        case remind
        case resend
    }

    let renderer: PageRenderer
    let parts: DeliveryParts

    private var actions: DeliveryActions { DeliveryActions(parts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("recipients/:id/correct") { try await askCorrect($0, $1) }
        group.post("recipients/:id/correct", use: correct)
        group.get("recipients/:id/remind") { try await ask(.remind, $0, $1) }
        group.post("recipients/:id/remind") { try await act(.remind, $0, $1) }
        group.get("recipients/:id/resend") { try await ask(.resend, $0, $1) }
        group.post("recipients/:id/resend") { try await act(.resend, $0, $1) }
    }

    // MARK: Correct an address

    private func askCorrect(
        _ request: Request, _ context: WebContext, typed: String? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let (recipient, delivery) = try await recipient(context)
        let text = context.text
        let address = recipient.email.displayForm
        let page = ConfirmPage(
            page: renderer.frame(text("page.correct.title"), .deliveries, request, context),
            crumb: crumb(delivery), paragraphs: [text("page.correct.text", ["address": address])],
            action: "/recipients/\(recipient.id)/correct",
            fields: [.email("address", text("page.correct.address"), typed ?? address, autocomplete: "off").focused],
            submit: text("page.correct.submit"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func correct(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        let (recipient, delivery) = try await recipient(context)
        do {
            try await actions.correctAddress(
                of: recipient.id, by: account.id, to: form["address"], origin: context.origin(of: request))
        } catch let error as DeliveriesError where Self.canShow(error) {
            return try await askCorrect(
                request, context, typed: form["address"], errors: FormErrors(error, context.text))
        }
        return .redirect(to: "/deliveries/\(delivery.id)?done=corrected")
    }

    // MARK: Remind and send again

    private func ask(
        _ action: Simple, _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let (recipient, delivery) = try await recipient(context)
        let text = context.text
        let values = ["address": recipient.email.displayForm]
        let page = ConfirmPage(
            page: renderer.frame(
                text(action == .remind ? "page.remind.oneTitle" : "page.resend.title"), .deliveries, request, context),
            crumb: crumb(delivery),
            paragraphs: action == .remind
                ? [text("page.remind.oneText", values), text("page.remind.hourly")]
                : [text("page.resend.text", values)],
            action: "/recipients/\(recipient.id)/\(action.rawValue)",
            submit: text(action == .remind ? "page.remind.submit" : "page.resend.submit"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func act(_ action: Simple, _ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        let (recipient, delivery) = try await recipient(context)
        do {
            switch action {
            case .remind: try await actions.remind(recipient.id, by: account.id, origin: context.origin(of: request))
            case .resend: try await actions.resend(recipient.id, by: account.id, origin: context.origin(of: request))
            }
        } catch let error as DeliveriesError where Self.canShow(error) {
            return try await ask(action, request, context, errors: FormErrors(error, context.text))
        }
        return .redirect(to: "/deliveries/\(delivery.id)?done=\(action == .remind ? "reminded" : "resent")")
    }

    // MARK: Small things

    /// The recipient and the delivery; somebody else's are not told apart from none.
    private func recipient(_ context: WebContext) async throws -> (Recipient, Delivery) {
        let (account, _) = try context.signedIn()
        let id: RecipientID = try context.pathID()
        return try await parts.database.read { try $0.ownRecipient(id, of: account.id) }
    }

    private static func canShow(_ error: DeliveriesError) -> Bool {
        FormErrors.canShow(error) || error.code == .withdrawn || error.code == .expired
    }

    private func crumb(_ delivery: Delivery) -> LinkView {
        LinkView("/deliveries/\(delivery.id)", delivery.subject)
    }
}
