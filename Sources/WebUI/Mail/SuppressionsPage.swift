import Deliveries
import Localization

/// Addresses that get no further mail.
struct SuppressionsPage: PageModel {
    /// One address.
    struct Row: Sendable {
        let address: String
        let status: StatusView
        let reason: String
        let answer: String?
        let since: TimeView
        let mail: String?
        let liftLabel: String
    }

    static let template = "admin-suppressions"
    let page: PageFrame
    let tabs: [FilterView]
    let search: String
    let rows: [Row]
    let hasRows: Bool
    let emptyTitle: String
    let emptyText: String
    let paging: PagingView?
    let fields: [FormField]
    let errorSummary: FormErrors.Summary?
}

/// The words for suppressed addresses.
struct SuppressionWords {
    let text: Localizer

    func reason(_ reason: Suppression.Reason) -> String { text("page.suppression.reason.\(reason.rawValue)") }

    func status(_ reason: Suppression.Reason) -> StatusView {
        reason.isOwnersWish
            ? StatusView(.warn, icon: "person", text("page.suppression.wish"))
            : StatusView(.bad, icon: "stop", text("page.suppression.wrong"))
    }
}
