/// The list of groups.
struct GroupListPage: PageModel {
    /// One group.
    struct Row: Sendable {
        let href: String
        let name: String
        let members: String
        let rules: String
    }

    static let template = "admin-groups"
    let page: PageFrame
    let rows: [Row]
    let hasRows: Bool
    let mayManage: Bool
}
