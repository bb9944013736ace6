import Deliveries
import MailMessage

/// The address under which a group sends.
struct MailboxModel: Codable, Equatable {
    let address: String
    /// What recipients see as its name.
    let name: String

    init(_ mailbox: GroupMailbox) {
        address = mailbox.address.displayForm
        name = mailbox.name
    }
}
