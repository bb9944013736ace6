/// My deliveries.
struct DeliveriesPage: PageModel {
    /// A delivery in the list.
    struct Row: Sendable {
        let href: String
        let subject: String
        let files: String
        /// Which member of the mailbox made it.
        let madeBy: String?
        let recipients: String
        let moreRecipients: String?
        let status: StatusView
        let statusNote: String?
        let sent: TimeView?
        let expires: String?
    }

    /// A draft that waits to be finished.
    struct Draft: Sendable {
        let text: String
        let href: String
    }

    static let template = "deliveries"
    let page: PageFrame
    let isFirst: Bool
    let draft: Draft?
    /// Whose deliveries can be shown: the reader's own, and those of each mailbox that they share.
    let mailboxes: [FilterView]
    let hasMailboxes: Bool
    /// The address of the mailbox that is shown.
    let mailbox: String?
    /// Whether a mailbox was asked for that is not, or no longer, theirs.
    let isForeign: Bool
    let filter: String?
    let search: String
    let filters: [FilterView]
    let lastEvent: String
    let hasRows: Bool
    let rows: [Row]
    let paging: PagingView?
}
