import NIOCore
import SMTP

/// Keeps what was said while the connection was opened, and what was said since the last transaction began.
struct SMTPConversationRecorder {
    private var opening = SMTPConversation()
    private var current = SMTPConversation()
    private var isOpened = false
    private let start: NIODeadline

    init(start: NIODeadline) {
        self.start = start
    }

    var conversation: SMTPConversation {
        var whole = opening
        whole.append(contentsOf: current)
        return whole
    }

    mutating func beginTransaction() {
        isOpened = true
        current = SMTPConversation()
    }

    mutating func record(_ text: String, by side: SMTPConversation.Side, at now: NIODeadline) {
        let offset = Int((now - start).nanoseconds / 1_000_000)
        if isOpened {
            current.append(text, by: side, at: offset)
        } else {
            opening.append(text, by: side, at: offset)
        }
    }
}
