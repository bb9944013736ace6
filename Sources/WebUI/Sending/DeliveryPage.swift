/// A delivery as its sender follows it: who has what, and its story.
struct DeliveryPage: PageModel {
    /// A file at the head of the table.
    struct Column: Sendable {
        let name: String
        let size: String
    }

    /// Whether a recipient has a file.
    struct Cell: Sendable {
        let label: String
        let status: StatusView
        let time: TimeView?
    }

    /// A recipient in the table.
    struct RecipientRow: Sendable {
        let id: String
        let name: String?
        let address: String
        let hasActions: Bool
        let canCorrect: Bool
        let canRemind: Bool
        let canResend: Bool
        let status: StatusView
        let statusTime: TimeView?
        let reason: String?
        let passage: StatusView?
        let opened: TimeView?
        let scanner: String?
        let cells: [Cell]
    }

    /// Something that happened.
    struct EventRow: Sendable {
        let kind: String
        let icon: String
        let text: String
        let time: TimeView
    }

    /// Recipients ask for more time; one button gives it.
    struct Renewal: Sendable {
        let text: String
        let days: String
        let button: String
    }

    /// A file of the delivery.
    struct FileRow: Sendable {
        let name: String
        let size: String
        let mark: StatusView?
    }

    static let template = "delivery"
    let page: PageFrame
    let crumb: LinkView
    let id: String
    let lastEvent: String
    let subject: String
    let status: StatusView
    let summary: String
    /// The mailbox that it was sent from, and who made it.
    let sentAs: String?
    let hasActions: Bool
    let canRemind: Bool
    let canExtend: Bool
    let canWithdraw: Bool
    let canDiscard: Bool
    /// What a draft of an add-in waits for.
    let unsentNote: String?
    let extendLabel: String
    let scan: ScanNotice?
    let renewal: Renewal?
    let localRoute: Bool
    let columns: [Column]
    let recipients: [RecipientRow]
    let paging: PagingView?
    let events: [EventRow]
    let facts: [FactView]
    let message: [MessageText.Paragraph]
    let hasMessage: Bool
    let files: [FileRow]
    let hasFiles: Bool
    /// Whether there is a receipt: a draft has none.
    let hasReceipt: Bool
}
