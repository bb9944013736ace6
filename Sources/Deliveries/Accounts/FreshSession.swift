import Foundation
import Secrets

/// A session that is about to be stored; drawn outside of the transaction, whose body may run twice.
struct FreshSession: Sendable {
    /// How long the second factor may take, seconds.
    static let secondFactorTime: TimeInterval = 900

    let id: SessionID
    let cookie: Token
    let now: Date
    let origin: RequestOrigin

    init(_ parts: AccountParts, now: Date, origin: RequestOrigin) {
        id = parts.newID(now)
        cookie = Token(random: parts.random)
        self.now = now
        self.origin = origin
    }

    /// Stores it for an account and takes the browser's former session away.
    func store(
        for account: Account, isComplete: Bool, replacing former: Token?, settings: Settings,
        in transaction: any Transaction
    ) throws -> SignedIn {
        let hours = Double(settings.integer(.securitySessionHours))
        let lifetime = isComplete ? hours * 3_600 : min(hours * 3_600, Self.secondFactorTime)
        let session = Session(
            id: id, account: account.id, tokenHash: cookie.hash.hex, isComplete: isComplete, createdAt: now,
            lastSeenAt: now, expiresAt: now.addingTimeInterval(lifetime), userAgent: origin.userAgent,
            clientAddress: origin.clientAddress)
        if let former, let old = try transaction.sessions.session(tokenHash: former.hash.hex, now: now) {
            _ = try transaction.sessions.remove(old.id, of: old.account)
        }
        try transaction.sessions.insert(session)
        return SignedIn(account: account, session: session, cookie: cookie, settings: settings)
    }
}
