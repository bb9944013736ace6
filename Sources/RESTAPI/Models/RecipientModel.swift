import Deliveries
import Foundation
import MailMessage

/// A recipient with the status of its mail and of each file.
struct RecipientModel: Codable, Equatable {
    /// A file that the recipient has fetched completely.
    struct FetchModel: Codable, Equatable {
        let file: String
        let firstAt: Date
        let lastAt: Date
        let count: Int

        static func list(_ fetches: [DeliveryFileID: Fetch]) -> [Self] {
            fetches.values.map {
                Self(file: $0.file.description, firstAt: $0.firstAt, lastAt: $0.lastAt, count: $0.count)
            }.sorted { $0.file < $1.file }
        }
    }

    let id: String
    let email: String
    let name: String
    /// `none` (no mail of ours), `not-sent` (local mailbox), `queued`, `held`, `handed-over`,
    /// `late` (handed over, and reported to be still on its way), `failed` or `cancelled`.
    let sending: String
    let answer: String?
    let failureClass: String?
    let handedOverAt: Date?
    let openedAt: Date?
    let scannerVisits: Int
    /// `all`, `no-reminders` or `none`.
    let wish: String
    let fetched: [FetchModel]
    let passage: PassageModel?

    init(_ status: RecipientStatus) {
        id = status.recipient.id.description
        email = status.recipient.email.displayForm
        name = status.recipient.name
        openedAt = status.recipient.openedAt
        scannerVisits = status.scannerVisits
        wish = status.wish.rawValue
        passage = status.passage.map { PassageModel($0) }
        fetched = FetchModel.list(status.fetchedFiles)
        switch status.sending {
        case nil:
            (sending, answer, failureClass, handedOverAt) = ("none", nil, nil, nil)
        case .notSent:
            (sending, answer, failureClass, handedOverAt) = ("not-sent", nil, nil, nil)
        case .queued(_, let last, _):
            (sending, answer, failureClass, handedOverAt) = ("queued", last.isEmpty ? nil : last, nil, nil)
        case .held:
            (sending, answer, failureClass, handedOverAt) = ("held", nil, nil, nil)
        case .handedOver(let at):
            (sending, answer, failureClass, handedOverAt) = ("handed-over", nil, nil, at)
        case .late(let at, let last):
            (sending, answer, failureClass, handedOverAt) = ("late", last.isEmpty ? nil : last, nil, at)
        case .failed(let why, let last):
            (sending, answer, failureClass, handedOverAt) = ("failed", last, why, nil)
        case .cancelled:
            (sending, answer, failureClass, handedOverAt) = ("cancelled", nil, nil, nil)
        }
    }
}
