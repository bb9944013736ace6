/// The SMTP interface: its settings, a test mail, the check of one that came back.
struct SMTPPage: PageModel {
    /// Mail that the local mailbox kept, and may now be sent.
    struct Waiting: Sendable, Equatable {
        let text: String
    }

    /// The route that holds until the form is saved.
    struct InForce: Sendable, Equatable {
        let text: String
        let next: String
    }

    /// One step of a test mail.
    struct Step: Sendable, Equatable {
        let kind: String
        let icon: String
        let word: String
        let title: String
    }

    /// What a test mail came to.
    struct Result: Sendable {
        let kind: String
        let icon: String
        let title: String
        let text: String?
        let advice: String?
        let steps: [Step]
        let hasSteps: Bool
        let conversation: String?
    }

    /// What became of a test mail on its way back.
    struct Findings: Sendable {
        /// One thing that was looked at.
        struct Item: Sendable, Equatable {
            let kind: String
            let icon: String
            let word: String
            let text: String
        }

        let kind: String
        let icon: String
        let title: String
        let items: [Item]
    }

    /// A test mail that can be looked for in the mailbox of returned mail.
    struct Finder: Sendable, Equatable {
        let marker: String
    }

    static let template = "admin-smtp"
    let page: PageFrame
    let isDirect: Bool
    let inForce: InForce?
    let waiting: Waiting?
    let groups: [FieldGroup]
    let testFields: [FormField]
    let result: Result?
    let returnedFields: [FormField]
    let finder: Finder?
    let search: Result?
    let findings: Findings?
    let errorSummary: FormErrors.Summary?
}
