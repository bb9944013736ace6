import Foundation
import Localization
public import MailMessage
import MailTemplates
import Secrets

/// All mails about deliveries, with the settings that hold at one moment. Nothing here waits or looks anything up, so
/// that it can be used inside a transaction.
struct DeliveryMails: Sendable {
    private let composer: MailComposer
    private let settings: Settings
    private let now: Date
    /// The languages that recipients are known to read, by comparison key.
    private let languages: [String: Language]

    /// - Parameter languages: what is known of the recipients' languages; needed for mail to recipients only.
    init(_ parts: DeliveryParts, settings: Settings, now: Date, languages: [String: Language] = [:]) {
        composer = parts.composer
        self.settings = settings
        self.now = now
        self.languages = languages
    }

    private var addresses: PublicAddresses { settings.addresses }

    // MARK: To recipients

    /// Something is there to be fetched.
    func delivery(
        _ delivery: Delivery, files: [DeliveryFile], to recipient: Recipient, link: Token, from sender: DeliverySender
    ) throws -> OutboxEntry {
        let content = try content(of: delivery, files: files, link: addresses.link(link), from: sender)
        return try composer.entry(
            content, to: recipient.mailbox, author: .sender(sender), language: language(of: recipient, delivery),
            thread: thread(delivery, recipient), settings: settings, now: now)
    }

    /// Soon it is too late.
    func reminder(
        _ delivery: Delivery, files: [DeliveryFile], to recipient: Recipient, link: Token, from sender: DeliverySender,
        answers: String?
    ) throws -> OutboxEntry {
        let content = ReminderMail(
            sender: person(sender), about: delivery.subject, level: delivery.level.rawValue, files: files.map(\.inMail),
            link: try MailComposer.link(addresses.link(link)), expiresAt: delivery.expiresAt ?? now)
        return try notice(content, to: recipient, of: delivery, answers: answers)
    }

    /// The sender gave more time.
    func renewed(
        _ delivery: Delivery, to recipient: Recipient, link: Token, from sender: DeliverySender, answers: String?
    ) throws -> OutboxEntry {
        let content = RenewedMail(
            sender: person(sender), about: delivery.subject, link: try MailComposer.link(addresses.link(link)),
            expiresAt: delivery.expiresAt ?? now)
        return try notice(content, to: recipient, of: delivery, answers: answers)
    }

    /// The sender took it back.
    func withdrawn(
        _ delivery: Delivery, to recipient: Recipient, from sender: DeliverySender, answers: String?
    ) throws -> OutboxEntry {
        let content = WithdrawnMail(sender: person(sender), about: delivery.subject, withdrawnAt: now)
        return try notice(content, to: recipient, of: delivery, answers: answers)
    }

    /// Six digits that prove the address.
    func code(_ code: OneTimeCode, to recipient: Recipient, of delivery: Delivery, from sender: DeliverySender) throws
        -> OutboxEntry
    {
        let minutes = Int(Fetching.codeLifetime / 60)
        let content = CodeMail(code: code.digits, minutes: minutes, sender: person(sender))
        return try notice(content, to: recipient, of: delivery, answers: nil)
    }

    // MARK: To the sender

    /// What was sent; the thread of all later notices begins with it.
    func copy(
        of delivery: Delivery, files: [DeliveryFile], recipients: [Recipient], to sender: DeliverySender
    ) throws -> OutboxEntry {
        let page = addresses.delivery(delivery.id)
        let content = CopyMail(
            of: try content(of: delivery, files: files, link: page, from: sender),
            recipients: recipients.map { MailPerson($0.mailbox) }, link: try MailComposer.link(page))
        return try composer.entry(
            content, to: sender.person, language: sender.language, thread: MailComposer.Thread(delivery),
            settings: settings, now: now, messageID: delivery.threadMessageID)
    }

    /// Files were fetched.
    func downloaded(
        _ downloads: [FetchedBy], isComplete: Bool, of delivery: Delivery, to reader: NoticeReader
    ) throws -> Notice {
        let fetches = downloads.map { download in
            DownloadedMail.Fetch(
                recipient: download.recipient.map { MailPerson($0.mailbox) }, files: download.files, at: download.at)
        }
        let content = DownloadedMail(
            about: delivery.subject, fetches: fetches, isComplete: isComplete, link: try page(delivery))
        return Notice(content, to: reader, thread: MailComposer.Thread(delivery))
    }

    /// Every recipient has every file.
    func allFetched(by recipients: Int, of delivery: Delivery, to reader: NoticeReader) throws -> Notice {
        let content = AllFetchedMail(
            about: delivery.subject, recipients: recipients, at: now, link: try page(delivery))
        return Notice(content, to: reader, thread: MailComposer.Thread(delivery))
    }

    /// The address of a recipient was corrected.
    func addressCorrected(
        from former: EmailAddress, recipient: Recipient, of delivery: Delivery, to reader: NoticeReader
    ) throws -> Notice {
        let content = AddressCorrectedMail(
            about: delivery.subject, former: former.displayForm, recipient: MailPerson(recipient.mailbox),
            link: try page(delivery))
        return Notice(content, to: reader, thread: MailComposer.Thread(delivery))
    }

    /// A draft with files will be removed.
    func uploadAbandoned(
        _ draft: Delivery, files: [DeliveryFile], removedAt: Date, to reader: NoticeReader
    ) throws -> Notice {
        let content = UploadAbandonedMail(
            about: draft.subject, files: files.map(\.inMail), removedAt: removedAt, link: try page(draft))
        // A draft has no thread yet.
        return Notice(content, to: reader)
    }

    /// A recipient asks for more time.
    func renewalAsked(by recipient: Recipient?, of delivery: Delivery, to reader: NoticeReader) throws -> Notice {
        let content = RenewalAskedMail(
            recipient: recipient.map { MailPerson($0.mailbox) }, about: delivery.subject, link: try page(delivery),
            keptUntil: delivery.removeFilesAt ?? now)
        return Notice(content, to: reader, thread: MailComposer.Thread(delivery))
    }

    /// A mail to a recipient failed for good.
    func undeliverable(
        _ entry: OutboxEntry, recipient: Recipient, of delivery: Delivery, to reader: NoticeReader
    ) throws -> Notice {
        let content = UndeliverableMail(
            recipient: MailPerson(recipient.mailbox), about: delivery.subject,
            reason: UndeliverableReason(className: entry.failureClass),
            answer: entry.lastAnswer.isEmpty ? nil : entry.lastAnswer, link: try page(delivery))
        return Notice(content, to: reader, thread: MailComposer.Thread(delivery))
    }

    /// A mail to a recipient has been waiting for hours.
    func delayed(
        _ entry: OutboxEntry, triedUntil: Date, recipient: Recipient, of delivery: Delivery, to reader: NoticeReader
    ) throws -> Notice {
        let content = DelayedMail(
            recipient: MailPerson(recipient.mailbox), about: delivery.subject,
            answer: entry.lastAnswer.isEmpty ? nil : entry.lastAnswer, triedUntil: triedUntil,
            link: try page(delivery))
        return Notice(content, to: reader, thread: MailComposer.Thread(delivery))
    }

    // MARK: To administrators

    /// A recipient reported a mail.
    func reported(
        by recipient: Recipient?, words: String, of delivery: Delivery, from sender: DeliverySender,
        to administrator: NoticeReader
    ) throws -> Notice {
        let content = ReportedMail(
            reporter: recipient.map { MailPerson($0.mailbox) }, sender: person(sender), about: delivery.subject,
            words: words, reportedAt: now, link: try MailComposer.link(addresses.outbox))
        return Notice(content, to: administrator, thread: MailComposer.Thread(delivery))
    }

    // MARK: Parts

    private func content(
        of delivery: Delivery, files: [DeliveryFile], link: URL, from sender: DeliverySender
    ) throws -> DeliveryMail {
        DeliveryMail(
            sender: person(sender), about: delivery.subject,
            message: delivery.withholdsMessage ? .withheld : .text(delivery.message), level: delivery.level.rawValue,
            files: files.map(\.inMail), link: try MailComposer.link(link), expiresAt: delivery.expiresAt ?? now,
            hasPassword: delivery.passwordHash != nil)
    }

    private func notice(
        _ content: any MailContent, to recipient: Recipient, of delivery: Delivery, answers: String?
    ) throws -> OutboxEntry {
        try composer.entry(
            content, to: recipient.mailbox, language: language(of: recipient, delivery),
            thread: MailComposer.Thread(delivery, recipient: recipient.id, answers: answers), settings: settings,
            now: now)
    }

    /// The reader's own choice or account, else what the sender chose; or as the setting says.
    private func language(of recipient: Recipient, _ delivery: Delivery) -> Language {
        switch settings.text(.notifyLanguage) {
        case "system": settings.language
        case "sender": delivery.language
        default: languages[recipient.email.comparisonKey] ?? delivery.language
        }
    }

    private func thread(_ delivery: Delivery, _ recipient: Recipient) -> MailComposer.Thread {
        MailComposer.Thread(delivery, recipient: recipient.id)
    }

    private func person(_ sender: DeliverySender) -> MailPerson {
        MailPerson(sender.person, organisation: settings.organisationName)
    }

    private func page(_ delivery: Delivery) throws -> MailLink {
        try MailComposer.link(addresses.delivery(delivery.id))
    }
}

extension Recipient {
    /// Name and address.
    public var mailbox: Mailbox { Mailbox(name: name.isEmpty ? nil : name, address: email) }
}

extension DeliveryFile {
    /// The file as named in a mail.
    fileprivate var inMail: MailFile { MailFile(name: name, size: size) }
}
