public import MailTemplates

/// What administrators do with the words of mails.
public struct TemplateEditing: Sendable {
    /// How a template stands.
    public enum State: String, Sendable, CaseIterable {
        /// The mail has our own words.
        case original
        /// The mail has the administrator's words.
        case changed
        /// The administrator's words do not fit any more, so that the mail has our own.
        case unfit
    }

    /// The words of one mail, and where they come from.
    public struct Entry: Sendable {
        /// What they are for.
        public let place: MailTemplatePlace
        /// How they stand.
        public let state: State
        /// The words to edit: the administrator's, also where they do not fit, else the original.
        public let source: TemplateSource
        /// The newest version; nil if nobody ever changed it.
        public let newest: StoredMailTemplate?

        init(_ place: MailTemplatePlace, _ newest: StoredMailTemplate?) {
            self.place = place
            self.newest = newest
            if let source = newest?.source {
                state = (try? MailTemplate(place.kind, source)) == nil ? .unfit : .changed
                self.source = source
            } else {
                state = .original
                source = place.kind.originalTemplate(place.language)
            }
        }

        /// The number of the newest version; 0 if nobody ever changed it.
        public var version: Int { newest?.version ?? 0 }
    }

    /// The most versions that are shown.
    public static let mostVersions = 50

    let parts: AccountParts

    /// Works with the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// All mails in all languages, and the accounts that changed them.
    public func list() async throws -> (entries: [Entry], people: [AccountID: Account]) {
        try await parts.database.read { transaction in
            let newest = Dictionary(try transaction.mailTemplates.newest().map { ($0.place, $0) }) { first, _ in first }
            let entries = MailTemplatePlace.all.map { Entry($0, newest[$0]) }
            return (entries, try transaction.people(entries.compactMap(\.newest)))
        }
    }

    /// One mail.
    public func entry(_ place: MailTemplatePlace) async throws -> Entry {
        try await parts.database.read { Entry(place, try $0.mailTemplates.newest(place)) }
    }

    /// The versions of one mail, newest first, and the accounts that made them.
    public func versions(
        _ place: MailTemplatePlace
    ) async throws -> (versions: [StoredMailTemplate], people: [AccountID: Account]) {
        try await parts.database.read { transaction in
            let versions = try transaction.mailTemplates.versions(place, limit: Self.mostVersions)
            return (versions, try transaction.people(versions))
        }
    }

    /// Sets the words of a mail. The same words as before are no change, and the original's are a reset.
    ///
    /// - Parameters:
    ///   - source: the words.
    ///   - place: of which mail.
    ///   - basedOn: the version that was edited; nil to put the words in place of whatever is there.
    ///   - actor: who does it; nil for the command line.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.invalid` with what is wrong at `subject`, `body` and `text`, or `.conflict` with
    ///   `template-outdated` at `version` if somebody else changed it since.
    @discardableResult
    public func save(
        _ source: TemplateSource, at place: MailTemplatePlace, basedOn: Int? = nil, by actor: AccountID?,
        origin: RequestOrigin
    ) async throws -> Entry {
        let source = source.withoutOriginalPhrases(place.kind, place.language)
        try Self.check(source, place.kind)
        let isOriginal = source == place.kind.originalTemplate(place.language)
        return try await put(isOriginal ? nil : source, place, basedOn, by: actor, origin: origin)
    }

    /// Takes the original back; the versions stay.
    ///
    /// - Throws: ``DeliveriesError`` as ``save(_:at:basedOn:by:origin:)``.
    @discardableResult
    public func reset(
        _ place: MailTemplatePlace, basedOn: Int? = nil, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> Entry {
        try await put(nil, place, basedOn, by: actor, origin: origin)
    }

    /// Makes an earlier version the newest.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` without such a version, `.invalid` if it does not fit any more, or
    ///   `.conflict` as ``save(_:at:basedOn:by:origin:)``.
    @discardableResult
    public func restore(
        _ version: Int, of place: MailTemplatePlace, basedOn: Int? = nil, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> Entry {
        let found = try await parts.database.read { try $0.mailTemplates.version(version, of: place) }
        guard let found else { throw DeliveriesError(.notFound) }
        if let source = found.source { try Self.check(source, place.kind) }
        return try await put(found.source, place, basedOn, by: actor, origin: origin)
    }

    private func put(
        _ source: TemplateSource?, _ place: MailTemplatePlace, _ basedOn: Int?, by actor: AccountID?,
        origin: RequestOrigin
    ) async throws -> Entry {
        let now = parts.now()
        return try await parts.database.write { transaction in
            let newest = try transaction.mailTemplates.newest(place)
            if let basedOn, basedOn != newest?.version ?? 0 {
                throw DeliveriesError(.conflict, fields: [FieldError("version", "template-outdated")])
            }
            guard source != newest?.source else { return Entry(place, newest) }
            let made = StoredMailTemplate(
                place: place, version: (newest?.version ?? 0) + 1, source: source, changedBy: actor, changedAt: now)
            try transaction.mailTemplates.insert(made)
            let action: AuditAction = source == nil ? .mailTemplateReset : .mailTemplateChanged
            try transaction.ledger.append(action.record(by: actor, target: place.name, origin: origin, at: now))
            return Entry(place, made)
        }
    }

    /// Makes sure that words fit their kind of mail.
    @discardableResult
    static func check(_ source: TemplateSource, _ kind: MailKind) throws -> MailTemplate {
        do {
            return try MailTemplate(kind, source)
        } catch let mistakes as TemplateMistakes {
            throw DeliveriesError(.invalid, fields: mistakes.all.map(\.fieldError))
        }
    }
}

extension TemplateMistake {
    /// What is wrong as forms and the API tell it.
    var fieldError: FieldError {
        FieldError(
            part.rawValue, "template-\(reason.rawValue)",
            ["line": String(line), "column": String(column), "name": name])
    }
}

extension Transaction {
    /// The accounts that made some versions.
    fileprivate func people(_ templates: [StoredMailTemplate]) throws -> [AccountID: Account] {
        var people: [AccountID: Account] = [:]
        for id in Set(templates.compactMap(\.changedBy)) { people[id] = try accounts.account(id) }
        return people
    }
}
