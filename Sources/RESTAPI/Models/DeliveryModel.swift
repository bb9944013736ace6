import Deliveries
import Foundation
import Localization

/// A delivery as the API tells it.
struct DeliveryModel: Codable, Equatable {
    let id: String
    let state: String
    /// `webUI` or `addIn`.
    let path: String
    let subject: String
    let message: String
    let level: Int
    let lifetimeDays: Int
    let hasPassword: Bool
    let notifiesSender: Bool
    let copiesSender: Bool
    let withholdsMessage: Bool
    let language: String
    let createdAt: Date
    let updatedAt: Date
    /// When its block was first inserted into a mail.
    let insertedAt: Date?
    let sentAt: Date?
    let expiresAt: Date?
    /// The mailbox that it is sent from; none: its sender's own address.
    let mailbox: MailboxModel?
    /// What its sender is called; only where there is a mailbox.
    let madeBy: String?
    /// A draft's recipients as typed.
    let draftRecipients: String?
    let recipients: [RecipientModel]
    let files: [FileModel]

    /// What readers of a shared link fetched, nobody knows who.
    let fetchedByOthers: [RecipientModel.FetchModel]
    /// What happened, oldest first.
    let events: [EventModel]
    /// The number of the newest event: what happens later is told by `/events?after=`.
    let cursor: Int64

    init(_ detail: DeliveryDetail) {
        let delivery = detail.delivery
        id = delivery.id.description
        state = delivery.state.rawValue
        path = delivery.path.rawValue
        subject = delivery.subject
        message = delivery.message
        level = delivery.level.rawValue
        lifetimeDays = delivery.lifetimeDays
        hasPassword = delivery.passwordHash != nil
        notifiesSender = delivery.notifiesSender
        copiesSender = delivery.copiesSender
        withholdsMessage = delivery.withholdsMessage
        language = delivery.language.rawValue
        createdAt = delivery.createdAt
        updatedAt = delivery.updatedAt
        insertedAt = delivery.insertedAt
        sentAt = delivery.sentAt
        expiresAt = delivery.expiresAt
        mailbox = detail.mailbox.map { MailboxModel($0) }
        madeBy = detail.mailbox.flatMap { _ in detail.people[delivery.sender] }
        draftRecipients = delivery.state == .draft ? delivery.draftRecipients : nil
        recipients = detail.recipients.map { RecipientModel($0) }
        files = detail.files.map { FileModel($0) }
        fetchedByOthers = RecipientModel.FetchModel.list(detail.fetchedByOthers)
        events = detail.events.map { EventModel($0) }
        cursor = detail.cursor
    }
}
