import Deliveries

/// What the clean-up would take away.
struct CleanUpPage: PageModel {
    /// A rule.
    struct Row: Sendable {
        let title: String
        let rule: String
        let href: String?
        let now: String
        let until: String
    }

    /// A delivery whose files are removed.
    struct Removal: Sendable {
        let sender: String
        let state: StatusView
        let files: String
        let time: TimeView
    }

    /// A number of days to look ahead.
    struct Choice: Sendable {
        let href: String
        let label: String
        let isCurrent: Bool
    }

    static let template = "admin-clean-up"
    let page: PageFrame
    let choices: [Choice]
    let untilLabel: String
    let rows: [Row]
    let removals: [Removal]
    let hasRemovals: Bool
    let noRemovals: String
    let paging: PagingView?
}
