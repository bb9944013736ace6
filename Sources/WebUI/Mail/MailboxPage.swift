/// How a kept mail is looked at.
enum MailForm: String, CaseIterable, Sendable {
    case html
    case text
    case source
}

/// The local mailbox as a list.
struct MailboxPage: PageModel {
    /// One mail.
    struct Row: Sendable {
        let href: String
        let recipient: String
        let kind: String
        let time: TimeView
    }

    static let template = "admin-mailbox"
    let page: PageFrame
    let rows: [Row]
    let hasRows: Bool
    let paging: PagingView?
}

/// One mail of the local mailbox.
struct MailPage: PageModel {
    static let template = "admin-mail"
    let page: PageFrame
    let crumb: LinkView
    let title: String
    let facts: [FactView]
    let isMasked: Bool
    let tabs: [FilterView]
    let frame: String?
    let source: String?
}
