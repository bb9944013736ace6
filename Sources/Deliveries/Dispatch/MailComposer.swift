public import Foundation
public import Localization
public import MailMessage
public import MailTemplates
public import Secrets

/// Turns the data of a mail into a row of the outbox: composed, sealed, with its time limit and its place in the queue.
///
/// It decides nothing about the visible sender: that is done at each attempt. Rows are inserted in the same transaction
/// as what they tell of.
public struct MailComposer: Sendable {
    /// How long a mailed code is good, seconds; after that its mail is useless.
    public static let codeLifetime: TimeInterval = 1_800

    let keys: KeyRing
    let random: any RandomSource

    /// A composer.
    ///
    /// - Parameters:
    ///   - keys: what seals the mails.
    ///   - random: where ids come from.
    public init(keys: KeyRing, random: any RandomSource) {
        self.keys = keys
        self.random = random
    }

    /// Where a mail belongs: the delivery that it is about and the thread that it stands in.
    public struct Thread: Sendable {
        /// The delivery.
        public let delivery: DeliveryID
        /// The recipient of that delivery whom the mail goes to; `nil` for mail to its sender.
        public let recipient: RecipientID?
        /// The Message-ID that it answers, without angle brackets.
        public let inReplyTo: String?
        /// The thread, oldest first, without angle brackets.
        public let references: [String]
        let answersEarlierMail: Bool

        /// A mail about a delivery.
        ///
        /// - Parameters:
        ///   - delivery: the delivery; its thread begins with its `threadMessageID`.
        ///   - recipient: whom the mail goes to; `nil` for mail to its sender.
        ///   - answers: the Message-ID of an earlier mail to the same reader, if there is one.
        public init(_ delivery: Delivery, recipient: RecipientID? = nil, answers: String? = nil) {
            self.delivery = delivery.id
            self.recipient = recipient
            answersEarlierMail = answers != nil
            inReplyTo = answers ?? delivery.threadMessageID
            references = [delivery.threadMessageID] + (answers.map { [$0] } ?? [])
        }
    }

    /// In whose name a mail is written.
    public enum Author: Sendable {
        /// The system sender.
        case system
        /// Whoever sends a delivery.
        case sender(DeliverySender)
    }

    /// Composes a mail.
    ///
    /// - Parameters:
    ///   - content: what it says.
    ///   - to: whom it goes to.
    ///   - author: in whose name.
    ///   - language: in which language.
    ///   - thread: the delivery that it is about.
    ///   - settings: the settings in force.
    ///   - now: the time.
    ///   - messageID: its Message-ID without angle brackets; `nil` for a fresh one.
    /// - Returns: the row, queued and due now.
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be sealed.
    public func entry(
        _ content: any MailContent, to: Mailbox, author: Author = .system, language: Language, thread: Thread? = nil,
        settings: Settings, now: Date, messageID: String? = nil
    ) throws -> OutboxEntry {
        var branding = try Self.branding(settings)
        if content.kind.offersChoice { branding.choice = try choice(of: to.address, settings) }
        let composed = content.composed(
            language, branding, by: settings.template(content.kind, language))
        let messageID = messageID ?? newMessageID(settings: settings, now: now)
        // A person's first mail answers nothing; pretending that it did is what fraudsters do.
        let place = composed.kind == .delivery && thread?.answersEarlierMail != true ? nil : thread
        let sender: DeliverySender? = if case .sender(let sender) = author { sender } else { nil }
        let mail = OutgoingMail(
            kind: composed.kind, author: sender?.person, to: to, subject: composed.subject.value,
            plainText: composed.plainText, html: composed.html, date: now, messageID: messageID,
            inReplyTo: place?.inReplyTo, references: place?.references ?? [],
            unsubscribe: Self.header(branding.choice, composed.kind), language: language)
        let id = OutboxEntryID(now: now, random: random)
        return OutboxEntry(
            id: id, content: .composed(composed.kind), delivery: thread?.delivery, recipient: thread?.recipient,
            author: sender?.account.id, to: to.address, sealedMail: try seal(mail, id: id), messageID: messageID,
            isUrgent: composed.kind.isUrgent, createdAt: now,
            notAfter: composed.kind.usefulFor.map { now.addingTimeInterval($0) }, nextAttemptAt: now)
    }

    /// A fresh Message-ID without angle brackets, such as the one that a delivery's thread begins with.
    public func newMessageID(settings: Settings, now: Date) -> String {
        "\(Identifier<OutgoingMail>(now: now, random: random))@\(settings.messageIDDomain)"
    }

    /// Opens a sealed mail.
    ///
    /// - Throws: `KeyRingError` or a decoding error if it was changed or its keys are gone.
    public func open(_ entry: OutboxEntry) throws -> OutgoingMail {
        let plain = try keys.open(entry.sealedMail, purpose: .outbox, context: Self.place(entry.id))
        return try JSONDecoder().decode(OutgoingMail.self, from: plain)
    }

    /// What of the installation shows in each mail.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if the public address is none, which the settings do not let happen.
    public static func branding(_ settings: Settings) throws -> MailBranding {
        guard let publicURL = MailLink(settings.text(.serverPublicURL)) else {
            throw DeliveriesError(.trouble, detail: "the public address is no web address")
        }
        return MailBranding(
            organisation: settings.organisationName, publicURL: publicURL, accent: settings.accent,
            accentOnDark: settings.accentOnDark, footer: settings.text(.organisationFooter),
            imprint: MailLink(settings.text(.organisationImprintURL)),
            privacy: MailLink(settings.text(.organisationPrivacyURL)), timeZone: settings.timeZone)
    }

    /// The address of a page as mails carry it.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot stand in a mail.
    public static func link(_ url: URL) throws -> MailLink {
        guard let link = MailLink(url.absoluteString) else {
            throw DeliveriesError(.trouble, detail: "an address cannot stand in a mail")
        }
        return link
    }

    private func choice(of address: EmailAddress, _ settings: Settings) throws -> MailLink? {
        try Self.link(settings.addresses.mailWish(MailWishToken(for: address, keys: keys)))
    }

    /// What programs write can be stopped with one click. A delivery is a person's own letter: there the link stands at
    /// the foot, and no header makes it look like mail to many. RFC 8058, 3.1: the address is one of https.
    private static func header(_ choice: MailLink?, _ kind: MailKind) -> MailLink? {
        guard kind.isAutomatic, let choice, choice.text.lowercased().hasPrefix("https://") else { return nil }
        return choice
    }

    private func seal(_ mail: OutgoingMail, id: OutboxEntryID) throws -> Data {
        try keys.seal(try JSONEncoder().encode(mail), purpose: .outbox, context: Self.place(id))
    }

    private static func place(_ id: OutboxEntryID) -> SealContext {
        SealContext(table: "outbox", row: id.description, column: "sealed_mail")
    }
}

extension MailKind {
    /// Whether somebody sits and waits for the mail.
    var isUrgent: Bool { self == .code || self == .passwordForgotten || self == .test }

    /// For how many seconds the mail is of use; `nil`: as long as the outbox tries.
    var usefulFor: TimeInterval? {
        switch self {
        case .code: MailComposer.codeLifetime
        case .passwordForgotten: PasswordReset.linkLifetime
        case .test: 1_800
        default: nil
        }
    }
}

extension Account {
    /// Name and address.
    public var mailbox: Mailbox { Mailbox(name: name, address: email) }
}
