import Foundation
import Secrets

/// What stands behind the links that an add-in found in a mail.
public struct AddInLinks: Sendable {
    /// The most links that are looked up at once.
    public static let most = 50

    /// A link with its delivery.
    public struct Found: Equatable, Sendable {
        /// The link as it was asked for.
        public let link: String
        /// Its delivery.
        public let delivery: Delivery
        /// Whether all chunks of all files have arrived.
        public let isComplete: Bool
    }

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Looks links up. What is no link of this installation, or leads to somebody else's delivery or to one that no
    /// add-in made, is left out.
    ///
    /// - Parameters:
    ///   - links: the links as they stand in the mail.
    ///   - account: who asks.
    /// - Throws: ``DeliveriesError`` `.tooMany`.
    public func find(_ links: [String], of account: AccountID) async throws -> [Found] {
        guard links.count <= Self.most else {
            throw DeliveriesError(
                .tooMany, fields: [FieldError("links", "too-many", ["most": String(Self.most)])])
        }
        let parts = parts
        let now = parts.now()
        return try await parts.database.read { transaction in
            try links.compactMap { text in
                // Only the last part of the path counts: gateways and old host names change what stands before it, and
                // a mail client's own list of files has something behind it.
                let path = text.prefix { $0 != "?" && $0 != "#" }
                guard let last = path.split(separator: "/").last, let token = try? LinkText.token(String(last)),
                    let link = try transaction.deliveries.link(tokenHash: token.hash.hex), link.kind == .shared,
                    var delivery = try transaction.deliveries.delivery(link.delivery), delivery.sender == account,
                    delivery.path == .addIn
                else { return nil }
                // The clock counts, not whether the clean-up ran.
                if delivery.state == .sent, let end = delivery.expiresAt, end <= now { delivery.state = .expired }
                let files = try transaction.files.files(of: delivery.id)
                return Found(
                    link: text, delivery: delivery, isComplete: files.allSatisfy { $0.completedAt != nil })
            }
        }
    }
}
