/// Which mail the system sends, to whom, and in which language.
struct NotificationsPage: PageModel {
    /// Kinds of mail for the same people.
    struct Section: Sendable {
        let title: String
        let hint: String?
        let rows: [Row]
    }

    /// One kind of mail.
    struct Row: Sendable {
        /// Whether it is sent; none for a kind that is always sent.
        let switches: [FormField]
        /// The name of a kind that is always sent.
        let name: String?
        /// Why it is always sent.
        let reason: String?
        /// To whom, and when.
        let choices: [FormField]
        let hasChoices: Bool
    }

    static let template = "admin-notifications"
    let page: PageFrame
    let intro: String
    let groups: [FieldGroup]
    let sections: [Section]
    let errorSummary: FormErrors.Summary?
}
