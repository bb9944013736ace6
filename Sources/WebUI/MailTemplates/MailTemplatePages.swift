import Deliveries
import Hummingbird
import Localization
import MailMessage
import MailTemplates
import WebServer

/// Administration → System → Words of e-mails: what each mail says, per kind and language.
struct MailTemplatePages {
    static let path = "/admin/mail-templates"

    let renderer: PageRenderer
    let accounts: AccountParts

    var editing: TemplateEditing { TemplateEditing(accounts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/mail-templates", use: list)
        group.get("admin/mail-templates/:kind/:language") { request, context in try await show(request, context) }
        group.post("admin/mail-templates/:kind/:language", use: change)
        group.get("admin/mail-templates/:kind/:language/compare", use: compare)
        group.get("admin/mail-templates/:kind/:language/frame", use: storedFrame)
        group.post("admin/mail-templates/:kind/:language/frame", use: typedFrame)
        group.get("admin/mail-templates/:kind/:language/reset", use: askReset)
        group.post("admin/mail-templates/:kind/:language/reset", use: reset)
        group.get("admin/mail-templates/:kind/:language/restore", use: askRestore)
        group.post("admin/mail-templates/:kind/:language/restore", use: restore)
    }

    /// The mail that the address names.
    func place(_ context: WebContext) throws -> MailTemplatePlace {
        guard let kind = context.parameters.get("kind").flatMap({ MailKind(rawValue: $0) }),
            let language = context.parameters.get("language").flatMap({ Language(rawValue: $0) })
        else { throw DeliveriesError(.notFound) }
        return MailTemplatePlace(kind, language)
    }

    static func path(of place: MailTemplatePlace) -> String { "\(path)/\(place.name)" }

    static func name(of place: MailTemplatePlace, _ text: Localizer) -> String {
        text("page.mailKind.\(place.kind.rawValue)")
    }

    static func status(_ state: TemplateEditing.State, _ text: Localizer) -> StatusView {
        let word = text("page.mailTemplates.state.\(state.rawValue)")
        return switch state {
        case .original: StatusView(.plain, icon: "check", word)
        case .changed: StatusView(.active, icon: "check", word)
        case .unfit: StatusView(.warn, icon: "warning", word)
        }
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let entries = Dictionary(try await editing.list().entries.map { ($0.place, $0) }) { one, _ in one }
        let sections = NotificationRule.Audience.allCases.map { audience in
            MailTemplateListPage.Section(
                id: audience.groupName, title: text("page.settingGroup.\(audience.groupName).title"),
                rows: NotificationRule.all.filter { $0.audience == audience }.map { rule in
                    let places = Language.allCases.map { MailTemplatePlace(rule.kind, $0) }
                    return .init(
                        name: text("page.mailKind.\(rule.kind.rawValue)"),
                        cells: places.compactMap { entries[$0] }.map { cell($0, text, context) })
                })
        }
        let page = MailTemplateListPage(
            page: renderer.frame(
                text("page.mailTemplates.title"), .administration(Self.path), request, context),
            languages: Language.allCases.map(\.name), sections: sections)
        return renderer.response(page)
    }

    private func cell(
        _ entry: TemplateEditing.Entry, _ text: Localizer, _ context: WebContext
    ) -> MailTemplateListPage.Cell {
        let language = entry.place.language.name
        return .init(
            language: language, href: Self.path(of: entry.place), linkLabel: text("page.mailTemplates.edit"),
            kind: Self.name(of: entry.place, text), status: Self.status(entry.state, text),
            note: entry.state == .original
                ? nil : entry.newest.map { renderer.time($0.changedAt, context).text })
    }

    // MARK: One mail

    /// Saves the words, or sends them to the one who edits them without saving.
    private func change(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let place = try place(context)
        let actor = try context.signedIn().account
        let source = Self.source(form)
        let origin = context.origin(of: request)
        do {
            if form["action"] == "send" {
                _ = try await editing.send(source, at: place, to: actor, origin: origin)
                return try await show(request, context, typed: form, sentTo: actor.email.displayForm)
            }
            try await editing.save(source, at: place, basedOn: Int(form["version"]), by: actor.id, origin: origin)
            return .redirect(to: "\(Self.path(of: place))?done=template-saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    static func source(_ form: FormBody) -> TemplateSource {
        TemplateSource(
            subject: form["subject"], body: form["body"], text: form["text"],
            phrases: form.values(below: TemplateMistake.Part.phrase("").rawValue))
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil,
        sentTo: String? = nil
    ) async throws -> Response {
        let text = context.text
        let place = try place(context)
        let entry = try await editing.entry(place)
        let (versions, people) = try await editing.versions(place)
        let examples = try editing.examples(place, settings: context.settings)
        let path = Self.path(of: place)
        let fields = fields(entry, typed, text)
        let phraseFields = phraseFields(entry, typed, text)
        var frame = renderer.frame(
            Self.name(of: place, text), .administration(Self.path), request, context, scripts: ["mail-template.js"])
        frame.title = text(
            "page.mailTemplates.titleOf", ["kind": Self.name(of: place, text), "language": place.language.name])
        let explained = place.kind.fields.map { explain($0, place.kind, examples[$0], text) }
        let page = MailTemplatePage(
            page: frame, crumb: LinkView(Self.path, text("page.mailTemplates.title")),
            siblings: Language.allCases.map {
                .init(
                    href: Self.path(of: MailTemplatePlace(place.kind, $0)), label: $0.name,
                    isCurrent: $0 == place.language)
            },
            status: Self.status(entry.state, text), isUnfit: entry.state == .unfit, action: path,
            // Only who was told of somebody else's change may save over it.
            version: errors?.message(of: "version") == nil
                ? typed?["version"] ?? String(entry.version) : String(entry.version),
            fields: fields.judged(by: errors), errorSummary: errors?.summary(for: fields + phraseFields),
            phraseFields: phraseFields.judged(by: errors), hasPhrases: !phraseFields.isEmpty,
            isPhrasesOpen: !(typed.map(Self.source) ?? entry.source).phrases.isEmpty, sentTo: sentTo,
            frame: "\(path)/frame?view=desktop",
            views: MailTemplateView.allCases.map {
                .init(
                    action: "\(path)/frame?view=\($0.rawValue)", label: text("page.mailTemplates.view.\($0.rawValue)"))
            },
            compareHref: "\(path)/compare", resetHref: entry.state == .original ? nil : "\(path)/reset",
            wordFields: zip(place.kind.fields, explained).filter { !$0.0.isBlock }.map(\.1),
            blockFields: zip(place.kind.fields, explained).filter(\.0.isBlock).map(\.1),
            tagsText: text("page.mailTemplates.tagsText"),
            versions: versions.map { version($0, isNewest: $0.version == entry.version, people, context) },
            hasVersions: !versions.isEmpty)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func fields(_ entry: TemplateEditing.Entry, _ typed: FormBody?, _ text: Localizer) -> [FormField] {
        [
            .line(
                "subject", text("page.mailTemplates.subject"), typed?["subject"] ?? entry.source.subject,
                autocomplete: "off"),
            .area(
                "body", text("page.mailTemplates.body"), typed?["body"] ?? entry.source.body, rows: 16,
                hint: text("page.mailTemplates.bodyHint"), isSource: true),
            .area(
                "text", text("page.mailTemplates.text"), typed?["text"] ?? entry.source.text ?? "", rows: 6,
                hint: text("page.mailTemplates.textHint"), isSource: true
            ).optional,
        ]
    }

    private func phraseFields(
        _ entry: TemplateEditing.Entry, _ typed: FormBody?, _ text: Localizer
    ) -> [FormField] {
        entry.place.kind.phrases(entry.place.language).map { phrase in
            let name = TemplateMistake.Part.phrase(phrase.key).rawValue
            return .area(
                name, phrase.original, typed?[name] ?? entry.source.phrases[phrase.key] ?? "", rows: 2,
                hint: text("page.mailTemplates.use.\(phrase.use.rawValue)"))
        }
    }

    private func explain(
        _ field: MailField, _ kind: MailKind, _ example: String?, _ text: Localizer
    ) -> MailTemplatePage.Field {
        let isLink = field == .button && kind.requiresLink
        return .init(
            code: "{{\(field.rawValue)}}", meaning: text("page.mailTemplates.field.\(field.rawValue)"),
            example: example,
            isRequired: isLink || kind.requiredFields.contains(field) || kind.requiredInSubject.contains(field))
    }

    private func version(
        _ stored: StoredMailTemplate, isNewest: Bool, _ people: [AccountID: Account], _ context: WebContext
    ) -> MailTemplatePage.Version {
        let text = context.text
        let who = stored.changedBy.flatMap { people[$0] }
        return .init(
            label: text("page.mailTemplates.version", ["number": text.number(stored.version)]),
            what: stored.source.map(\.subject) ?? text("page.mailTemplates.wasReset"),
            who: who.map { $0.name.isEmpty ? $0.email.displayForm : $0.name } ?? text("page.mailTemplates.nobody"),
            time: renderer.time(stored.changedAt, context),
            restoreHref: isNewest
                ? nil : "\(Self.path(of: stored.place))/restore?version=\(stored.version)")
    }
}
