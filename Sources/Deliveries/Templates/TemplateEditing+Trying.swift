import Foundation
import MailMessage
public import MailTemplates

extension TemplateEditing {
    /// A mail with sample data in the given words, as it would look.
    ///
    /// - Parameters:
    ///   - source: the words; nil for the original ones.
    ///   - place: of which mail.
    ///   - settings: the settings in force.
    /// - Throws: ``DeliveriesError`` `.invalid` as ``save(_:at:basedOn:by:origin:)``.
    public func preview(
        _ source: TemplateSource?, at place: MailTemplatePlace, settings: Settings
    ) throws -> ComposedContent {
        let template = try source.map { try Self.check($0, place.kind) }
        var branding = try MailComposer.branding(settings)
        if place.kind.offersChoice { branding.choice = branding.publicURL }
        return try sample(place, branding).composed(place.language, branding, by: template)
    }

    /// The values that the fields have in the sample, for explaining them; none for fields that the layout makes.
    public func examples(_ place: MailTemplatePlace, settings: Settings) throws -> [MailField: String] {
        let branding = try MailComposer.branding(settings)
        return try sample(place, branding).examples(place.language, branding)
    }

    /// Sends a mail with sample data in the given words to whoever tries them, by the way that real mail takes.
    ///
    /// - Parameters:
    ///   - source: the words; nil for those in force.
    ///   - place: of which mail.
    ///   - account: who gets it.
    ///   - origin: from where it was asked.
    /// - Throws: ``DeliveriesError`` `.invalid` as ``save(_:at:basedOn:by:origin:)``.
    public func send(
        _ source: TemplateSource?, at place: MailTemplatePlace, to account: Account, origin: RequestOrigin
    ) async throws -> OutboxEntryID {
        let template = try source.map { try Self.check($0, place.kind) }
        let now = parts.now()
        let (parts, editing) = (parts, self)
        let id = try await parts.database.write { transaction in
            var settings = try parts.settings.current(in: transaction)
            if let template { settings.templates[place] = template.source }
            let content = try editing.sample(place, try MailComposer.branding(settings))
            let entry = try parts.notifications.entry(
                content, to: account.mailbox, language: place.language, settings: settings, now: now)
            try transaction.outbox.insert([entry])
            try transaction.ledger.append(
                AuditAction.mailTemplateSent.record(by: account.id, target: place.name, origin: origin, at: now))
            return entry.id
        }
        parts.mailQueued()
        return id
    }

    private func sample(_ place: MailTemplatePlace, _ branding: MailBranding) throws -> any MailContent {
        do {
            return try place.kind.sample(language: place.language, publicURL: branding.publicURL)
        } catch {
            throw DeliveriesError(.trouble, detail: "the samples of \(place.name) cannot be made: \(error)")
        }
    }
}
