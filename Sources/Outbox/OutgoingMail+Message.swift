public import Deliveries
public import MailMessage
public import MailTemplates
public import SenderDomains

extension OutgoingMail {
    /// The message as it leaves, with the sender that was decided. The same mail gives the same octets each time.
    ///
    /// - Parameters:
    ///   - sender: who stands in From.
    ///   - logo: the organisation's logo; nil: its name.
    /// - Throws: `DeliveriesError` `.trouble` if a stored Message-ID is none.
    public func message(sender: SenderDecision, logo: MailLogo? = nil) throws -> MIMEMessage {
        func identifier(_ text: String) throws -> MessageID {
            guard let identifier = MessageID(parsing: "<\(text)>") else {
                throw DeliveriesError(.trouble, detail: "a stored Message-ID is none")
            }
            return identifier
        }
        guard let boundary = MIMEBoundary(unique: messageID.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
        else {
            throw DeliveriesError(.trouble, detail: "no boundary can be made of a stored Message-ID")
        }
        let content = ComposedContent(
            kind: kind, language: language, subject: HeaderText(cleaning: subject), plainText: plainText, html: html)
        return content.message(
            MailHeaders(
                from: sender.from, to: to, date: date, messageID: try identifier(messageID),
                replyTo: sender.replyTo.map { [$0] } ?? [], inReplyTo: try inReplyTo.map { [try identifier($0)] } ?? [],
                references: try references.map(identifier), unsubscribe: unsubscribe), boundary: boundary, logo: logo)
    }
}
