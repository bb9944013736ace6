import Foundation
import MailMessage

/// The mailboxes from which people send, as they see them.
public struct Mailboxes: Sendable {
    private let database: any Database

    /// Reads from the given parts.
    public init(_ parts: DeliveryParts) {
        database = parts.database
    }

    /// The mailboxes from which an account may send and whose deliveries it sees, by the names of their groups.
    public func list(of account: AccountID) async throws -> [SenderMailbox] {
        try await database.read { try $0.mailboxes(of: account) }
    }

    /// The mailbox of an account that has this address.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` with `not-your-mailbox` at `mailbox`, also if there is none.
    public func mailbox(_ address: String, of account: AccountID) async throws -> SenderMailbox {
        let address = address.trimmingCharacters(in: .whitespacesAndNewlines)
        let found = try await list(of: account).first {
            $0.mailbox.address.comparisonKey == (try? EmailAddress(parsing: address))?.comparisonKey
        }
        guard let found else {
            throw DeliveriesError(.invalid, fields: [FieldError("mailbox", "not-your-mailbox")])
        }
        return found
    }
}
