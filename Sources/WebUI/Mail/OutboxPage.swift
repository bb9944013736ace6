/// The outbox as a list.
struct OutboxPage: PageModel {
    /// One mail.
    struct Row: Sendable {
        let href: String
        let recipient: String
        let kind: String
        let status: StatusView
        let answer: String?
        let created: TimeView
        let next: String?
        let attempts: String
    }

    static let template = "admin-outbox"
    let page: PageFrame
    let summary: String
    let filters: [FilterView]
    let rows: [Row]
    let hasRows: Bool
    let emptyTitle: String
    let paging: PagingView?
}

/// One mail of the outbox with its attempts.
struct OutboxEntryPage: PageModel {
    /// One attempt with what was said.
    struct Attempt: Sendable {
        let kind: String
        let icon: String
        let word: String
        let title: String
        let time: TimeView
        let explanation: String?
        let conversation: String?
    }

    static let template = "admin-outbox-entry"
    let page: PageFrame
    let crumb: LinkView
    let id: String
    let recipient: String
    let status: StatusView
    let canRetry: Bool
    let canCancel: Bool
    let facts: [FactView]
    let attempts: [Attempt]
    let hasAttempts: Bool
}
