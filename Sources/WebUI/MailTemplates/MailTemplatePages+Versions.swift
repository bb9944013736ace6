import Deliveries
import Hummingbird
import Localization
import MailTemplates
import WebServer

/// Comparing with the original, and going back.
extension MailTemplatePages {
    func compare(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let place = try place(context)
        let entry = try await editing.entry(place)
        let original = place.kind.originalTemplate(place.language)
        let pairs =
            [
                ("subject", original.subject, entry.source.subject), ("body", original.body, entry.source.body),
                ("text", original.text ?? "", entry.source.text ?? ""),
            ].filter { !$0.1.isEmpty || !$0.2.isEmpty } + phrasePairs(entry)
        let page = MailTemplateComparePage(
            page: renderer.frame(
                text("page.mailTemplates.compareTitle", ["kind": Self.name(of: place, text)]),
                .administration(Self.path), request, context),
            crumb: crumb(place, text), isSame: original == entry.source,
            parts: pairs.map { name, before, after in
                .init(
                    title: text("page.mailTemplates.\(name)"),
                    lines: LineDifference(from: before, to: after).lines.map { line in
                        switch line {
                        case .same(let text): .init(text: text, isAdded: false, isRemoved: false)
                        case .added(let text): .init(text: text, isAdded: true, isRemoved: false)
                        case .removed(let text): .init(text: text, isAdded: false, isRemoved: true)
                        }
                    })
            })
        return renderer.response(page)
    }

    /// The phrases that are worded anew, one a line.
    private func phrasePairs(_ entry: TemplateEditing.Entry) -> [(String, String, String)] {
        let changed = entry.place.kind.phrases(entry.place.language).compactMap { phrase in
            entry.source.phrases[phrase.key].map { (phrase.original, $0) }
        }
        guard !changed.isEmpty else { return [] }
        return [
            ("phrases", changed.map(\.0).joined(separator: "\n"), changed.map(\.1).joined(separator: "\n"))
        ]
    }

    func askReset(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let place = try place(context)
        let entry = try await editing.entry(place)
        guard entry.state != .original else { return .redirect(to: Self.path(of: place)) }
        let page = ConfirmPage(
            page: renderer.frame(
                text("page.mailTemplates.resetTitle"), .administration(Self.path), request, context),
            crumb: crumb(place, text), paragraphs: [text("page.mailTemplates.resetText", names(place, text))],
            action: "\(Self.path(of: place))/reset", submit: text("page.mailTemplates.reset"))
        return renderer.response(page)
    }

    func reset(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        let place = try place(context)
        try await editing.reset(
            place, by: try context.signedIn().account.id, origin: context.origin(of: request))
        return .redirect(to: "\(Self.path(of: place))?done=template-reset")
    }

    func askRestore(_ request: Request, _ context: WebContext) async throws -> Response {
        try await confirmRestore(request, context, version: request.query("version"), errors: nil)
    }

    func restore(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let place = try place(context)
        guard let number = Int(form["number"]) else { throw DeliveriesError(.notFound) }
        do {
            try await editing.restore(
                number, of: place, by: try context.signedIn().account.id, origin: context.origin(of: request))
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await confirmRestore(
                request, context, version: form["number"], errors: FormErrors(error, context.text))
        }
        return .redirect(to: "\(Self.path(of: place))?done=template-restored")
    }

    private func confirmRestore(
        _ request: Request, _ context: WebContext, version: String, errors: FormErrors?
    ) async throws -> Response {
        let text = context.text
        let place = try place(context)
        guard let number = Int(version),
            let found = try await editing.versions(place).versions.first(where: { $0.version == number })
        else { throw DeliveriesError(.notFound) }
        let what = found.source.map { "\($0.subject)\n\n\($0.body)" } ?? text("page.mailTemplates.wasReset")
        let values = names(place, text).merging(["number": text.number(number)]) { one, _ in one }
        let page = ConfirmPage(
            page: renderer.frame(
                text("page.mailTemplates.restoreTitle", values), .administration(Self.path), request, context),
            crumb: crumb(place, text),
            paragraphs: [text("page.mailTemplates.restoreText", values)]
                + what.split(separator: "\n").map(String.init),
            action: "\(Self.path(of: place))/restore",
            hidden: [.init(name: "number", value: String(number))],
            submit: text("page.mailTemplates.restore"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func crumb(_ place: MailTemplatePlace, _ text: Localizer) -> LinkView {
        LinkView(Self.path(of: place), text("page.mailTemplates.titleOf", names(place, text)))
    }

    private func names(_ place: MailTemplatePlace, _ text: Localizer) -> [String: String] {
        ["kind": Self.name(of: place, text), "language": place.language.name]
    }
}
