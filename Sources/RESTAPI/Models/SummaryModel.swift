import Deliveries
import Foundation

/// A row of "my deliveries".
struct SummaryModel: Codable, Equatable {
    let id: String
    let state: String
    /// `webUI` or `addIn`.
    let path: String
    let subject: String
    let recipients: Int
    let recipientsFetched: Int
    let failed: Int
    let notSent: Int
    let files: Int
    let size: Int64
    let firstRecipients: [String]
    let createdAt: Date
    let insertedAt: Date?
    let sentAt: Date?
    let expiresAt: Date?
    /// What its sender is called; only in the list of a mailbox.
    let madeBy: String?

    init(_ summary: DeliverySummary, madeBy: String? = nil) {
        id = summary.delivery.id.description
        state = summary.delivery.state.rawValue
        path = summary.delivery.path.rawValue
        subject = summary.delivery.subject
        recipients = summary.recipients
        recipientsFetched = summary.recipientsFetched
        failed = summary.failed
        notSent = summary.notSent
        files = summary.files
        size = summary.size
        firstRecipients = summary.firstRecipients
        createdAt = summary.delivery.createdAt
        insertedAt = summary.delivery.insertedAt
        sentAt = summary.delivery.sentAt
        expiresAt = summary.delivery.expiresAt
        self.madeBy = madeBy
    }
}
