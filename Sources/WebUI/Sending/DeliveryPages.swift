import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// A delivery as its sender follows it.
struct DeliveryPages {
    private static let recipientLimit = 100

    let renderer: PageRenderer
    let parts: DeliveryParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("deliveries/:id", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let id: DeliveryID = try context.pathID()
        let detail = try await DeliveryOverview(parts).detail(of: id, for: account.id)
        // A draft of an add-in goes on in the mail client; here it is only told of.
        guard detail.delivery.state != .draft || detail.delivery.path == .addIn else {
            return .redirect(to: "/deliveries/\(id)/edit")
        }
        let settings = context.settings
        let policy = try await Drafts(parts).limits(of: account.id).policy
        let text = context.text
        let frame = renderer.frame(
            detail.delivery.subject.isEmpty ? text("page.deliveries.noSubject") : detail.delivery.subject, .deliveries,
            request, context, scripts: ["live.js"])
        return renderer.response(
            page(detail, frame, policy, request, context, localRoute: settings.route == .local, text))
    }

    private func page(
        _ detail: DeliveryDetail, _ frame: PageFrame, _ policy: AccountPolicy, _ request: Request,
        _ context: WebContext, localRoute: Bool, _ text: Localizer
    ) -> DeliveryPage {
        let delivery = detail.delivery
        let now = renderer.now()
        let state = DeliveryStateWords(delivery, now: now, text: text)
        let time: (Date) -> TimeView = { renderer.time($0, context) }
        let table = RecipientTable(detail: detail, isOpen: state.isOpen, text: text, time: time)
        let offset = request.offset()
        let waiting = detail.recipients.contains { $0.fetchedFiles.isEmpty }
        let canRemind = state.isOpen && !detail.files.isEmpty && waiting
        let message = MessageText(delivery.message).paragraphs
        let shown = min(Self.recipientLimit, max(0, detail.recipients.count - offset))
        return DeliveryPage(
            page: frame, crumb: crumb(detail, text), id: delivery.id.description,
            lastEvent: String(detail.cursor), subject: frame.title,
            status: state.status(of: detail),
            summary: state.summary(of: detail, timeZone: context.web.timeZone), sentAs: detail.sentAs(text),
            hasActions: canRemind || state.canExtend || state.canWithdraw || state.canDiscard, canRemind: canRemind,
            canExtend: state.canExtend, canWithdraw: state.canWithdraw, canDiscard: state.canDiscard,
            unsentNote: state.canDiscard
                ? text(delivery.insertedAt == nil ? "page.delivery.inAddIn" : "page.delivery.inMailDraft") : nil,
            extendLabel: text(state.isOpen ? "page.delivery.extend" : "page.delivery.renew"),
            scan: state.isOpen || state.canDiscard
                ? ScanWords(text: text).forSender(detail.scan, files: detail.files) : nil,
            renewal: state.canExtend ? renewal(detail, policy, text) : nil,
            localRoute: localRoute && detail.recipients.contains { $0.sending == .notSent },
            columns: table.columns, recipients: table.rows(from: offset, limit: Self.recipientLimit),
            paging: PagingView(
                offset: offset, limit: Self.recipientLimit, total: detail.recipients.count, shown: shown,
                request: request, text: text),
            events: DeliveryStory(detail: detail, text: text, time: time).rows, facts: facts(detail, context),
            message: message, hasMessage: !message.isEmpty,
            files: detail.files.map {
                .init(
                    name: $0.name, size: text.size($0.size),
                    mark: detail.scan == .checking ? nil : ScanWords(text: text).mark($0, in: detail.scan))
            }, hasFiles: !detail.files.isEmpty, hasReceipt: delivery.state != .draft)
    }

    /// Back to the list that the delivery is in.
    private func crumb(_ detail: DeliveryDetail, _ text: Localizer) -> LinkView {
        let mailbox = detail.delivery.state == .draft ? nil : detail.mailbox
        let query = mailbox.map { "?mailbox=\(InsideMiddleware.escaped($0.address.displayForm))" } ?? ""
        return LinkView("/deliveries\(query)", mailbox?.name ?? text("page.deliveries.title"))
    }

    /// Those who ask for more time.
    private func renewal(
        _ detail: DeliveryDetail, _ policy: AccountPolicy, _ text: Localizer
    ) -> DeliveryPage.Renewal? {
        let asking = detail.recipients.map(\.recipient).filter { $0.renewalAskedAt != nil }
        guard !asking.isEmpty else { return nil }
        let names = asking.prefix(3).map { $0.name.isEmpty ? $0.email.displayForm : $0.name }
        let days = policy.lifetimeDays
        return .init(
            text: text.plural("page.delivery.asking", asking.count, ["names": text.list(names)]), days: String(days),
            button: text.plural("page.delivery.renewBy", days))
    }

    private func facts(_ detail: DeliveryDetail, _ context: WebContext) -> [FactView] {
        let text = context.text
        let delivery = detail.delivery
        var facts: [FactView] = []
        if let sent = delivery.sentAt {
            facts.append(FactView(text("page.delivery.sentAt"), text.dateTime(sent, timeZone: context.web.timeZone)))
        }
        if let end = delivery.expiresAt {
            facts.append(FactView(text("page.delivery.endsAt"), text.dateTime(end, timeZone: context.web.timeZone)))
        }
        if delivery.path == .addIn { facts.append(FactView(text("page.delivery.path"), text("page.delivery.ownMail"))) }
        facts.append(FactView(text("page.compose.level"), text("page.compose.levelName.\(delivery.level.rawValue)")))
        if delivery.passwordHash != nil {
            facts.append(FactView(text("page.compose.password"), text("page.delivery.passwordSet")))
        }
        facts.append(FactView(text("page.compose.language"), delivery.language.name))
        if delivery.withholdsMessage {
            facts.append(FactView(text("page.delivery.inMail"), text("page.delivery.withheld")))
        }
        return facts
    }
}

extension DeliveryDetail {
    /// The mailbox that it was sent from, and who made it; nil: sent from its sender's own address.
    func sentAs(_ text: Localizer) -> String? {
        mailbox.map { mailbox in
            text(
                "page.delivery.sentAs",
                ["mailbox": mailbox.mailbox.displayForm, "name": people[delivery.sender] ?? ""])
        }
    }
}
