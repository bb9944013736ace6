import Foundation
public import Secrets

/// A browser that has acted at a link, and the cookie by which it is known.
public struct KnownVisitor: Equatable, Sendable {
    /// The browser.
    public let visitor: Visitor
    /// The cookie's value, to be set with the answer.
    public let cookie: Token
    /// Whether this was its first act.
    public let isNew: Bool
}

extension Fetching {
    /// The recipient acts for the first time (a POST): makes the browser known, and the delivery opened.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part.
    ///   - cookie: the cookie of that link, if the browser sent one.
    /// - Returns: the browser and its cookie; the same again if it was known.
    /// - Throws: ``DeliveriesError`` `.linkDamaged`, `.notFound`, `.linkReplaced`, `.withdrawn`, `.expired`.
    public func act(_ linkText: String, cookie: Token?) async throws -> KnownVisitor {
        try await entering(linkText, cookie) { known, _, _ in known }
    }

    /// Gives the delivery's own password.
    ///
    /// - Returns: the browser and its cookie; it need not give the password again.
    /// - Throws: as ``act(_:cookie:)``, and `.deliveryPasswordWrong`, `.throttled` after too many wrong ones at this
    ///   link, `.busy`.
    public func givePassword(_ linkText: String, cookie: Token?, password: String) async throws -> KnownVisitor {
        let now = parts.now()
        let key = "delivery-password:"
        let (known, hash) = try await entering(linkText, cookie) { known, place, transaction in
            // Counted before the check, so that many tries at once count too.
            let throttle = try transaction.ledger.countThrottle(
                key + place.link.id.description, window: Self.passwordWindow, now: now)
            guard throttle.count <= Self.passwordTries else {
                let wait = throttle.windowEnds.timeIntervalSince(now)
                throw DeliveriesError(.throttled, retryAfter: max(1, Int(wait.rounded(.up))))
            }
            return (known, place.delivery.passwordHash)
        }
        guard let hash else { return known }
        let isRight =
            password.utf8.count <= PasswordRule.maximumOctets
            ? try await parts.verify(password, against: hash) : false
        guard isRight else { throw DeliveriesError(.deliveryPasswordWrong) }
        let visitor = try await parts.database.write { transaction in
            guard var visitor = try transaction.visits.visitor(known.visitor.id) else {
                throw DeliveriesError(.conflict)
            }
            visitor.passwordGivenAt = now
            try transaction.visits.update(visitor)
            try transaction.ledger.clearThrottle(key + visitor.link.description)
            return visitor
        }
        return KnownVisitor(visitor: visitor, cookie: known.cookie, isNew: known.isNew)
    }

    /// Runs a step of a known browser in one transaction, after making it known.
    func entering<Result: Sendable>(
        _ linkText: String, _ cookie: Token?,
        _ step: @escaping @Sendable (KnownVisitor, Place, any Transaction) throws -> Result
    ) async throws -> Result {
        let token = try LinkText.token(linkText)
        let now = parts.now()
        let freshCookie = Token(random: parts.random)
        let freshID: VisitorID = parts.newID(now)
        let parts = parts
        let (result, isNew) = try await parts.database.write { transaction in
            var place = try Place(token, transaction)
            try place.checkOpen(now)
            if place.delivery.state == .draft {
                try transaction.noteUnreported(place.delivery, parts: parts, at: now)
                place = try Place(token, transaction)
            }
            if let cookie, let visitor = try place.visitor(cookie, transaction) {
                let known = KnownVisitor(visitor: visitor, cookie: cookie, isNew: false)
                return (try step(known, place, transaction), false)
            }
            let visitor = Visitor(
                id: freshID, tokenHash: freshCookie.hash.hex, link: place.link.id, delivery: place.delivery.id,
                recipient: place.recipient?.id, createdAt: now)
            try transaction.visits.insert(visitor)
            try place.noteOpening(now, transaction)
            let known = KnownVisitor(visitor: visitor, cookie: freshCookie, isNew: true)
            return (try step(known, place, transaction), true)
        }
        if isNew { parts.changes.give() }
        return result
    }
}

extension Place {
    /// The first act of a first browser opens the delivery for this recipient; on a shared link, of each browser.
    fileprivate func noteOpening(_ now: Date, _ transaction: any Transaction) throws {
        if var recipient {
            guard recipient.openedAt == nil else { return }
            recipient.openedAt = now
            try transaction.deliveries.update(recipient)
        }
        try transaction.events.append(
            DeliveryEvent(
                delivery: delivery.id, sender: delivery.sender, recipient: recipient?.id, kind: .opened, at: now))
    }
}
