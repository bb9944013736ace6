public import Foundation
public import MailMessage
public import Secrets

/// A code is on its way.
public struct CodeAsked: Equatable, Sendable {
    /// The browser that asked; only there the code works.
    public let known: KnownVisitor
    /// Whom it was mailed to.
    public let address: EmailAddress
    /// Until when it is valid.
    public let validUntil: Date
}

extension Fetching {
    /// Mails a fresh code to the recipient (level 2). Codes mailed before to this browser no longer work.
    ///
    /// - Returns: whom it was mailed to.
    /// - Throws: as ``act(_:cookie:)``, and `.codeLimit` after ten codes in a day, `.unsupportedOption` if the delivery
    ///   or the link takes no codes.
    public func askCode(_ linkText: String, cookie: Token?) async throws -> CodeAsked {
        let parts = parts
        let now = parts.now()
        let code = OneTimeCode(random: parts.random)
        let id: Identifier<MailedCode> = parts.newID(now)
        let asked = try await entering(linkText, cookie) { known, place, transaction in
            guard place.delivery.level == .identityProven, let recipient = place.recipient else {
                throw DeliveriesError(.unsupportedOption)
            }
            let today = try transaction.visits.codeCount(
                recipient: recipient.id, since: now.addingTimeInterval(-24 * 3600))
            guard today < Self.codesPerDay else { throw DeliveriesError(.codeLimit, retryAfter: 3600) }
            let mailed = MailedCode(
                id: id, visitor: known.visitor.id, recipient: recipient.id,
                codeHash: Hex.encode(code.hash(with: parts.keys, binding: Self.binding(known.visitor, recipient.id))),
                createdAt: now, expiresAt: now.addingTimeInterval(Self.codeLifetime))
            try transaction.visits.insert(mailed)
            let mails = DeliveryMails(parts, settings: try parts.settings.current(in: transaction), now: now)
            try transaction.outbox.insert([
                mails.code(
                    code, to: recipient, of: place.delivery, from: transaction.sender(of: place.delivery))
            ])
            try transaction.events.append(
                DeliveryEvent(
                    delivery: place.delivery.id, sender: place.delivery.sender, recipient: recipient.id,
                    kind: .codeSent, at: now))
            return CodeAsked(known: known, address: recipient.email, validUntil: mailed.expiresAt)
        }
        parts.mailQueued()
        parts.changes.give()
        return asked
    }

    /// Gives the code. It works once, in the browser that asked for it; that browser is then remembered.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part.
    ///   - cookie: the cookie of that link.
    ///   - typed: what was typed; blanks and hyphens do not matter.
    /// - Returns: the browser, proven.
    /// - Throws: as ``act(_:cookie:)``, and `.codeNeeded` if this browser asked for none, `.codeWrong`, `.codeSpent`
    ///   if it has run out, was used, or its tries are.
    public func giveCode(_ linkText: String, cookie: Token?, typed: String) async throws -> KnownVisitor {
        let parts = parts
        let now = parts.now()
        let code = OneTimeCode(typed: typed)
        let outcome = try await entering(linkText, cookie) { known, place, transaction in
            try Self.try(code, known, place, transaction, keys: parts.keys, now: now)
        }
        parts.changes.give()
        return try outcome.get()
    }

    /// One try. What goes wrong is returned and not thrown where the try must be counted.
    private static func `try`(
        _ code: OneTimeCode?, _ known: KnownVisitor, _ place: Place, _ transaction: any Transaction, keys: KeyRing,
        now: Date
    ) throws -> Result<KnownVisitor, DeliveriesError> {
        guard place.delivery.needsCode(known.visitor) else { return .success(known) }
        guard var mailed = try transaction.visits.newestCode(of: known.visitor.id) else {
            return .failure(DeliveriesError(.codeNeeded))
        }
        guard mailed.usedAt == nil, mailed.expiresAt > now, mailed.tries < codeTries else {
            return .failure(DeliveriesError(.codeSpent))
        }
        let binding = binding(known.visitor, mailed.recipient)
        guard let code, let stored = Hex.decode(mailed.codeHash),
            code.matches(Data(stored), with: keys, binding: binding)
        else {
            // What has not six digits is a slip of the fingers and not a guess.
            if code != nil {
                mailed.tries += 1
                try transaction.visits.update(mailed)
            }
            return .failure(DeliveriesError(mailed.tries < codeTries ? .codeWrong : .codeSpent))
        }
        mailed.usedAt = now
        try transaction.visits.update(mailed)
        var visitor = known.visitor
        visitor.provenAt = now
        visitor.recipient = mailed.recipient
        try transaction.visits.update(visitor)
        try transaction.events.append(
            DeliveryEvent(
                delivery: place.delivery.id, sender: place.delivery.sender, recipient: mailed.recipient,
                kind: .proven, at: now))
        return .success(KnownVisitor(visitor: visitor, cookie: known.cookie, isNew: known.isNew))
    }

    private static func binding(_ visitor: Visitor, _ recipient: RecipientID) -> String {
        "\(visitor.id)/\(recipient)"
    }
}
