public import Foundation
import MailMessage

/// What a receipt states about a delivery: whom it was sent to, and who fetched which file when. Neither the message nor
/// the content of a file is in it.
public struct DeliveryReceipt: Codable, Equatable, Sendable {
    /// Somebody with an address.
    public struct Person: Codable, Equatable, Sendable {
        /// The name; may be empty.
        public let name: String
        /// The address.
        public let email: String
    }

    /// The delivery itself.
    public struct Facts: Codable, Equatable, Sendable {
        /// Its id on the server.
        public let id: String
        /// The subject.
        public let subject: String
        /// The security level.
        public let level: Int
        /// Whether recipients needed a password besides the link.
        public let hasPassword: Bool
        /// Where it stands: `sent`, `withdrawn`, `expired` or `removed`.
        public let state: String
        /// How its mail left: `webUI`, or `addIn` if the sender's own mail carried the link.
        public let path: String
        /// When it was sent.
        public let sentAt: Date?
        /// Until when it can be fetched.
        public let expiresAt: Date?
    }

    /// A file.
    public struct File: Codable, Equatable, Sendable {
        /// Its id on the server.
        public let id: String
        /// Its name.
        public let name: String
        /// Its size, octets.
        public let size: Int64
        /// SHA-256 of its content, hexadecimal; missing until it was computed.
        public let sha256: String?
    }

    /// A file that was transferred completely.
    public struct Transfer: Codable, Equatable, Sendable {
        /// The file's id.
        public let file: String
        /// The end of the first complete transfer.
        public let firstAt: Date
        /// The end of the latest one.
        public let lastAt: Date
        /// How many there were.
        public let count: Int
        /// Whether it was before the recipient's address was corrected, so by whoever had the link until then.
        public let beforeCorrection: Bool
    }

    /// A recipient.
    public struct Reader: Codable, Equatable, Sendable {
        /// The recipient's name and address.
        public let person: Person
        /// How far the mail is: `handed-over`, `waiting`, `held`, `failed`, `cancelled`, `not-sent`; missing if no mail
        /// of this server went there.
        public let mail: String?
        /// When a visitor with the recipient's link first acted on the page.
        public let openedAt: Date?
        /// When a visitor with the recipient's link first proved the address by a code that was mailed there.
        public let provenAt: Date?
        /// When the sender corrected the address last.
        public let correctedAt: Date?
        /// What was transferred completely by the recipient's link.
        public let transfers: [Transfer]
    }

    /// Something that happened to the delivery as a whole.
    public struct Deed: Codable, Equatable, Sendable {
        /// When.
        public let at: Date
        /// What: `sent`, `extended`, `handed-to-account` (from then on another account had it), `withdrawn`, `expired` or
        /// `removed`.
        public let what: String
    }

    /// The version of these statements.
    public static let version = "depesche-receipt/1"

    /// ``version``.
    public let format: String
    /// The address of the server.
    public let server: String
    /// The organisation that runs it; may be empty.
    public let organisation: String
    /// When the receipt was made: it states what was known then.
    public let issuedAt: Date
    /// The delivery.
    public let delivery: Facts
    /// Who sent it.
    public let sender: Person
    /// Its files.
    public let files: [File]
    /// Its recipients.
    public let recipients: [Reader]
    /// What somebody with the shared link transferred completely; nobody knows who.
    public let bySharedLink: [Transfer]
    /// What happened to the delivery as a whole, oldest first.
    public let history: [Deed]

    /// - Parameters:
    ///   - events: all events of the delivery, oldest first.
    ///   - sender: in whose name it was sent.
    init(_ detail: DeliveryDetail, events: [DeliveryEvent], sender: Mailbox, settings: Settings, at now: Date) {
        let delivery = detail.delivery
        format = Self.version
        server = settings.publicURL.absoluteString
        organisation = settings.text(.organisationName)
        issuedAt = now
        self.delivery = Facts(
            id: delivery.id.description, subject: delivery.subject, level: delivery.level.rawValue,
            hasPassword: delivery.passwordHash != nil, state: delivery.state.rawValue, path: delivery.path.rawValue,
            sentAt: delivery.sentAt, expiresAt: delivery.expiresAt)
        self.sender = Person(name: sender.name ?? "", email: sender.address.displayForm)
        files = detail.files.map { file in
            File(
                id: file.id.description, name: file.name, size: file.size,
                sha256: file.sha256.flatMap { $0.isEmpty ? nil : $0 })
        }
        let own = Dictionary(grouping: events, by: \.recipient)
        recipients = detail.recipients.map { Self.reader($0, detail.files, own[$0.recipient.id] ?? []) }
        bySharedLink = Self.transfers(detail.fetchedByOthers, of: detail.files, correctedAt: nil)
        let kinds: Set<DeliveryEvent.Kind> = [.sent, .extended, .handedToAccount, .withdrawn, .expired, .removed]
        history = events.filter { kinds.contains($0.kind) }.map { Deed(at: $0.at, what: $0.kind.rawValue) }
    }

    private static func reader(
        _ status: RecipientStatus, _ files: [DeliveryFile], _ own: [DeliveryEvent]
    ) -> Reader {
        let recipient = status.recipient
        let correctedAt = own.last { $0.kind == .addressCorrected }?.at
        return Reader(
            person: Person(name: recipient.name, email: recipient.email.displayForm),
            mail: status.sending.map(word), openedAt: recipient.openedAt,
            // Whoever proved an earlier address proved nothing about this one.
            provenAt: own.first { $0.kind == .proven && $0.at >= (correctedAt ?? .distantPast) }?.at,
            correctedAt: correctedAt,
            transfers: transfers(status.fetchedFiles, of: files, correctedAt: correctedAt))
    }

    private static func transfers(
        _ fetches: [DeliveryFileID: Fetch], of files: [DeliveryFile], correctedAt: Date?
    ) -> [Transfer] {
        files.compactMap { file in
            fetches[file.id].map { fetch in
                Transfer(
                    file: file.id.description, firstAt: fetch.firstAt, lastAt: fetch.lastAt, count: fetch.count,
                    beforeCorrection: correctedAt.map { fetch.firstAt < $0 } ?? false)
            }
        }
    }

    private static func word(_ state: SendingState) -> String {
        switch state {
        case .notSent: "not-sent"
        case .queued: "waiting"
        case .held: "held"
        case .handedOver, .late: "handed-over"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }
}
