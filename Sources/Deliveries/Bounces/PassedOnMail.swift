import Foundation
import Localization
import Logging
import MailMessage

/// What a person wrote to an address of ours, as a new mail to whom it concerns.
///
/// It is wrapped and not sent on as it came: a mail that leaves here under its author's address would break SPF at once,
/// and its signature with the first gateway that changes a line, so that the author's own DMARC policy would have it
/// refused. The new mail is ours, signed by us; Reply-To leads to the author, the words stand in it, and the mail as it
/// came is attached. It has a null envelope sender, so that it is never answered, and a mark by which a loop is known.
struct PassedOnMail {
    /// Why it is passed on.
    enum Errand {
        /// To the sender of the mail that it answers.
        case answer(to: OutboxEntryID)
        /// To whoever runs this.
        case toAdministrators
    }

    /// Whom it concerns.
    private struct Readers {
        var mailboxes: [Mailbox]
        var language: Language
        /// The subject of the delivery that it is about.
        var subject = ""
    }

    /// It was passed on before, or there were too many.
    private struct Known: Error {}

    /// Longer words are read in the attachment.
    private static let mostOctetsOfText = 50_000

    let parts: DeliveryParts
    let spool: MessageSpool
    let settings: Settings
    let now: Date

    func send(
        _ errand: Errand, _ mail: IncomingMail, _ message: ParsedMessage, fingerprint: String
    ) async throws -> ReturnPathIntake.Verdict {
        let readers = try await readers(of: errand)
        guard let sender = settings.route == .local ? settings.systemSenderOrStandIn : settings.systemSender,
            !readers.mailboxes.isEmpty
        else {
            parts.log.warning("mail for us cannot be passed on: no system sender, or nobody to read it")
            return .dropped
        }
        let whole = try compose(errand, mail, message, from: sender, to: readers)
        let author = message.mailboxes(.from).first?.address
        let now = now
        var writer = spool.begin()
        try await writer.append(whole.serialized)
        do {
            // One commit: what counts as passed on is in the outbox.
            _ = try await writer.complete(
                MessageSpool.Envelope(
                    origin: .forward, sender: nil, recipients: readers.mailboxes.map { .init($0.address) },
                    from: sender.address, messageID: "\(whole.messageID.left)@\(whole.messageID.right)",
                    needsSMTPUTF8: whole.needsSMTPUTF8)
            ) { transaction in
                guard try Self.note(errand, author, fingerprint, in: transaction, at: now) else { throw Known() }
            }
        } catch is Known {
            try await writer.discard()
            return .known
        }
        parts.mailQueued()
        return .passedOn
    }

    /// Notes the mail, so that it is passed on once; and counts, so that nobody is flooded.
    private static func note(
        _ errand: Errand, _ author: EmailAddress?, _ fingerprint: String, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        guard case .answer(let id) = errand else {
            let count = try transaction.ledger.countThrottle(
                "passed-on:administrators", window: 86_400, now: now
            ).count
            let times = try transaction.ledger.countThrottle(
                "passed-on-mail:\(fingerprint)", window: 30 * 86_400, now: now
            ).count
            return count <= ReturnPathIntake.mostMailsToAdministratorsPerDay && times == 1
        }
        let count = try transaction.ledger.countThrottle("passed-on:\(id)", window: 86_400, now: now).count
        guard count <= ReturnPathIntake.mostAnswersPerDay else { return false }
        // Only who got the mail knows the address that it came to; and who answers is alive.
        if let entry = try transaction.outbox.entry(id), entry.to.comparisonKey == author?.comparisonKey {
            try transaction.proveAlive(entry.to, at: now)
        }
        return try transaction.bounces.note("\(id) \(fingerprint)", entry: id, at: now)
    }

    private func readers(of errand: Errand) async throws -> Readers {
        let settings = settings
        return try await parts.database.read { transaction in
            func administrators(_ subject: String = "") throws -> Readers {
                let mailboxes =
                    try settings.postmaster.map { [Mailbox(address: $0)] }
                    ?? transaction.accounts.administrators().map(\.mailbox)
                return Readers(mailboxes: mailboxes, language: settings.language, subject: subject)
            }
            guard case .answer(let id) = errand, let entry = try transaction.outbox.entry(id) else {
                return try administrators()
            }
            let delivery = try entry.delivery.flatMap { try transaction.deliveries.delivery($0) }
            if let delivery, delivery.mailbox != nil {
                let sender = try transaction.sender(of: delivery)
                return Readers(mailboxes: [sender.person], language: sender.language, subject: delivery.subject)
            }
            let accounts = try [entry.author, delivery?.sender].compactMap { $0 }.compactMap {
                try transaction.accounts.account($0)
            }
            // Who sent it, or who has the delivery now.
            if let account = accounts.first(where: { $0.state == .active }) {
                return Readers(
                    mailboxes: [account.mailbox], language: account.language, subject: delivery?.subject ?? "")
            }
            return try administrators(delivery?.subject ?? "")
        }
    }

    private func compose(
        _ errand: Errand, _ mail: IncomingMail, _ message: ParsedMessage, from sender: Mailbox, to readers: Readers
    ) throws -> MIMEMessage {
        var random = SystemRandomNumberGenerator()
        let author = message.mailboxes(.from).first
        let text = Localizer(readers.language)
        let who = author?.displayForm ?? text("mail.passedOn.nobody")
        let subject = HeaderText(cleaning: message.subject ?? "").value
        let key = if case .answer = errand { "answer" } else { "administrators" }
        let words = [
            text(
                "mail.passedOn.\(key).body",
                ["who": who, "subject": readers.subject.isEmpty ? text("mail.passedOn.noSubject") : readers.subject]),
            text("mail.passedOn.caution"), String(repeating: "-", count: 60),
            Self.words(of: message) ?? text("mail.passedOn.noWords"),
        ]
        let name: OutboxEntryID = parts.newID(now)
        guard let domain = try? MailDomain(parsing: settings.messageIDDomain),
            let messageID = MessageID(left: name.description.lowercased(), domain: domain)
        else { throw DeliveriesError(.trouble, detail: "no Message-ID can be made") }
        let fields = [
            // RFC 3834, 5: a program passes it on.
            HeaderField(.autoSubmitted, token: "auto-generated"),
            HeaderField(.autoResponseSuppress, token: "All"), OwnMailMark(keys: parts.keys).field,
        ].compactMap(\.self)
        let title = HeaderText(
            cleaning: text(
                "mail.passedOn.\(key).subject",
                ["who": author?.nameOrAddress ?? who, "subject": subject.isEmpty ? "-" : subject]))
        return MIMEMessage(
            from: sender, to: readers.mailboxes, subject: title.truncated(toOctets: 600), date: now,
            messageID: messageID,
            body: .multipart(
                .mixed, [.plainText(words.joined(separator: "\n\n")), .originalMail(mail.octets)],
                boundary: MIMEBoundary(using: &random)), replyTo: author.map { [$0] } ?? [], extraFields: fields)
    }

    /// What the author wrote.
    private static func words(of message: ParsedMessage) -> String? {
        guard let text = message.plainText, text.contains(where: { !$0.isWhitespace }) else { return nil }
        return String(decoding: text.utf8.prefix(mostOctetsOfText), as: UTF8.self)
    }
}
