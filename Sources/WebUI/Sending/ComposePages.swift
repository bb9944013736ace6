import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import SenderDomains
import WebServer

/// Writing a delivery. With scripts, the page keeps the draft and uploads files by itself over /api/v1; without, each
/// button is a POST that brings the chosen files along.
struct ComposePages {
    /// More suppressed recipients than these are not named one by one.
    private static let mostSuppressed = 20

    let renderer: PageRenderer
    let parts: DeliveryParts
    let clock: any Clock<Duration> = ContinuousClock()

    private var drafts: Drafts { Drafts(parts) }
    private var senders: ComposeSenders { ComposeSenders(parts: parts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("deliveries/new", use: showNew)
        group.post("deliveries/new", use: begin)
        group.get("deliveries/:id/edit", use: showDraft)
        group.post("deliveries/:id/edit", use: change)
    }

    // MARK: Looking

    private func showNew(_ request: Request, _ context: WebContext) async throws -> Response {
        let policy = try await drafts.limits(of: try context.signedIn().account.id).policy
        return try await show(
            ComposeForm(policy, language: context.language), draft: nil, files: [], request, context)
    }

    private func showDraft(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let id: DeliveryID = try context.pathID()
        do {
            let (draft, files) = try await drafts.draft(id, of: account.id)
            let form = ComposeForm(draft, from: try await senders.address(of: draft, account))
            return try await show(form, draft: draft, files: files, request, context)
        } catch let error as DeliveriesError where error.code == .conflict {
            // It was sent; what became of it stands on its page.
            return .redirect(to: "/deliveries/\(id)")
        }
    }

    // MARK: Acting

    /// The first POST of a page without scripts makes the draft.
    private func begin(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let post = try await receive(request, for: nil, by: account, context)
        guard post.body["action"] != "discard" else {
            await Uploads(parts).drop(post.staged)
            return .redirect(to: "/deliveries")
        }
        // A page that came back from the history knows the draft that it made before.
        let id: DeliveryID
        if let known = DeliveryID(post.body["delivery"]) {
            id = known
        } else {
            id = try await drafts.create(by: account.id, language: context.language).id
        }
        return try await handle(post, id, account, request, context)
    }

    private func change(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let id: DeliveryID = try context.pathID()
        let post: ComposePost
        do {
            post = try await receive(request, for: id, by: account, context)
        } catch let error as DeliveriesError where error.code == .conflict {
            // Sent already, perhaps from another window.
            return .redirect(to: "/deliveries/\(id)")
        }
        return try await handle(post, id, account, request, context)
    }

    /// Reads the form; its files go into the vault and count for nothing yet. If it breaks off, or does not come from
    /// one of our pages, nothing is left of it.
    private func receive(
        _ request: Request, for id: DeliveryID?, by account: Account, _ context: WebContext
    ) async throws -> ComposePost {
        guard let encoding = FormEncoding(request) else { throw DeliveriesError(.invalid) }
        let uploads = Uploads(parts)
        let sender = account.id
        let post = try await PacedBody.read(of: request, clock: clock) { pieces in
            var files = ComposeFiles(uploads, by: sender, for: id)
            do {
                let received = try await ReceivedForm(pieces, encoding, &files)
                await files.abandonCurrent()
                return ComposePost(received, files)
            } catch {
                await files.abandon()
                throw error
            }
        }
        do {
            try renderer.csrf.demand(field: post.body[CSRFProtection.fieldName], for: request, context: context)
        } catch {
            await uploads.drop(post.staged)
            throw error
        }
        return post
    }

    private func handle(
        _ post: ComposePost, _ id: DeliveryID, _ account: Account, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let response = try await answer(post, id, account, request, context)
        // The browser is still sending what nobody wants.
        return post.isWhole ? response : response.closing(context.channel)
    }

    private func answer(
        _ post: ComposePost, _ id: DeliveryID, _ account: Account, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let body = post.body
        if body["action"] == "discard" {
            await Uploads(parts).drop(post.staged)
            try await drafts.discard(id, by: account.id, origin: context.origin(of: request))
            return .redirect(to: "/deliveries?done=draft-discarded")
        }
        var form = ComposeForm(body)
        do {
            try await Uploads(parts).keep(post.staged, in: id, by: account.id)
            if !post.isWhole { form = try await completed(body, id, account) }
            let typed = try form.draftForm()
            if !post.problems.isEmpty {
                try await drafts.update(id, by: account.id, typed)
                throw DeliveriesError(.invalid, fields: post.problems)
            }
            if let text = body.value("remove"), let file = DeliveryFileID(text) {
                try await drafts.update(id, by: account.id, typed)
                try await Uploads(parts).removeFile(file, by: account.id)
                return .redirect(to: "/deliveries/\(id)/edit#files")
            }
            if body["action"] == "send" {
                try await Sending(parts).send(id, by: account.id, form: typed, origin: context.origin(of: request))
                return .redirect(to: "/deliveries/\(id)?done=sent")
            }
            try await drafts.update(id, by: account.id, typed)
            return .redirect(
                to: body["action"] == "add" && !post.staged.isEmpty
                    ? "/deliveries/\(id)/edit?done=files-added#files" : "/deliveries/\(id)/edit?done=draft-saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await showAgain(form, id, account, error, request, context)
        }
    }

    /// What came of a form that was broken off, and the draft where nothing came.
    private func completed(_ body: FormBody, _ id: DeliveryID, _ account: Account) async throws -> ComposeForm {
        let draft = try await drafts.draft(id, of: account.id).draft
        var form = ComposeForm(draft, from: try await senders.address(of: draft, account))
        form.take(body)
        return form
    }

    /// The page with what was typed and what is wrong with it.
    private func showAgain(
        _ form: ComposeForm, _ id: DeliveryID, _ account: Account, _ error: DeliveriesError, _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        let (draft, files): (Delivery, [DeliveryFile])
        do {
            (draft, files) = try await drafts.draft(id, of: account.id)
        } catch let problem as DeliveriesError where problem.code == .conflict {
            // Sent already, perhaps by the same button pressed twice.
            return .redirect(to: "/deliveries/\(id)")
        }
        return try await show(
            form, draft: draft, files: files, errors: ComposeErrors(error, files: files, context.text), request,
            context)
    }

    // MARK: The page

    private func show(
        _ form: ComposeForm, draft: Delivery?, files: [DeliveryFile], errors: ComposeErrors? = nil,
        _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let (account, _) = try context.signedIn()
        let text = context.text
        let settings = context.settings
        let limits = try await drafts.limits(of: account.id)
        let policy = limits.policy
        let used = policy.quota == nil ? 0 : try await drafts.use(of: account.id).octets
        let hints = LimitWords(limits: limits, octets: used, text: text)
        // What is no longer allowed is not offered; the proposal stands in its place.
        let level =
            policy.levels.map { String($0.rawValue) }.contains(form.level)
            ? form.level : String(policy.preselectedLevel.rawValue)
        let words = SuppressionWords(text: text)
        let (choices, canAsk) = try await senders.choices(form.from, of: account, limits, settings, text)
        let addresses = RecipientListCheck(form.recipients).mailboxes.map(\.address)
        let suppressed = try await Suppressions(database: parts.database, now: parts.now).of(addresses)
        let page = ComposePage(
            page: renderer.frame(
                text(draft == nil ? "page.compose.title" : "page.compose.draftTitle"), .deliveries, request, context,
                scripts: ["compose.js"]),
            action: draft.map { "/deliveries/\($0.id)/edit" } ?? "/deliveries/new",
            deliveryID: draft?.id.description ?? "", accountID: account.id.description,
            largestFile: String(limits.fileSize), largestDelivery: String(limits.deliverySize),
            mostFiles: String(limits.files), isScanned: !context.settings.text(.scanClamd).isEmpty,
            allowedTypes: hints.scriptList(.allowedFileTypes), forbiddenTypes: hints.scriptList(.forbiddenFileTypes),
            allowedDomains: hints.scriptList(.allowedRecipientDomains),
            forbiddenDomains: hints.scriptList(.forbiddenRecipientDomains),
            isSaved: draft != nil, senders: choices, hasChoice: choices.count > 1,
            fromError: errors?.message(of: "from"), recipients: form.recipients, recipientLimits: hints.recipients,
            recipientsError: errors?.message(of: "recipients"),
            suppressed: suppressed.prefix(Self.mostSuppressed).map {
                "\($0.address.displayForm): \(words.reason($0.reason))"
            },
            canLiftSuppressions: suppressed.contains { !$0.reason.isOwnersWish }, hasSuppressed: !suppressed.isEmpty,
            liftsSuppressions: form.liftsSuppressions, subject: form.subject,
            subjectError: errors?.message(of: "subject"), message: form.message,
            messageError: errors?.message(of: "message"), files: files.map { row(of: $0, text) },
            fileLimits: hints.files,
            filesError: errors?.message(of: "files"),
            levels: policy.levels.map { offered in
                .init(
                    value: String(offered.rawValue), label: text("page.compose.levelName.\(offered.rawValue)"),
                    hint: text("page.compose.levelHint.\(offered.rawValue)"),
                    isChecked: level == String(offered.rawValue))
            }, levelError: errors?.message(of: "level"),
            passwordLimits: hints.password,
            // A password that was taken is never sent back; one with a mistake is kept like everything typed.
            password: errors?.message(of: "password") == nil ? "" : form.password,
            hasPassword: draft?.passwordHash != nil, passwordError: errors?.message(of: "password"),
            lifetimeDays: form.lifetimeDays, longestLifetimeDays: String(limits.lifetimeDays),
            lifetimeHint: text(
                "page.compose.lifetimeHint",
                [
                    "most": text.number(limits.lifetimeDays),
                    "grace": text.number(policy.graceDays),
                ]), lifetimeError: errors?.message(of: "lifetimeDays"), notifiesSender: form.notifiesSender,
            copiesSender: form.copiesSender, withholdsMessage: form.withholdsMessage,
            languages: Language.allCases.map {
                .init(
                    value: $0.rawValue, label: $0.name,
                    isSelected: $0.rawValue == form.language)
            }, senderProblem: choices.first(where: \.isSelected)?.problem, canAskForDomain: canAsk,
            localRoute: settings.route == .local, errorSummary: errors?.summary)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func row(of file: DeliveryFile, _ text: Localizer) -> ComposePage.FileRow {
        .init(
            id: file.id.description, name: file.name, octets: String(file.size), size: text.size(file.size),
            isComplete: file.completedAt != nil,
            finding: file.scan.state == .found
                ? text("error.field.infected", ["finding": file.scan.finding]) : nil,
            removeLabel: text("page.compose.removeFile", ["name": file.name]))
    }
}
