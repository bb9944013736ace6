/// The words of one mail: to edit, to look at, to try.
struct MailTemplatePage: PageModel {
    /// A way to look at the mail.
    struct View: Sendable {
        let action: String
        let label: String
    }

    /// A field with what it means.
    struct Field: Sendable {
        let code: String
        let meaning: String
        let example: String?
        let isRequired: Bool
    }

    /// A version.
    struct Version: Sendable {
        let label: String
        let what: String
        let who: String
        let time: TimeView
        /// Where it is made the newest; nil for the one in force.
        let restoreHref: String?
    }

    /// The same mail in another language.
    struct Sibling: Sendable {
        let href: String
        let label: String
        let isCurrent: Bool
    }

    static let template = "admin-mail-template"
    let page: PageFrame
    let crumb: LinkView
    let siblings: [Sibling]
    let status: StatusView
    let isUnfit: Bool
    let action: String
    let version: String
    let fields: [FormField]
    let errorSummary: FormErrors.Summary?
    /// Sentences and labels, each empty as long as it says what the original says.
    let phraseFields: [FormField]
    let hasPhrases: Bool
    let isPhrasesOpen: Bool
    /// Where the mail with the words just sent went to; nil if none was sent.
    let sentTo: String?
    let frame: String
    let views: [View]
    let compareHref: String
    let resetHref: String?
    let wordFields: [Field]
    let blockFields: [Field]
    /// What tags there are; it shows braces, so that it cannot stand in the template itself.
    let tagsText: String
    let versions: [Version]
    let hasVersions: Bool
}

/// The words of a mail beside the original ones.
struct MailTemplateComparePage: PageModel {
    /// A part of the words.
    struct Part: Sendable {
        let title: String
        let lines: [Line]
    }

    /// A line with whether it is the same in both.
    struct Line: Sendable {
        let text: String
        let isAdded: Bool
        let isRemoved: Bool
    }

    static let template = "admin-mail-template-compare"
    let page: PageFrame
    let crumb: LinkView
    let isSame: Bool
    let parts: [Part]
}
