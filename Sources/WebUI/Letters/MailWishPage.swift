/// Where the owner of an address chooses which mail to get.
struct MailWishPage: PageModel {
    /// One of the choices.
    struct Choice: Sendable {
        let value: String
        let label: String
        let hint: String
        let isChecked: Bool
    }

    static let template = "mail-wish"
    let page: PageFrame
    let intro: String
    let action: String
    let choices: [Choice]
    let error: String?
    let errorSummary: FormErrors.Summary?
}
