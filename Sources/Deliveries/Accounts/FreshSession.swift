import Foundation
import Secrets

/// A session that is about to be stored; drawn outside of the transaction, whose body may run twice.
struct FreshSession: Sendable {
    /// How long the second factor may take, seconds.
    static let secondFactorTime: TimeInterval = 900

    let id: SessionID
    let cookie: Token
    /// The browser's own cookie, or the one that it gets.
    let device: Token
    let now: Date
    let origin: RequestOrigin
    private let parts: AccountParts

    init(_ parts: AccountParts, now: Date, origin: RequestOrigin) {
        id = parts.newID(now)
        cookie = Token(random: parts.random)
        device = origin.device ?? Token(random: parts.random)
        self.parts = parts
        self.now = now
        self.origin = origin
    }

    /// Stores it for an account and takes the browser's former session away.
    ///
    /// - Parameter isTold: whether a browser not seen before is told to the account's owner.
    func store(
        for account: Account, isComplete: Bool, replacing former: Token?, isTold: Bool = false, settings: Settings,
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
        var isMail = false
        if isComplete {
            isMail = try KnownDevices(parts: parts).note(
                device, of: account, isTold: isTold, origin: origin, settings: settings, in: transaction, now: now)
        }
        return SignedIn(
            account: account, session: session, cookie: cookie, device: device, isMailQueued: isMail,
            settings: settings, policy: try transaction.policy(of: account.id, settings))
    }
}
