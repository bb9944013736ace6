import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets

/// What of a kept notice is sealed.
struct KeptNoticeContent: Codable, Sendable {
    /// Who reads it.
    let to: Mailbox
    /// What it says.
    let brief: NoticeInBrief
}

extension MailComposer {
    /// A notice as it is kept, in the words that its own mail would have had.
    func kept(_ notice: Notice, settings: Settings, now: Date) throws -> KeptNotice {
        let (reader, content) = (notice.reader, notice.content)
        let id = KeptNoticeID(now: now, random: random)
        let plain = KeptNoticeContent(
            to: reader.mailbox, brief: content.brief(reader.language, try Self.branding(settings), at: now))
        return KeptNotice(
            id: id, kind: content.kind,
            reader: .init(address: reader.mailbox.address.comparisonKey, language: reader.language),
            sealed: try keys.seal(try JSONEncoder().encode(plain), purpose: .column, context: Self.place(id)), at: now)
    }

    /// Opens what was kept.
    ///
    /// - Throws: `KeyRingError` or a decoding error if it was changed or its keys are gone.
    func open(_ notice: KeptNotice) throws -> KeptNoticeContent {
        let plain = try keys.open(notice.sealed, purpose: .column, context: Self.place(notice.id))
        return try JSONDecoder().decode(KeptNoticeContent.self, from: plain)
    }

    private static func place(_ id: KeptNoticeID) -> SealContext {
        SealContext(table: "kept_notice", row: id.description, column: "sealed")
    }
}
