import Deliveries
import FileVault
import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets

/// Entities for tests; repeatable, each with values of its own in every field.
final class Sample: Sendable {
    /// When the tests' time begins.
    static let start = Date(timeIntervalSince1970: 1_790_000_000)

    let random: SeededRandomSource

    init(seed: UInt64 = 1) {
        random = SeededRandomSource(seed: seed)
    }

    static func after(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    func id<Entity>(after seconds: TimeInterval = 0) -> Identifier<Entity> {
        Identifier(now: Self.after(seconds), random: random)
    }

    func hash() -> String { Token(random: random).hash.hex }
    func octets(_ count: Int = 40) -> Data { Data(random.bytes(count)) }
    func email(_ text: String) throws -> EmailAddress { try EmailAddress(parsing: text) }

    func account(
        _ email: String = "anna@kanzlei.example", name: String = "Anna Müller", isAdministrator: Bool = false,
        state: Account.State = .active
    ) throws -> Account {
        Account(
            id: id(), email: try self.email(email), name: name, isAdministrator: isAdministrator, state: state,
            language: .german, passwordHash: "$argon2id$1", createdAt: Self.after(1.234), lastSignInAt: Self.after(2))
    }

    func delivery(
        of sender: AccountID, subject: String = "Verträge", state: Delivery.State = .draft, after: TimeInterval = 0
    ) -> Delivery {
        let isSent = state != .draft
        return Delivery(
            id: id(after: after), sender: sender, state: state, path: .webUI, subject: subject, message: "Guten Tag\n",
            level: .identityProven, lifetimeDays: 14, passwordHash: "$argon2id$2", notifiesSender: false,
            copiesSender: true, withholdsMessage: true, language: .english, chunkSize: 8_388_608,
            threadMessageID: "thread@depesche.example", createdAt: Self.after(after),
            updatedAt: Self.after(after + 1), sentAt: isSent ? Self.after(after + 2) : nil,
            expiresAt: isSent ? Self.after(after + 1_000) : nil,
            removeFilesAt: isSent ? Self.after(after + 2_000) : nil, draftRecipients: isSent ? "" : "b@c.example; ")
    }

    func recipient(
        of delivery: DeliveryID, position: Int = 0, _ email: String = "berta@kunde.example", name: String = "Berta Öz",
        after: TimeInterval = 0
    ) throws -> Recipient {
        Recipient(
            id: id(after: after), delivery: delivery, position: position, email: try self.email(email), name: name)
    }

    func link(of recipient: Recipient, after: TimeInterval = 0) -> Link {
        Link(
            id: id(after: after), delivery: recipient.delivery, recipient: recipient.id, kind: .personal,
            state: .active, tokenHash: hash(), sealedToken: octets(), createdAt: Self.after(after))
    }

    func file(of delivery: DeliveryID, position: Int = 0, name: String = "Übersicht.pdf", size: Int64 = 20)
        -> DeliveryFile
    {
        DeliveryFile(
            id: id(), delivery: delivery, position: position, name: name, mediaType: "application/pdf", size: size,
            chunkSize: 8, vaultFile: VaultFileID(random: random), sealedKeyWraps: octets(), createdAt: Self.after(3))
    }

    func visitor(at link: Link, after: TimeInterval = 0) -> Visitor {
        Visitor(
            id: id(after: after), tokenHash: hash(), link: link.id, delivery: link.delivery,
            recipient: link.recipient, provenAt: Self.after(5), passwordGivenAt: Self.after(6),
            createdAt: Self.after(after))
    }

    func code(of visitor: Visitor, recipient: RecipientID, after: TimeInterval = 0) -> MailedCode {
        MailedCode(
            id: id(after: after), visitor: visitor.id, recipient: recipient, codeHash: hash(),
            createdAt: Self.after(after), expiresAt: Self.after(after + 1_800), tries: 1)
    }

    func grant(of visitor: Visitor, file: DeliveryFileID?, after: TimeInterval = 0) -> DownloadGrant {
        DownloadGrant(
            id: id(after: after), tokenHash: hash(), visitor: visitor.id, delivery: visitor.delivery,
            recipient: visitor.recipient, file: file, createdAt: Self.after(after))
    }

    func entry(
        _ kind: MailKind = .delivery, delivery: DeliveryID? = nil, recipient: RecipientID? = nil,
        to: String = "berta@kunde.example", isUrgent: Bool = false, due: TimeInterval = 0, after: TimeInterval = 0
    ) throws -> OutboxEntry {
        OutboxEntry(
            id: id(after: after), content: .composed(kind), delivery: delivery, recipient: recipient, author: id(),
            to: try email(to), sealedMail: octets(), messageID: "\(hash())@depesche.example", isUrgent: isUrgent,
            createdAt: Self.after(after), notAfter: Self.after(after + 3_600), nextAttemptAt: Self.after(due))
    }
}

extension Sample {
    func message(from: String = "zoe@kunde.example", after: TimeInterval = 0) throws -> StoredMessage {
        StoredMessage(
            id: id(after: after), origin: .submission, submitter: "Fachverfahren",
            envelopeFrom: try email("zurueck@kunde.example"), envelopeID: "QQ314159", returnsAll: true,
            protection: .required, from: try email(from), messageID: "\(hash())@kunde.example", size: 700_000,
            chunks: 3,
            isEightBit: true, needsSMTPUTF8: true, receivedAt: Self.after(after))
    }

    func entry(
        of message: StoredMessage, to: String = "berta@kunde.example", state: OutboxEntry.State = .queued
    ) throws -> OutboxEntry {
        OutboxEntry(
            id: id(), content: .message(message.id), to: try email(to),
            notification: DeliveryNotificationRequest(
                NotificationRequest([.failure]), originalRecipient: "rfc822;b@kunde.example"),
            messageID: message.messageID, createdAt: message.receivedAt, state: state,
            nextAttemptAt: message.receivedAt,
            passage: MailPassage(host: "mx.kunde.example", tlsVersion: "TLS 1.3", proof: .dane))
    }
}

/// A setting in plain text.
func setting(_ key: String, _ value: String = "v") -> StoredSetting {
    StoredSetting(key: key, value: value, sealedValue: nil)
}

/// An account, a delivery with a recipient, a link, a file: stored.
struct SampleDelivery: Sendable {
    let sample: Sample
    let account: Account
    let delivery: Delivery
    let recipient: Recipient
    let link: Link
    let file: DeliveryFile

    init(_ sample: Sample = Sample(), state: Delivery.State = .sent) throws {
        self.sample = sample
        account = try sample.account()
        delivery = sample.delivery(of: account.id, state: state)
        recipient = try sample.recipient(of: delivery.id)
        link = sample.link(of: recipient)
        file = sample.file(of: delivery.id)
    }

    func store(in transaction: any Transaction) throws {
        try transaction.accounts.insert(account)
        try transaction.deliveries.insert(delivery)
        try transaction.deliveries.insert([recipient])
        try transaction.deliveries.insert(link)
        try transaction.files.insert(file)
    }
}
