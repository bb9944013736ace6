/// My deliveries.
struct DeliveriesPage: PageModel {
    /// A delivery in the list.
    struct Row: Sendable {
        let href: String
        let subject: String
        let files: String
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
    let filter: String?
    let search: String
    let filters: [FilterView]
    let lastEvent: String
    let hasRows: Bool
    let rows: [Row]
    let paging: PagingView?
}
