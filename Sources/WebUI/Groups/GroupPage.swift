/// One group: who is in it, and what it sets.
struct GroupPage: PageModel {
    /// An account in it.
    struct Member: Sendable {
        let id: String
        let name: String
        let email: String
        let removeLabel: String
        let mayRemove: Bool
    }

    static let template = "admin-group"
    let page: PageFrame
    let crumb: LinkView
    let name: String
    let address: String
    /// Name and address of its mailbox.
    let mailbox: String?
    let rules: [FactView]
    let hasRules: Bool
    let mayManage: Bool
    let members: [Member]
    let hasMembers: Bool
    let paging: PagingView?
    let mayAdd: Bool
    let fields: [FormField]
    let errorSummary: FormErrors.Summary?
}

/// The rules that a group sets, to be changed.
struct GroupRulePage: PageModel {
    static let template = "admin-group-rules"
    let page: PageFrame
    let crumb: LinkView
    let intro: String
    let action: String
    let groups: [FieldGroup]
    let errorSummary: FormErrors.Summary?
}

/// What holds for an account, rule by rule, and why.
struct UserPolicyPage: PageModel {
    /// A rule.
    struct Row: Sendable {
        let rule: String
        let value: String
        let source: String
        let links: [LinkView]
        let notes: [String]
    }

    static let template = "admin-user-policy"
    let page: PageFrame
    let crumb: LinkView
    let intro: String
    let groups: [LinkView]
    let hasGroups: Bool
    let rows: [Row]
}
