/// The form by which a recipient reports a mail.
struct ReportPage: PageModel {
    static let template = "report"
    let page: PageFrame
    let crumb: LinkView
    let action: String
    let fields: [FormField]
    let errorSummary: FormErrors.Summary?
}
