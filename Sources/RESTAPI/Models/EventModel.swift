import Deliveries
import Foundation

/// Something that happened to a delivery.
struct EventModel: Codable, Equatable {
    let number: Int64
    let delivery: String
    let recipient: String?
    let file: String?
    let kind: String
    let at: Date
    let detail: String

    init(_ event: DeliveryEvent) {
        number = event.number
        delivery = event.delivery.description
        recipient = event.recipient?.description
        file = event.file?.description
        kind = event.kind.rawValue
        at = event.at
        detail = event.detail
    }
}
