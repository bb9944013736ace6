/// What the person who looks after a domain's DNS sees, without an account: the records, and which of them are right.
struct HandOverPage: PageModel {
    static let template = "hand-over"
    let page: PageFrame
    let base: String
    let intro: String
    let status: StatusView
    let summary: String
    let pollSeconds: String
    let checked: TimeView?
    let records: [ChecklistItem]
    let validUntil: String
}
