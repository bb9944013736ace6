import Localization

/// Addresses whose owners want no reminders.
struct ReminderRefusalsPage: PageModel {
    /// One address.
    struct Row: Sendable {
        let address: String
        let since: TimeView
    }

    static let template = "admin-reminder-refusals"
    let page: PageFrame
    let tabs: [FilterView]
    let search: String
    let rows: [Row]
    let hasRows: Bool
    let emptyTitle: String
    let emptyText: String
    let paging: PagingView?
}

/// The lists of what owners of addresses wish.
enum SuppressionTab: String, CaseIterable {
    case all = "/admin/suppressions"
    case reminders = "/admin/suppressions/reminders"

    /// All of them, this one as the present one.
    func views(_ text: Localizer) -> [FilterView] {
        Self.allCases.map { tab in
            FilterView(href: tab.rawValue, label: text("page.suppression.tab.\(tab)"), isCurrent: tab == self)
        }
    }
}
