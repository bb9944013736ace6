/// A recipient's page: a letter on the desk.
struct LetterPage: PageModel {
    /// A button that opens a message.
    struct OpenPart: Sendable {
        let text: String
        let action: String
    }

    /// The form for the delivery's own password.
    struct PasswordPart: Sendable {
        let action: String
        let fields: [FormField]
    }

    /// The button that has a code mailed.
    struct AskCodePart: Sendable {
        let text: String
        let action: String
        /// The reader's address, at a link for all readers.
        let fields: [FormField]
    }

    /// The form for the code.
    struct CodePart: Sendable {
        let text: String
        let action: String
        let fields: [FormField]
        let askAgainAction: String
        /// At a link for all readers: the address that the code was asked for.
        let askedAddress: String?
    }

    /// A file of the list.
    struct FileRow: Sendable {
        let id: String
        let name: String
        let size: String
        let status: StatusView?
        let mark: StatusView?
        let showsButton: Bool
        let fetchLabel: String
    }

    /// The files with their button.
    struct FilesPart: Sendable {
        let heading: String
        /// Seconds until a script looks again; 0: not at all.
        let poll: String
        let notice: ScanNotice?
        let canFetch: Bool
        let files: [FileRow]
        let fetchAction: String
        let onlyFile: String?
        let fetchAll: String
        let until: String
        let archiveNote: String?
    }

    static let template = "recipient"
    let page: PageFrame
    let senderName: String
    let senderAddress: String
    let organisation: String?
    let sent: TimeView?
    let proof: StatusView?
    let subject: String
    let message: [MessageText.Paragraph]
    let hasMessage: Bool
    let hiddenNote: String?
    let open: OpenPart?
    let password: PasswordPart?
    let askCode: AskCodePart?
    let code: CodePart?
    let filesPart: FilesPart?
    let noFiles: String?
    let about: String
    let reportHref: String?
    let choiceHref: String?
    let errorSummary: FormErrors.Summary?
}
