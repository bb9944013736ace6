public import Deliveries
public import Hummingbird
import Localization
import MailMessage
public import WebServer

/// Administration → System → Virus scan.
struct ScanPages {
    private static let path = "/admin/scan"
    private static let perPage = 50
    private static let form = SettingForm.scan

    let renderer: PageRenderer
    let accounts: AccountParts
    let held: HeldFiles

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/scan") { request, context in try await show(request, context) }
        group.post("admin/scan", use: save)
        group.get("admin/scan/try", use: tryOut)
        group.get("admin/scan/files/:id/:action", use: ask)
        group.post("admin/scan/files/:id/:action", use: decide)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        return try await Self.form.save(typed, accounts, context, then: "\(Self.path)?done=saved") { errors in
            try await show(request, context, typed: typed, errors: errors)
        }
    }

    /// Asks the scanner which one it is; that changes nothing.
    private func tryOut(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        do {
            let version = try await held.version()
            return try await show(
                request, context,
                result: .init(
                    kind: "good", icon: "check-circle", title: text("page.scan.answers"), text: version))
        } catch let failure as ScannerFailure {
            return try await show(
                request, context,
                result: .init(
                    kind: "warn", icon: "warning", title: text("page.scan.silent"),
                    text: text("page.scan.failure.\(failure.reason)")))
        } catch let error as DeliveriesError where error.code == .conflict {
            return .redirect(to: Self.path)
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil,
        result: ScanPage.Result? = nil
    ) async throws -> Response {
        let text = context.text
        let offset = request.offset()
        let found = try await held.list(offset: offset, limit: Self.perPage)
        let rows = found.files.map { row($0, context) }
        let groups = Self.form.fieldGroups(context.settings, typed: typed, text)
        let page = ScanPage(
            page: renderer.frame(
                text("page.scan.title"), .administration(Self.path), request, context, scripts: ["busy.js"]),
            rows: rows, hasRows: !rows.isEmpty,
            paging: PagingView(
                offset: offset, limit: Self.perPage, total: found.total, shown: rows.count, request: request,
                text: text),
            groups: groups.map { $0.judged(by: errors) }, errorSummary: errors?.summary(for: groups.flatMap(\.fields)),
            canTry: !context.settings.text(.scanClamd).isEmpty, result: result)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func row(_ held: HeldFile, _ context: WebContext) -> ScanPage.Row {
        let text = context.text
        let file = held.file
        let isFound = file.scan.state == .found
        let sender = held.senderAddress.displayForm
        return .init(
            name: file.name, size: text.size(file.size),
            status: isFound
                ? StatusView(.bad, icon: "stop", text("page.scan.mark.found"))
                : StatusView(.warn, icon: "warning", text("page.scan.mark.tooLarge")),
            finding: isFound ? file.scan.finding : nil,
            sender: held.senderName.isEmpty ? sender : "\(held.senderName) <\(sender)>",
            state: text("page.scan.in.\(held.state == .draft ? "draft" : "sent")"),
            time: file.scan.at.map { renderer.time($0, context) },
            releaseHref: "\(Self.path)/files/\(file.id)/release", removeHref: "\(Self.path)/files/\(file.id)/remove")
    }

    // MARK: Deciding

    private enum Action: String {
        case release, remove
    }

    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let action = try action(context)
        let one = try await held.file(try context.pathID())
        let which = action == .remove && one.state == .draft ? "removeFromDraft" : action.rawValue
        let values = [
            "name": one.file.name, "finding": one.file.scan.finding, "sender": one.senderAddress.displayForm,
        ]
        let reason = one.file.scan.state == .found ? "page.scan.reason.found" : "page.scan.reason.tooLarge"
        return renderer.response(
            ConfirmPage(
                page: renderer.frame(
                    text("page.scan.\(which).title"), .administration(Self.path), request, context),
                crumb: LinkView(Self.path, text("page.scan.title")),
                paragraphs: [text(reason, values), text("page.scan.\(which).text", values)],
                action: request.uri.path, submit: text("page.scan.\(which).submit"), isDestructive: true))
    }

    private func decide(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        let actor = try context.signedIn().account.id
        let id: DeliveryFileID = try context.pathID()
        do {
            switch try action(context) {
            case .release: try await held.release(id, by: actor, origin: context.origin(of: request))
            case .remove: try await held.remove(id, by: actor, origin: context.origin(of: request))
            }
        } catch let error as DeliveriesError where error.code == .notFound {
            // Somebody else decided, or the delivery is gone.
            return .redirect(to: Self.path)
        }
        return .redirect(to: "\(Self.path)?done=file-\(try action(context).rawValue)d")
    }

    private func action(_ context: WebContext) throws -> Action {
        guard let action = context.parameters.get("action").flatMap({ Action(rawValue: $0) }) else {
            throw DeliveriesError(.notFound)
        }
        return action
    }
}

extension WebUI {
    /// Adds the page of the virus scanner.
    ///
    /// - Parameters:
    ///   - router: with its front, error and session middleware in place.
    ///   - held: what is held because of it.
    public func addScanPages(to router: Router<WebContext>, held: HeldFiles) {
        ScanPages(renderer: renderer, accounts: accounts, held: held).add(to: administrationGroup(of: router))
    }
}
