public import Foundation
public import Localization

/// To the sender and to administrators: the virus scanner found something in a file.
public struct VirusFoundMail: MailContent {
    /// The file's name.
    public var file: String
    /// What was found: the name of the signature.
    public var finding: String
    /// Who wanted to send it.
    public var sender: MailPerson
    /// The delivery's subject, or `nil` for an administrator, who does not read along.
    public var about: String?
    /// Where the reader sees how it goes on.
    public var link: MailLink

    /// A notification.
    public init(file: String, finding: String, sender: MailPerson, about: String?, link: MailLink) {
        self.file = file
        self.finding = finding
        self.sender = sender
        self.about = about
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .virusFound }

    /// Says it without the file's name, which somebody else chose.
    public func subject(_ text: Localizer) -> String { text("mail.virusFound.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        var facts = [
            Letter.Fact(label: text("mail.fact.file"), value: file.asShownSubject),
            Letter.Fact(label: text("mail.virusFound.finding"), value: finding.asShownSubject),
        ]
        if let about {
            facts.append(.init(label: text("mail.fact.subject"), value: about.subjectOrNone(text)))
        } else {
            facts.append(.init(label: text("mail.fact.from"), value: sender.fullForm))
        }
        return Letter(
            preview: text("mail.virusFound.body"), heading: text("mail.virusFound.heading"),
            blocks: [
                .paragraph(text("mail.virusFound.body")), .facts(facts),
                .paragraph(text(about == nil ? "mail.virusFound.administrator" : "mail.virusFound.sender")),
                .button(text(about == nil ? "mail.virusFound.button" : "mail.button.delivery"), link),
            ], isAutomatic: true)
    }
}

/// To administrators: the virus scanner does not answer.
public struct ScannerSilentMail: MailContent {
    /// Since when.
    public var since: Date
    /// Whether files go out all the same, with a mark.
    public var letsPass: Bool
    /// The administration of the scanner.
    public var link: MailLink

    /// A notification.
    public init(since: Date, letsPass: Bool, link: MailLink) {
        self.since = since
        self.letsPass = letsPass
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .scannerSilent }

    /// Says it.
    public func subject(_ text: Localizer) -> String { text("mail.scannerSilent.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let since = text.dateTime(since, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: text("mail.scannerSilent.body", ["since": since]), heading: text("mail.scannerSilent.heading"),
            blocks: [
                .paragraph(text("mail.scannerSilent.body", ["since": since])),
                .paragraph(text(letsPass ? "mail.scannerSilent.passing" : "mail.scannerSilent.waiting")),
                .button(text("mail.scannerSilent.button"), link),
            ], isAutomatic: true)
    }
}
