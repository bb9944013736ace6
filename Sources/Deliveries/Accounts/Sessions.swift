import Foundation

/// The browsers that an account is signed in with.
public struct Sessions: Sendable {
    private let parts: AccountParts

    /// The sessions at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// All sessions of an account, newest first.
    public func list(of account: AccountID) async throws -> [Session] {
        let now = parts.now()
        return try await parts.database.read { try $0.sessions.sessions(of: account, now: now) }
    }

    /// Ends one of the account's sessions.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` if the account has no such session.
    public func end(_ id: SessionID, of account: AccountID, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            guard try transaction.sessions.remove(id, of: account) else { throw DeliveriesError(.notFound) }
            try transaction.ledger.append(
                AuditAction.sessionEnded.record(by: account, target: id.description, origin: origin, at: now))
        }
    }

    /// Ends all of the account's sessions but one.
    public func endAll(of account: AccountID, except kept: SessionID?, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            try transaction.sessions.removeAll(of: account, except: kept)
            try transaction.ledger.append(
                AuditAction.sessionsEnded.record(
                    by: account, target: account.description, origin: origin, at: now))
        }
    }
}
