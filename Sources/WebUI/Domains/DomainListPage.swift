/// All sender domains, and how to add one.
struct DomainListPage: PageModel {
    /// A domain.
    struct Row: Sendable, Equatable {
        let href: String
        let domain: String
        let ascii: String?
        let status: StatusView
        let seenAs: String
        let checked: TimeView?
    }

    /// A domain that accounts send with.
    struct Suggestion: Sendable, Equatable {
        let domain: String
        let text: String
    }

    /// A request that waits for an answer.
    struct Waiting: Sendable, Equatable {
        let href: String
        let domain: String
        let text: String
        let status: StatusView
    }

    /// The record that this server itself needs.
    struct OwnRecord: Sendable, Equatable {
        let text: String
        let record: PublishedRecordView
    }

    static let template = "admin-domains"
    let page: PageFrame
    let requests: [Waiting]
    let hasRequests: Bool
    let rows: [Row]
    let hasRows: Bool
    let suggestions: [Suggestion]
    let hasSuggestions: Bool
    let fields: [FormField]
    let ownRecord: OwnRecord?
    let errorSummary: FormErrors.Summary?
}
