public import Localization

/// A sentence or a label of a mail that depends on the case, so that a template names only its place. It can be worded
/// anew; where it stands, and when, stays the layout's.
public struct MailPhrase: Sendable, Hashable {
    /// What it is for; the raw values are stable.
    public enum Use: String, Sendable, CaseIterable {
        /// What the button says.
        case button
        /// What a further link says.
        case link
        /// A sentence within an explanation, a message or the hints.
        case sentence
    }

    /// The most octets of a phrase.
    public static let longest = 1_000

    /// Its name, that of the catalogue; plural forms are phrases of their own.
    public let key: String
    /// What it is for.
    public let use: Use
    /// The original words, with fields in double braces.
    public let original: String
    /// The fields that may stand in it.
    public let fields: [String]

    init(key: String, use: Use, catalogueText: String) {
        self.key = key
        self.use = use
        fields = Self.placeholders(of: catalogueText)
        original = fields.reduce(catalogueText) { $0.replacing("{\($1)}", with: "{{\($1)}}") }
    }

    /// The names in single braces, each once.
    private static func placeholders(of catalogueText: String) -> [String] {
        var names: [String] = []
        for part in catalogueText.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            guard let end = part.firstIndex(of: "}") else { continue }
            let name = String(part[..<end])
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// New words in the catalogue's own form.
    ///
    /// - Throws: a ``TemplateMistake`` with its place.
    func catalogueText(of words: String) throws(TemplateMistake) -> String {
        let part = TemplateMistake.Part.phrase(key)
        if words.utf8.count > Self.longest {
            throw TemplateMistake(part, .tooLong, name: String(Self.longest))
        }
        var result = ""
        var rest = Array(words.unicodeScalars)[...]
        var column: Int { words.unicodeScalars.count - rest.count + 1 }
        while let scalar = rest.first {
            switch scalar {
            case "\n": throw TemplateMistake(part, .lineBreak)
            case "}": throw TemplateMistake(part, .fieldStray, line: 1, column: column)
            case "{":
                let inside = rest.dropFirst(2)
                guard rest.dropFirst().first == "{", let end = inside.firstIndex(of: "}"),
                    inside[end...].dropFirst().first == "}"
                else { throw TemplateMistake(part, .fieldUnclosed, line: 1, column: column) }
                let name = String(String.UnicodeScalarView(inside[..<end])).trimmingBlanks
                guard fields.contains(name) else {
                    throw TemplateMistake(part, .fieldUnknown, line: 1, column: column, name: name)
                }
                result += "{\(name)}"
                rest = inside[end...].dropFirst(2)
            default:
                if ParagraphReader.hides(scalar) {
                    throw TemplateMistake(part, .character, line: 1, column: column)
                }
                result.unicodeScalars.append(scalar)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}

extension MailKind {
    /// The phrases that a template of this kind can word anew, in the order of the mail.
    public func phrases(_ language: Language) -> [MailPhrase] {
        let text = Localizer(language)
        return phraseKeys.flatMap { use, key -> [MailPhrase] in
            if text.has(key) { return [MailPhrase(key: key, use: use, catalogueText: text(key))] }
            // The plural forms, or all texts of an area.
            return text.texts(below: key).sorted { $0.key < $1.key }.map {
                MailPhrase(key: "\(key).\($0.key)", use: use, catalogueText: $0.value)
            }
        }
    }

    private var phraseKeys: [(MailPhrase.Use, String)] {
        switch self {
        case .delivery:
            [
                (.button, "mail.delivery.button"), (.button, "mail.delivery.buttonMessage"),
                (.sentence, "mail.delivery.withheld"), (.sentence, "mail.delivery.proof"),
                (.sentence, "mail.delivery.password"), (.sentence, "mail.delivery.personal"),
            ]
        case .copy: [(.button, "mail.button.delivery"), (.sentence, "mail.copy.withheld")]
        case .downloaded:
            [
                (.button, "mail.button.delivery"), (.sentence, "mail.downloaded.complete"),
                (.sentence, "mail.downloaded.more"),
            ]
        case .undeliverable:
            [(.button, "mail.button.delivery")]
                + UndeliverableReason.allCases.flatMap {
                    [(.sentence, "mail.reason.\($0.key).what"), (.sentence, "mail.reason.\($0.key).next")]
                }
        case .allFetched: [(.button, "mail.button.delivery"), (.sentence, "mail.allFetched.body")]
        case .delayed, .addressCorrected: [(.button, "mail.button.delivery")]
        case .reminder, .renewed: [(.button, "mail.delivery.button")]
        case .domainState:
            [(.button, "mail.domainState.button")]
                + DomainStateMail.News.allCases.map { (.sentence, "mail.domainState.\($0.key).body") }
                + [(.sentence, "mail.domainState.policy")]
        case .domainApproved: [(.button, "mail.domainApproved.button"), (.link, "mail.domainApproved.answer")]
        case .held:
            [
                (.button, "mail.button.delivery"), (.button, "mail.domainState.button"), (.sentence, "mail.held.body"),
                (.sentence, "mail.held.sender"), (.sentence, "mail.held.administrator"),
            ]
        case .certificate:
            [
                (.button, "mail.certificate.button"), (.sentence, "mail.certificate.ending"),
                (.sentence, "mail.certificate.endingWhatToDo"), (.sentence, "mail.certificate.body"),
                (.sentence, "mail.certificate.bodyWithout"), (.sentence, "certificate.problem"),
            ]
        case .virusFound:
            [
                (.button, "mail.button.delivery"), (.button, "mail.virusFound.button"),
                (.sentence, "mail.virusFound.body"), (.sentence, "mail.virusFound.sender"),
                (.sentence, "mail.virusFound.administrator"),
            ]
        case .scannerSilent:
            [
                (.button, "mail.scannerSilent.button"), (.sentence, "mail.scannerSilent.body"),
                (.sentence, "mail.scannerSilent.waiting"), (.sentence, "mail.scannerSilent.passing"),
            ]
        case .quotaLow: [(.button, "mail.quotaLow.button"), (.sentence, "mail.quotaLow.body")]
        case .dailySummary: [(.button, "mail.dailySummary.button"), (.sentence, "mail.dailySummary.wellText")]
        case .test: [(.button, "mail.test.button"), (.link, "mail.test.link")]
        case .passwordChanged, .passwordForgotten: [(.button, "mail.passwordForgotten.button")]
        case .newSignIn: [(.button, "mail.newSignIn.button")]
        case .tookOver: [(.button, "mail.tookOver.button")]
        case .gathered: [(.button, "mail.gathered.button")]
        case .invitation: [(.button, "mail.invitation.button")]
        case .renewalAsked: [(.button, "mail.renewalAsked.button")]
        case .reported: [(.button, "mail.reported.button")]
        case .domainRequested: [(.button, "mail.domainRequested.button")]
        case .domainRefused: [(.button, "mail.domainRefused.button")]
        case .domainControl: [(.button, "mail.domainControl.button")]
        case .uploadAbandoned: [(.button, "mail.uploadAbandoned.button")]
        case .storageLow: [(.button, "mail.storageLow.button")]
        case .outboxStuck: [(.button, "mail.outboxStuck.button")]
        case .code, .withdrawn, .accountDisabled: []
        }
    }
}
