public import Foundation
import Localization
import Logging
import MailMessage
import MailTemplates
import Secrets

/// What an add-in puts into a mail.
public struct Insertion: Equatable, Sendable {
    /// The link for all readers.
    public let link: URL
    /// The block for a mail in HTML.
    public let html: String
    /// The block for a mail in plain text.
    public let plainText: String
}

/// The dispatch path of the add-ins: the sender's own mail carries one link for all its readers. Depesche sends no mail
/// about the delivery; it only hears whom the mail goes to.
public struct AddInDispatch: Sendable {
    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Gives the block to insert. The link is made at the first time and stays the same; the block tells of the files,
    /// the level and the lifetime as they are now.
    ///
    /// - Parameters:
    ///   - id: the delivery: a draft, also one whose files are still on their way, or one that was sent.
    ///   - account: its sender.
    ///   - recipients: whom the mail goes to as far as is known; nil: nothing is known.
    ///   - subject: the mail's subject; nil: as it was.
    ///   - reportsSending: whether the add-in will tell when the mail leaves. If not, the delivery counts as sent now.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` for a delivery of another path, `.forbidden`, `.invalid`
    ///   with what must be changed, `.incomplete` if it counts as sent and chunks are missing, `.withdrawn`, `.expired`.
    public func insert(
        _ id: DeliveryID, by account: AccountID, recipients: String?, subject: String?, reportsSending: Bool,
        origin: RequestOrigin = .commandLine
    ) async throws -> Insertion {
        let parts = parts
        let now = parts.now()
        let fresh = try FreshLink(parts, now: now)
        let list = recipients.map { RecipientListCheck($0) }
        let (insertion, isSent) = try await parts.database.write { transaction in
            let settings = try parts.settings.current(in: transaction)
            try transaction.checkAddIns(account, settings)
            var delivery = try transaction.ownAddInDelivery(id, of: account)
            let files = try transaction.files.files(of: id)
            let wasDraft = delivery.state == .draft
            if wasDraft {
                if let subject { delivery.subject = Self.shortened(subject) }
                if let recipients { delivery.draftRecipients = recipients }
                delivery.insertedAt = delivery.insertedAt ?? now
                delivery.updatedAt = now
                let limits = try transaction.limits(of: account, parts)
                let recipients = list.map { $0.entries.isEmpty ? [] : limits.recipientProblems($0) } ?? []
                let problems =
                    limits.contentProblems(of: delivery, files: files) + files.scanProblems()
                    + recipients.filter { $0.reason == DeliveryLimits.domainReason }
                if !problems.isEmpty { throw DeliveriesError(.invalid, fields: problems) }
                try transaction.deliveries.update(delivery)
            } else {
                try delivery.checkOpen(now)
            }
            let token: Token
            if let known = try transaction.deliveries.sharedLink(of: id) {
                token = try FreshLink.token(of: known, keys: parts.keys)
            } else {
                try transaction.deliveries.insert(fresh.sharedLink(of: id, now: now))
                token = fresh.token
            }
            let isSent = wasDraft && !reportsSending
            if isSent {
                try files.checkComplete()
                let daily = try transaction.limits(of: account, parts).dailyProblems(
                    recipients: list?.mailboxes.count ?? 0
                ) { try transaction.use(of: account, at: now) }
                if !daily.isEmpty { throw DeliveriesError(.invalid, fields: daily) }
                try transaction.register(
                    list?.mailboxes ?? [], for: delivery, parts: parts, settings: settings, at: now)
                try transaction.audit(.deliverySent, id, by: account, origin: origin, at: now)
            }
            let insertion = try Self.insertion(
                of: delivery, files: files, link: settings.addresses.link(token), settings: settings)
            return (insertion, isSent)
        }
        if isSent { parts.changes.give() }
        return insertion
    }

    /// The mail leaves now: its recipients are registered, and a draft becomes a delivery that was sent. For one that
    /// was sent before (the mail was used as a template) further recipients are added.
    ///
    /// - Parameters:
    ///   - id: the delivery.
    ///   - account: its sender.
    ///   - recipients: all recipients of the mail, one a line, those in Bcc among them.
    ///   - subject: the mail's subject; nil: as it was.
    ///   - origin: from where.
    /// - Returns: the delivery as it is now.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if its block was never inserted, `.forbidden`, `.invalid`
    ///   with the recipients that are no addresses, `.incomplete`, `.withdrawn`, `.expired`.
    @discardableResult
    public func register(
        _ id: DeliveryID, by account: AccountID, recipients: String, subject: String?,
        origin: RequestOrigin = .commandLine
    ) async throws -> Delivery {
        let parts = parts
        let now = parts.now()
        let list = RecipientListCheck(recipients)
        let registered = try await parts.database.write { transaction in
            let settings = try parts.settings.current(in: transaction)
            try transaction.checkAddIns(account, settings)
            var delivery = try transaction.ownAddInDelivery(id, of: account)
            guard delivery.insertedAt != nil else { throw DeliveriesError(.conflict) }
            let limits = try transaction.limits(of: account, parts)
            var problems = list.entries.isEmpty ? [] : limits.recipientProblems(list)
            if list.entries.isEmpty, delivery.level == .identityProven {
                problems.append(FieldError("recipients", "required"))
            }
            problems += try limits.dailyProblems(
                recipients: transaction.freshRecipients(list.mailboxes, of: id).count,
                isNew: delivery.state == .draft
            ) { try transaction.use(of: account, at: now) }
            if delivery.state == .draft {
                if let subject { delivery.subject = Self.shortened(subject) }
                let files = try transaction.files.files(of: id)
                problems += limits.contentProblems(of: delivery, files: files) + files.scanProblems()
                if !problems.isEmpty { throw DeliveriesError(.invalid, fields: problems) }
                try files.checkComplete()
            } else {
                if !problems.isEmpty { throw DeliveriesError(.invalid, fields: problems) }
                try delivery.checkOpen(now)
            }
            try transaction.audit(.deliverySent, id, by: account, origin: origin, at: now)
            return try transaction.register(
                list.mailboxes, for: delivery, parts: parts, settings: settings, at: now)
        }
        parts.changes.give()
        parts.log.info("add-in mail reported as sent", metadata: ["delivery": "\(id)"])
        return registered
    }

    /// A mail's subject is not judged here: it is somebody else's mail.
    private static func shortened(_ subject: String) -> String {
        HeaderText(cleaning: subject).truncated(toOctets: DeliveryLimits.subjectCharacters).value
    }

    private static func insertion(
        of delivery: Delivery, files: [DeliveryFile], link: URL, settings: Settings
    ) throws -> Insertion {
        let block = InsertionBlock(
            files: files.map { MailFile(name: $0.name, size: $0.size) }, level: delivery.level.rawValue,
            link: try MailComposer.link(link), lifetimeDays: delivery.lifetimeDays,
            hasPassword: delivery.passwordHash != nil)
        let text = Localizer(delivery.language)
        let branding = try MailComposer.branding(settings)
        return Insertion(link: link, html: block.html(text, branding), plainText: block.plainText(text, branding))
    }
}
