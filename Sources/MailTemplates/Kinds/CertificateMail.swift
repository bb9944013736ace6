public import Foundation
public import Localization

/// To administrators: the mail server's certificate cannot be renewed, or one from a file runs out.
public struct CertificateMail: MailContent {
    /// The host name.
    public var name: String
    /// What it failed at, by its stable name.
    public var problem: String
    /// What the authority said; may be empty.
    public var detail: String
    /// When the present certificate ends; `nil` if there is none.
    public var expiresAt: Date?
    /// The page of the mail server.
    public var link: MailLink
    /// Whether it is about one from a file that runs out; then nothing failed yet.
    private let isEnding: Bool

    /// A notification.
    public init(name: String, problem: String, detail: String, expiresAt: Date?, link: MailLink) {
        self.name = name
        self.problem = problem
        self.detail = detail
        self.expiresAt = expiresAt
        self.link = link
        isEnding = false
    }

    /// A notification that a certificate from a file runs out.
    public init(name: String, ending: Date, link: MailLink) {
        self.name = name
        problem = ""
        detail = ""
        expiresAt = ending
        self.link = link
        isEnding = true
    }

    /// The kind of mail.
    public var kind: MailKind { .certificate }

    /// Names the host.
    public func subject(_ text: Localizer) -> String {
        text(isEnding ? "mail.certificate.endingSubject" : "mail.certificate.subject", ["name": name])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let end = expiresAt.map { text.dateTime($0, timeZone: branding.timeZone, showingZone: true) }
        if isEnding {
            let heading = text("mail.certificate.endingSubject", ["name": name.asShownSubject])
            return Letter(
                preview: heading, heading: heading,
                blocks: [
                    .paragraph(text("mail.certificate.ending", ["date": end ?? ""])),
                    .paragraph(text("mail.certificate.endingWhatToDo")),
                    .button(text("mail.certificate.button"), link),
                ], isAutomatic: true)
        }
        let key = "certificate.problem.\(problem)"
        var blocks: [Letter.Block] = [
            .paragraph(
                end.map { text("mail.certificate.body", ["date": $0]) } ?? text("mail.certificate.bodyWithout")),
            .paragraph(text(text.has(key) ? key : "certificate.problem.trouble")),
        ]
        if !detail.isBlank {
            blocks.append(.facts([.init(label: text("mail.certificate.detail"), value: detail.asShownSubject)]))
        }
        blocks.append(.button(text("mail.certificate.button"), link))
        let heading = text("mail.certificate.heading", ["name": name.asShownSubject])
        return Letter(preview: heading, heading: heading, blocks: blocks, isAutomatic: true)
    }
}
