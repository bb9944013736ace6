import Localization

/// The first page of a new server: organisation, address, administrator.
struct SetUpPage: PageModel {
    /// A step of the way.
    struct Step: Sendable, Equatable {
        let label: String
        let isCurrent: Bool
    }

    static let template = "set-up"
    let page: PageFrame
    let intro: String
    let steps: [Step]
    let action: String
    let submit: String
    let groups: [FieldGroup]
    let errorSummary: FormErrors.Summary?

    init(
        page: PageFrame, intro: String, steps: [Step], action: String, submit: String, groups: [FieldGroup],
        errors: FormErrors? = nil
    ) {
        self.page = page
        self.intro = intro
        self.steps = steps
        self.action = action
        self.submit = submit
        self.groups = groups.map { $0.judged(by: errors) }
        errorSummary = errors?.summary(for: groups.flatMap(\.fields))
    }

    /// The two steps with the present one marked.
    static func steps(current: Int, _ text: Localizer) -> [Step] {
        [text("page.setUp.title"), text("page.setUpMail.title")].enumerated().map {
            Step(label: $0.element, isCurrent: $0.offset == current)
        }
    }
}

/// The question whether the mail server is connected now or later.
struct SetUpMailPage: PageModel {
    static let template = "set-up-mail"
    let page: PageFrame
    let steps: [SetUpPage.Step]
}
