/// A page with one short form on a narrow sheet: sign-in, a new password, an invitation.
struct SmallFormPage: PageModel {
    /// A field that is not shown.
    struct Hidden: Sendable, Equatable {
        let name: String
        let value: String
    }

    static let template = "small-form"
    let page: PageFrame
    var intro: String?
    let action: String
    var hidden: [Hidden] = []
    let fields: [FormField]
    let submit: String
    var links: [LinkView] = []
    var errors: FormErrors?

    var hasLinks = false
    var errorSummary: FormErrors.Summary?

    init(
        page: PageFrame, intro: String? = nil, action: String, hidden: [Hidden] = [], fields: [FormField],
        submit: String, links: [LinkView] = [], errors: FormErrors? = nil
    ) {
        self.page = page
        self.intro = intro
        self.action = action
        self.hidden = hidden
        self.fields = fields.judged(by: errors)
        self.submit = submit
        self.links = links
        hasLinks = !links.isEmpty
        errorSummary = errors?.summary(for: fields)
    }
}
