import SMTP

/// What a session asks of its conversation, or tells it.
enum MailIntakeQuestion: Sendable {
    case authenticate(user: String, password: SMTPSecret)
    case sender(SMTPServerSession.Envelope)
    case recipient(SMTPServerSession.Envelope.Recipient)
    case begin(MailIntakeMessage)
    case content([UInt8])
    case complete
    case discard
}
