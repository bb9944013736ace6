/// The list of accounts.
struct UserListPage: PageModel {
    /// One account.
    struct Row: Sendable {
        let id: String
        let name: String
        let roles: [String]
        let email: String
        let status: StatusView
        let lastSeen: TimeView?
    }

    static let template = "admin-users"
    let page: PageFrame
    let search: String
    let rows: [Row]
    let hasRows: Bool
    let paging: PagingView?
}

/// One account and what can be done with it.
struct UserPage: PageModel {
    /// Something that can be done.
    struct Action: Sendable, Equatable {
        let title: String
        let text: String
        let href: String
        let button: String
    }

    static let template = "admin-user"
    let page: PageFrame
    let crumb: LinkView
    let name: String
    let email: String
    let status: StatusView
    let facts: [FactView]
    let actions: [Action]
    /// Why nothing can be done.
    let whyNot: String?
}

/// A form of the administration without groups.
struct AdministrationFormPage: PageModel {
    static let template = "admin-form"
    let page: PageFrame
    let crumb: LinkView
    let intro: String?
    let action: String
    let fields: [FormField]
    let submit: String
    let errorSummary: FormErrors.Summary?

    init(
        page: PageFrame, crumb: LinkView, intro: String?, action: String, fields: [FormField], submit: String,
        errors: FormErrors?
    ) {
        self.page = page
        self.crumb = crumb
        self.intro = intro
        self.action = action
        self.fields = fields.judged(by: errors)
        self.submit = submit
        errorSummary = errors?.summary(for: fields)
    }
}
