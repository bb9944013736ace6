/// One sender domain: the check list that turns green by itself, and all that can be done with the domain.
struct DomainPage: PageModel {
    /// Something that is to be said before the list.
    struct Warning: Sendable, Equatable {
        let kind: String
        let icon: String
        let text: String
    }

    /// A link for the person who looks after DNS.
    struct HandOverLink: Sendable, Equatable {
        let address: String
        let text: String
    }

    /// A rule to choose.
    struct Policy: Sendable, Equatable {
        let value: String
        let title: String
        let text: String
        let isSelected: Bool
    }

    /// A key of the domain.
    struct Key: Sendable, Equatable {
        let selector: String
        let algorithm: String
        let status: StatusView
        let note: String
    }

    /// An entry of its history.
    struct Event: Sendable, Equatable {
        let kind: String
        let icon: String
        let text: String
        let time: TimeView
    }

    static let template = "admin-domain"
    let page: PageFrame
    let crumb: LinkView
    let base: String
    let domain: String
    let ascii: String?
    let status: StatusView
    let summary: String
    let isPending: Bool
    let pollSeconds: String
    let warnings: [Warning]
    let seenAs: String
    let seenAsReason: String
    let records: [ChecklistItem]
    let checked: TimeView?
    let nextCheck: String
    let troubles: [String]
    let hasTroubles: Bool
    let facts: [FactView]
    let handOver: HandOverLink?
    let policies: [Policy]
    let held: String?
    let keys: [Key]
    let hasKeys: Bool
    let canRotate: Bool
    let controlText: String
    let canProve: Bool
    let events: [Event]
    let errorSummary: FormErrors.Summary?
}
