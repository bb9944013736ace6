import Deliveries

/// The administration of the virus scanner: its settings, a try, and what is held because of it.
struct ScanPage: PageModel {
    /// A file that is held.
    struct Row: Sendable {
        let name: String
        let size: String
        let status: StatusView
        let finding: String?
        let sender: String
        let state: String
        let time: TimeView?
        let releaseHref: String
        let removeHref: String
    }

    /// What came of a try.
    struct Result: Sendable {
        let kind: String
        let icon: String
        let title: String
        let text: String
    }

    static let template = "admin-scan"
    let page: PageFrame
    let rows: [Row]
    let hasRows: Bool
    let paging: PagingView?
    let groups: [FieldGroup]
    let errorSummary: FormErrors.Summary?
    let canTry: Bool
    let result: Result?
}
