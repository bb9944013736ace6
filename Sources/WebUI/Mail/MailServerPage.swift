/// The built-in mail server: what it is, and how those who receive its mail see it.
struct MailServerPage: PageModel {
    /// A record to copy.
    struct Record: Sendable, Equatable {
        let id: String
        let name: String
        let type: String
        let value: String
    }

    /// Something that was looked at.
    struct Line: Sendable, Equatable {
        let id: String
        let kind: String
        let icon: String
        let word: String
        let title: String
        let text: String
        let isOpen: Bool
        let records: [Record]
    }

    /// The certificate for mail that is taken in.
    struct Certificate: Sendable, Equatable {
        let kind: String
        let icon: String
        let title: String
        let text: String?
        /// What the authority said.
        let detail: String?
        let facts: [FactView]
        let canOrder: Bool
    }

    /// What a check came to, or that it is under way.
    struct Result: Sendable, Equatable {
        let kind: String
        let icon: String
        let title: String
        let text: String?
        let lines: [Line]
        let hasLines: Bool
    }

    static let template = "admin-mailserver"
    let page: PageFrame
    let crumb: LinkView
    let isInUse: Bool
    let facts: [FactView]
    let spf: String?
    let certificate: Certificate
    let fields: [FormField]
    let result: Result?
    let errorSummary: FormErrors.Summary?
}
