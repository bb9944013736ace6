/// The list of what programs sign in with that hand mail in.
struct SubmissionListPage: PageModel {
    /// One credential.
    struct Row: Sendable {
        let id: String
        let name: String
        let domains: String
        let status: StatusView
        let lastUsed: TimeView?
        /// Where it is revoked; nil if it was.
        let revokeHref: String?
    }

    static let template = "admin-submission"
    let page: PageFrame
    /// How a program reaches the server; nil if mail is taken in nowhere.
    let places: String?
    let rows: [Row]
    let hasRows: Bool
}

/// A new credential with its password, shown this one time.
struct SubmissionShownOncePage: PageModel {
    static let template = "admin-submission-once"
    let page: PageFrame
    let crumb: LinkView
    let intro: String
    let facts: [FactView]
    let user: String
    let secret: String
}
