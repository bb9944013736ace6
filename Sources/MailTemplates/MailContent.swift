public import Localization
public import MailMessage

/// The data of one mail of one kind; knows how to say it.
public protocol MailContent: Sendable {
    /// The kind of mail.
    var kind: MailKind { get }
    /// The mail's subject in a language, not yet cleaned or cut.
    func subject(_ text: Localizer) -> String
    /// The mail as a letter, from which both forms are made.
    func letter(_ text: Localizer, _ branding: MailBranding) -> Letter
    /// What the fields of a template say in this mail; those that every mail has need not be there.
    func values(_ text: Localizer, _ branding: MailBranding) -> [MailField: String]
}

extension MailContent {
    /// Subject, plain text and HTML in a language. Never fails: whatever the data are, the result is safe.
    ///
    /// A subject of more than 998 octets is cut, with an ellipsis.
    public func composed(_ language: Language, _ branding: MailBranding) -> ComposedContent {
        let text = Localizer(language)
        let subject = HeaderText(cleaning: subject(text)).truncated(toOctets: 998)
        let letter = letter(text, branding)
        return ComposedContent(
            kind: kind, language: language, subject: subject, plainText: letter.plainText(text, branding),
            html: letter.html(text, branding, title: subject.value))
    }
}

/// A mail in words: what the recipient will read.
public struct ComposedContent: Sendable, Hashable {
    /// The kind of mail.
    public let kind: MailKind
    /// The language it speaks, if it is known.
    public let language: Language?
    /// The subject.
    public let subject: HeaderText
    /// The whole mail as plain text, lines ended by LF.
    public let plainText: String
    /// The whole mail as HTML.
    public let html: String

    /// Content that was composed earlier and kept, such as in the outbox.
    public init(kind: MailKind, language: Language?, subject: HeaderText, plainText: String, html: String) {
        self.kind = kind
        self.language = language
        self.subject = subject
        self.plainText = plainText
        self.html = html
    }

    /// The message with its headers.
    ///
    /// What a program writes says so (RFC 3834, 5) and asks for no automatic answer; a delivery, which a person writes,
    /// does not.
    ///
    /// - Parameters:
    ///   - headers: what stands there.
    ///   - boundary: the line between its parts.
    ///   - logo: the organisation's logo; nil: its name.
    public func message(_ headers: MailHeaders, boundary: MIMEBoundary, logo: MailLogo? = nil) -> MIMEMessage {
        var fields: [HeaderField] = []
        func add(_ name: HeaderName, token: String) {
            if let field = HeaderField(name, token: token) { fields.append(field) }
        }
        if kind.isAutomatic {
            add(.autoSubmitted, token: "auto-generated")
            add(.autoResponseSuppress, token: "All")
        }
        // RFC 8058, 3.1: both together, or the click would not be trusted.
        if let link = headers.unsubscribe, let field = HeaderField(.listUnsubscribe, links: [link.text]) {
            fields.append(field)
            add(.listUnsubscribePost, token: "List-Unsubscribe=One-Click")
        }
        let page =
            logo?.part(with: html, of: headers.messageID, within: boundary) ?? .html(MailLogo.named(html))
        if let language { add(.contentLanguage, token: language.rawValue) }
        return MIMEMessage(
            from: headers.from, to: [headers.to], subject: subject, date: headers.date, messageID: headers.messageID,
            body: .multipart(.alternative, [.plainText(plainText), page], boundary: boundary),
            replyTo: headers.replyTo, utcOffset: headers.utcOffset, inReplyTo: headers.inReplyTo,
            references: headers.references, extraFields: fields)
    }
}
