/// All mails in all languages, and whether their words are the original ones.
struct MailTemplateListPage: PageModel {
    /// Mails for the same people.
    struct Section: Sendable {
        let id: String
        let title: String
        let rows: [Row]
    }

    /// A kind of mail.
    struct Row: Sendable {
        let name: String
        let cells: [Cell]
    }

    /// A kind of mail in a language.
    struct Cell: Sendable {
        let language: String
        let href: String
        let linkLabel: String
        let kind: String
        let status: StatusView
        let note: String?
    }

    static let template = "admin-mail-templates"
    let page: PageFrame
    let languages: [String]
    let sections: [Section]
}
