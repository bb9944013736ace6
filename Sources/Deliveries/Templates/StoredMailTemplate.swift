public import Foundation
public import Localization
public import MailTemplates

/// Which mail a template is for: its kind in a language.
public struct MailTemplatePlace: Hashable, Sendable {
    /// The kind of mail.
    public let kind: MailKind
    /// The language.
    public let language: Language

    /// A kind in a language.
    public init(_ kind: MailKind, _ language: Language) {
        self.kind = kind
        self.language = language
    }

    /// The place as the audit trail names it, such as `reminder/de`.
    public var name: String { "\(kind.rawValue)/\(language.rawValue)" }

    /// All places, by kind in the order of the notifications.
    public static var all: [MailTemplatePlace] {
        NotificationRule.all.flatMap { rule in Language.allCases.map { MailTemplatePlace(rule.kind, $0) } }
    }
}

/// One version of a template as it is kept. Versions are never changed, only followed by others.
public struct StoredMailTemplate: Equatable, Sendable {
    /// What it is for.
    public let place: MailTemplatePlace
    /// Its number, from 1.
    public let version: Int
    /// The words; nil where the original was taken back.
    public let source: TemplateSource?
    /// Who made it; nil for the command line.
    public let changedBy: AccountID?
    /// When.
    public let changedAt: Date

    /// A version with all its parts.
    public init(
        place: MailTemplatePlace, version: Int, source: TemplateSource?, changedBy: AccountID?, changedAt: Date
    ) {
        self.place = place
        self.version = version
        self.source = source
        self.changedBy = changedBy
        self.changedAt = changedAt
    }
}

/// Keeps the versions of mail templates.
public protocol MailTemplateStore {
    /// The newest version of each template that was ever changed. Rows of kinds and languages that this version does not
    /// know are left aside.
    func newest() throws -> [StoredMailTemplate]
    /// The newest version of one.
    func newest(_ place: MailTemplatePlace) throws -> StoredMailTemplate?
    /// Versions of one, newest first.
    func versions(_ place: MailTemplatePlace, limit: Int) throws -> [StoredMailTemplate]
    /// One version.
    func version(_ number: Int, of place: MailTemplatePlace) throws -> StoredMailTemplate?
    /// Adds a version.
    func insert(_ template: StoredMailTemplate) throws
}
