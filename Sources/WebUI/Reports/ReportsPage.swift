/// How much each user sent in a month.
struct ReportsPage: PageModel {
    /// A user.
    struct Row: Sendable {
        let name: String
        let email: String
        let href: String
        let figures: ReportFiguresView
    }

    /// A group.
    struct GroupRow: Sendable {
        let name: String
        let senders: String
        let figures: ReportFiguresView
    }

    static let template = "admin-reports"
    let page: PageFrame
    let intro: String
    let months: [FormField.Option]
    let month: String
    let heading: String
    let tiles: [FactView]
    let charts: [ChartGroup]
    let rows: [Row]
    let hasRows: Bool
    let paging: PagingView?
    let groups: [GroupRow]
    let hasGroups: Bool
}

/// How much one user sent, month by month.
struct ReportUserPage: PageModel {
    /// A month.
    struct Row: Sendable {
        let month: String
        let figures: ReportFiguresView
    }

    static let template = "admin-report-user"
    let page: PageFrame
    let crumb: LinkView
    let name: String
    let email: String
    let user: String
    let month: String
    let charts: [ChartGroup]
    let rows: [Row]
}

/// Figures in the words of the reader.
struct ReportFiguresView: Sendable {
    let deliveries: String
    let recipients: String
    let files: String
    let size: String
    let fetched: String
    let bounces: String
}
