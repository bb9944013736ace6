/// What a link leads to that cannot be fetched: what is the case, and what to do.
struct LinkStatePage: PageModel {
    /// The button by which a recipient asks for more time.
    struct Renewal: Sendable {
        let action: String
        let label: String
    }

    static let template = "link-state"
    let page: PageFrame
    let letter: LetterHead?
    let icon: String
    let paragraphs: [String]
    let renewal: Renewal?
    let about: String
    let reportHref: String?
    let choiceHref: String?
    let errorSummary: FormErrors.Summary?
}
