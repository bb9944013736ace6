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

    /// What the list is narrowed to besides the state.
    struct Search: Sendable {
        let state: String
        let address: String
        let destination: String
        let ages: [FormField.Option]
        let isNarrowed: Bool
        let clearHref: String
    }

    /// The destination whose rows are shown, with what can be done with all of them.
    struct Destination: Sendable {
        let name: String
        let actions: [LinkView]
    }

    static let template = "admin-outbox"
    let page: PageFrame
    let summary: String
    let tabs: [FilterView]
    let search: Search
    let destination: Destination?
    let filters: [FilterView]
    let rows: [Row]
    let hasRows: Bool
    let emptyTitle: String
    let paging: PagingView?
}

/// The outbox by destination.
struct DestinationsPage: PageModel {
    /// One destination.
    struct Row: Sendable {
        let href: String
        let name: String
        let queued: String
        let held: String
        let failed: String
        let oldest: TimeView?
        let next: String?
        let answer: String?
    }

    static let template = "admin-outbox-destinations"
    let page: PageFrame
    let tabs: [FilterView]
    let rows: [Row]
    let hasRows: Bool
    let paging: PagingView?
}

/// What became of mail, hour by hour.
struct HoursPage: PageModel {
    static let template = "admin-outbox-hours"
    let page: PageFrame
    let tabs: [FilterView]
    let ranges: [FilterView]
    let chart: ChartGroup
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
    let passage: StatusView?
    let canRetry: Bool
    let canHold: Bool
    let canRelease: Bool
    let canCancel: Bool
    let facts: [FactView]
    let attempts: [Attempt]
    let hasAttempts: Bool
}
