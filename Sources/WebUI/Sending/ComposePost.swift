import Deliveries
import WebServer

/// A compose form as it was sent, its files in the vault.
struct ComposePost: Sendable {
    /// What was typed, and which button was pressed.
    let body: FormBody
    /// Files that are complete and belong to no delivery yet.
    let staged: [StagedFile]
    /// Files that were not taken, and fields that were cut.
    let problems: [FieldError]
    /// Whether all of it was read.
    let isWhole: Bool

    init(_ received: ReceivedForm, _ files: ComposeFiles) {
        body = received.form
        staged = files.staged
        isWhole = received.isWhole
        let cut = received.cutFields.sorted().map { FieldError($0, "cut-short") }
        problems = files.problems + cut + (received.isWhole ? [] : [FieldError("files", "broken-off")])
    }
}
