import Deliveries
import Hummingbird
import Localization
import MailMessage
import WebServer

/// Administration → Groups → mailbox, and the end of a group: neither leaves deliveries behind that are nobody's.
struct GroupMailboxPages {
    let renderer: PageRenderer
    let accounts: AccountParts

    private var groups: Groups { Groups(accounts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/groups/:id/mailbox") { request, context in try await showMailbox(request, context) }
        group.post("admin/groups/:id/mailbox", use: changeMailbox)
        group.get("admin/groups/:id/remove") { request, context in try await askRemove(request, context) }
        group.post("admin/groups/:id/remove", use: remove)
    }

    // MARK: Mailbox

    private func showMailbox(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let group = try await groups.group(try context.pathID())
        let known = group.mailbox
        var fields: [FormField] = [
            .email(
                "mailbox", text("page.group.mailboxAddress"), typed?["mailbox"] ?? known?.address.displayForm ?? "",
                hint: text("page.group.mailboxAddressHint"), autocomplete: "off"
            ).focused,
            .line(
                "mailboxName", text("page.group.mailboxName"), typed?["mailboxName"] ?? known?.name ?? "",
                hint: text("page.group.mailboxNameHint", ["name": group.name]), autocomplete: "off"),
        ]
        if let choice = try await successorField(of: group, typed, text) { fields.append(choice) }
        let page = AdministrationFormPage(
            page: frame(text("page.group.mailbox"), request, context), crumb: crumb(group),
            intro: text("page.group.mailboxIntro"), action: "\(GroupPages.path)/\(group.id)/mailbox", fields: fields,
            submit: text("page.form.save"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func changeMailbox(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let id: GroupID = try context.pathID()
        do {
            try await groups.update(
                id,
                mailbox: MailboxForm(
                    address: form["mailbox"], name: form["mailboxName"], handOverTo: form["handOverTo"]),
                by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "\(GroupPages.path)/\(id)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await showMailbox(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    // MARK: The end of a group

    private func askRemove(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let group = try await groups.group(try context.pathID())
        let members = try await groups.members(of: group.id, limit: 1).total
        let page = ConfirmPage(
            page: frame(text("page.group.remove"), request, context), crumb: crumb(group),
            paragraphs: [text.plural("page.group.removeText", members, ["name": group.name])],
            action: "\(GroupPages.path)/\(group.id)/remove",
            fields: [try await successorField(of: group, typed, text)].compactMap { $0 },
            submit: text("page.group.removeButton"), isDestructive: true, errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func remove(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            try await groups.remove(
                try context.pathID(), handOverTo: form["handOverTo"], by: try context.signedIn().account.id,
                origin: context.origin(of: request))
            return .redirect(to: "\(GroupPages.path)?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askRemove(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    // MARK: Parts

    /// Which mailbox takes over the deliveries, if there are any.
    private func successorField(
        of group: AccountGroup, _ typed: FormBody?, _ text: Localizer
    ) async throws -> FormField? {
        let plan = try await groups.mailboxPlan(of: group.id)
        guard plan.deliveries > 0 else { return nil }
        let others = plan.others.map {
            (value: $0.mailbox.address.displayForm, label: $0.mailbox.mailbox.displayForm)
        }
        return .choice(
            "handOverTo", text("page.group.handOverTo"), typed?["handOverTo"] ?? "",
            [(value: "", label: text("page.group.handOverToNobody"))] + others,
            hint: text.plural("page.group.handOverToHint", plan.deliveries))
    }

    private func frame(_ title: String, _ request: Request, _ context: WebContext) -> PageFrame {
        renderer.frame(title, .administration(GroupPages.path), request, context)
    }

    private func crumb(_ group: AccountGroup) -> LinkView { LinkView("\(GroupPages.path)/\(group.id)", group.name) }
}
