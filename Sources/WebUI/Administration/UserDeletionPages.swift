import Deliveries
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Users → delete: what would happen, what becomes of the deliveries, and once more whether it is meant.
struct UserDeletionPages {
    private enum Choice: String, CaseIterable {
        case handOver = "hand-over"
        case remove
    }

    let renderer: PageRenderer
    let accounts: AccountParts
    let deliveries: DeliveryParts

    private var deletion: AccountDeletion { AccountDeletion(accounts: accounts, deliveries: deliveries) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/users/:id/delete") { request, context in try await show(request, context) }
        group.post("admin/users/:id/delete", use: delete)
    }

    private func delete(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            let id: AccountID = try context.pathID()
            var mistakes: [FieldError] = []
            let choice = try await choice(in: form, &mistakes)
            if !form.isOn("confirm") { mistakes.append(FieldError("confirm", "must-confirm")) }
            guard mistakes.isEmpty else { throw DeliveriesError(.invalid, fields: mistakes) }
            try await deletion.delete(
                id, deliveries: choice, by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "/admin/users?done=user-deleted")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func choice(
        in form: FormBody, _ mistakes: inout [FieldError]
    ) async throws -> AccountDeletion.Choice? {
        switch Choice(rawValue: form["deliveries"]) {
        case .remove: return .remove
        case .handOver:
            if let successor = try await Users(accounts).account(email: form["handOverTo"]) {
                return .handOver(to: successor.id)
            }
            mistakes.append(FieldError("handOverTo", "no-sender-account"))
            return nil
        case nil: return nil
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let actor = try context.signedIn().account
        let plan = try await deletion.plan(for: try context.pathID(), by: actor.id)
        let account = plan.account
        var fields: [FormField] = []
        if plan.asksForChoice {
            fields = [
                .choice(
                    "deliveries", text("page.userDeletion.choice"), typed?["deliveries"] ?? "",
                    [("", text("page.userDeletion.choose"))]
                        + Choice.allCases.map { ($0.rawValue, text("page.userDeletion.way.\($0.rawValue)")) }),
                .email(
                    "handOverTo", text("page.userDeletion.handOverTo"), typed?["handOverTo"] ?? "",
                    hint: text("page.userDeletion.handOverToHint"), autocomplete: "off"),
            ]
        }
        fields.append(
            .check(
                "confirm", text("page.userDeletion.confirm", ["address": account.email.displayForm]),
                typed?.isOn("confirm") ?? false))
        let page = UserDeletionPage(
            page: renderer.frame(
                text("page.userDeletion.title"), .administration("/admin/users"), request, context),
            crumb: LinkView("/admin/users/\(account.id)", account.name),
            intro: text("page.userDeletion.intro", ["name": account.name, "address": account.email.displayForm]),
            facts: facts(of: plan, text), consequences: consequences(of: plan, text),
            action: "/admin/users/\(account.id)/delete", fields: fields.judged(by: errors),
            submit: text("page.userDeletion.submit"), errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func facts(of plan: AccountDeletionPlan, _ text: Localizer) -> [FactView] {
        [
            FactView(text("page.userDeletion.running"), text.number(plan.running)),
            FactView(text("page.userDeletion.expired"), text.number(plan.expired)),
            FactView(text("page.userDeletion.past"), text.number(plan.past)),
            FactView(text("page.userDeletion.drafts"), text.number(plan.drafts)),
            FactView(
                text("page.userDeletion.files"),
                plan.files == 0 ? text.number(0) : "\(text.number(plan.files)) (\(text.size(plan.octets)))"),
        ]
    }

    private func consequences(of plan: AccountDeletionPlan, _ text: Localizer) -> [String] {
        var lines = [text("page.userDeletion.access")]
        if plan.drafts > 0 { lines.append(text("page.userDeletion.draftsGo")) }
        if plan.asksForChoice {
            lines += [text("page.userDeletion.ifHandedOver"), text("page.userDeletion.ifRemoved")]
        }
        return lines + [text("page.userDeletion.name"), text("page.userDeletion.again")]
    }
}

/// What is asked before an account is deleted.
struct UserDeletionPage: PageModel {
    static let template = "admin-user-deletion"
    let page: PageFrame
    let crumb: LinkView
    let intro: String
    let facts: [FactView]
    let consequences: [String]
    let action: String
    let fields: [FormField]
    let submit: String
    let errorSummary: FormErrors.Summary?
}
