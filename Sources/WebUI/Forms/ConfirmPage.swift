/// A page that asks once before something is done, and says what it means.
struct ConfirmPage: PageModel {
    static let template = "confirm"
    let page: PageFrame
    let crumb: LinkView
    let paragraphs: [String]
    let action: String
    let hidden: [SmallFormPage.Hidden]
    let fields: [FormField]
    let submit: String
    let isDestructive: Bool
    let errorSummary: FormErrors.Summary?

    init(
        page: PageFrame, crumb: LinkView, paragraphs: [String], action: String, hidden: [SmallFormPage.Hidden] = [],
        fields: [FormField] = [], submit: String, isDestructive: Bool = false, errors: FormErrors? = nil
    ) {
        self.page = page
        self.crumb = crumb
        self.paragraphs = paragraphs
        self.action = action
        self.hidden = hidden
        self.fields = fields.judged(by: errors)
        self.submit = submit
        self.isDestructive = isDestructive
        errorSummary = errors?.summary(for: fields)
    }
}
