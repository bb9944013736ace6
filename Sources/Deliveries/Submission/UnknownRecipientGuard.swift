import Foundation

/// Keeps those away who try out which addresses exist here.
public struct UnknownRecipientGuard: Sendable {
    private let parts: AccountParts

    /// A guard at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Counts an address that does not exist here.
    public func count(_ clientAddress: String) async throws {
        let now = parts.now()
        _ = try await parts.database.write { transaction in
            try Throttle.unknownRecipients.allows(clientAddress, in: transaction, now: now)
        }
    }

    /// Whether there were too many from that client lately.
    public func isBarred(_ clientAddress: String) async throws -> Bool {
        let now = parts.now()
        return try await parts.database.read { transaction in
            do {
                try Throttle.unknownRecipients.check(clientAddress, in: transaction, now: now)
                return false
            } catch let error as DeliveriesError where error.code == .throttled {
                return true
            }
        }
    }
}
