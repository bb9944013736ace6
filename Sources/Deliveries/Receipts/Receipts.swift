public import Foundation
public import Localization
public import Secrets

/// Makes receipts of deliveries for their senders.
public struct Receipts: Sendable {
    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The keys that check this installation's receipts, the newest first.
    public var publicKeys: [PublicSigningKey] { parts.keys.publicKeys(purpose: .receipt) }

    /// What is known of a delivery now, signed.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` for a draft.
    public func envelope(of id: DeliveryID, for account: AccountID) async throws -> SignedReceipt {
        try await make(id, account).envelope
    }

    /// The same as a page in a language, with the envelope in it.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` for a draft.
    public func document(
        of id: DeliveryID, for account: AccountID, language: Language
    ) async throws -> Data {
        let (receipt, envelope, timeZone) = try await make(id, account)
        return try await page(of: receipt, envelope, timeZone, Localizer(language))
    }

    @concurrent
    private func page(
        of receipt: DeliveryReceipt, _ envelope: SignedReceipt, _ timeZone: TimeZone, _ text: Localizer
    ) async throws -> Data {
        let pieces = ReceiptDocument(receipt: receipt, keyID: envelope.keyId, timeZone: timeZone, text: text).pieces()
        let signed = try envelope.signing(document: Data((pieces.before + pieces.after).utf8), keys: parts.keys)
        return try ReceiptDocument.whole(pieces, envelope: signed)
    }

    private func make(
        _ id: DeliveryID, _ account: AccountID
    ) async throws -> (receipt: DeliveryReceipt, envelope: SignedReceipt, timeZone: TimeZone) {
        let parts = parts
        let now = parts.now()
        let detail = try await DeliveryOverview(parts).detail(of: id, for: account)
        guard detail.delivery.state != .draft else { throw DeliveriesError(.conflict) }
        let (events, sender, settings) = try await parts.database.read { transaction in
            let events = try transaction.events.events(of: id)
            // Whoever has the delivery now: it is about who sent it.
            let author = try events.first { $0.kind == .sent }.flatMap { try transaction.accounts.account($0.sender) }
            let sender = try transaction.sender(of: detail.delivery)
            return (
                events, sender.mailbox == nil ? (author?.mailbox ?? sender.person) : sender.person,
                try parts.settings.current(in: transaction)
            )
        }
        let receipt = DeliveryReceipt(detail, events: events, sender: sender, settings: settings, at: now)
        return (receipt, try SignedReceipt(receipt, keys: parts.keys), settings.timeZone)
    }
}
