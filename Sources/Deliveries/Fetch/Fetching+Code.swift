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
    /// Mails a fresh code to the recipient (level 2). Those mailed before to this browser keep working for their time: a
    /// mail server may hold one back and let a later one pass.
    ///
    /// At a shared link the reader says which address is theirs. Only a registered one gets a code; who asks is not told
    /// which are.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part.
    ///   - cookie: the cookie of that link, if the browser sent one.
    ///   - typed: the reader's address; not read at a personal link.
    /// - Returns: whom it was mailed to.
    /// - Throws: as ``act(_:cookie:)``, and `.codeLimit` after ten codes in a day, `.unsupportedOption` if the delivery
    ///   takes no codes, `.invalid` at `address`.
    public func askCode(_ linkText: String, cookie: Token?, address typed: String = "") async throws -> CodeAsked {
        let parts = parts
        let address = try? EmailAddress(parsing: typed.trimmingCharacters(in: .whitespacesAndNewlines))
        let now = parts.now()
        let code = OneTimeCode(random: parts.random)
        let id: Identifier<MailedCode> = parts.newID(now)
        let asked = try await entering(linkText, cookie) { known, place, transaction in
            guard place.delivery.level == .identityProven else { throw DeliveriesError(.unsupportedOption) }
            if place.recipient == nil, address == nil {
                throw DeliveriesError(.invalid, fields: [FieldError("address", "address-malformed")])
            }
            guard let recipient = try place.recipient ?? transaction.registered(address, at: place.delivery) else {
                return try Self.notAsked(known, place, address, transaction, now)
            }
            let today = try transaction.visits.codeCount(
                recipient: recipient.id, since: now.addingTimeInterval(-24 * 3600))
            guard today < Self.codesPerDay else { throw DeliveriesError(.codeLimit, retryAfter: 3600) }
            let mailed = MailedCode(
                id: id, visitor: known.visitor.id, recipient: recipient.id,
                codeHash: Hex.encode(code.hash(with: parts.keys, binding: Self.binding(known.visitor, recipient.id))),
                createdAt: now, expiresAt: now.addingTimeInterval(Self.codeLifetime))
            try transaction.visits.insert(mailed)
            let mails = DeliveryMails(
                parts, settings: try parts.settings.current(in: transaction), now: now,
                languages: try transaction.readerLanguages.languages(of: [recipient.email]))
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

    /// Behaves as if a code had been mailed, and counts like it, so that nobody learns who the recipients are.
    private static func notAsked(
        _ known: KnownVisitor, _ place: Place, _ address: EmailAddress?, _ transaction: any Transaction, _ now: Date
    ) throws -> CodeAsked {
        guard let address else { throw DeliveriesError(.unsupportedOption) }
        let throttle = Throttle(name: "code:\(place.link.id)", limit: codesPerDay, window: 24 * 3600)
        guard try throttle.allows(address.comparisonKey, in: transaction, now: now) else {
            throw DeliveriesError(.codeLimit, retryAfter: 3600)
        }
        return CodeAsked(known: known, address: address, validUntil: now.addingTimeInterval(codeLifetime))
    }

    /// Gives a code. It works once, in the browser that asked for it; that browser is then remembered, and its other
    /// codes are used up.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part.
    ///   - cookie: the cookie of that link.
    ///   - typed: what was typed; blanks and hyphens do not matter.
    /// - Returns: the browser, proven.
    /// - Throws: as ``act(_:cookie:)``, and `.codeNeeded` if this browser asked for none, `.codeWrong`, `.codeSpent`
    ///   if all have run out, were used, or their tries are.
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
        let mailed = try transaction.visits.codes(of: known.visitor.id)
        guard !mailed.isEmpty else {
            guard place.recipient == nil else { return .failure(DeliveriesError(.codeNeeded)) }
            // At a shared link a code that was never mailed is as wrong as any other.
            let throttle = Throttle(name: "code-tries", limit: codeTries - 1, window: codeLifetime)
            let hasTries = try throttle.allows(known.visitor.id.description, in: transaction, now: now)
            return .failure(DeliveriesError(hasTries ? .codeWrong : .codeSpent))
        }
        var valid = mailed.filter { $0.isValid(at: now) }
        guard !valid.isEmpty else { return .failure(DeliveriesError(.codeSpent)) }
        // What has not six digits is a slip of the fingers and not a guess.
        guard let code else { return .failure(DeliveriesError(.codeWrong)) }
        // All are compared, so that the time tells nothing.
        let hits = valid.filter { mailed in
            let binding = binding(known.visitor, mailed.recipient)
            return Hex.decode(mailed.codeHash).map { code.matches(Data($0), with: keys, binding: binding) } ?? false
        }
        guard let hit = hits.first else {
            // A guess counts against each code that it was compared with. So no code is compared more than five times,
            // and more codes make guessing no easier than as many asked for one after the other.
            for index in valid.indices {
                valid[index].tries += 1
                try transaction.visits.update(valid[index])
            }
            return .failure(DeliveriesError(valid.contains { $0.isValid(at: now) } ? .codeWrong : .codeSpent))
        }
        for var used in valid {
            used.usedAt = now
            try transaction.visits.update(used)
        }
        var visitor = known.visitor
        visitor.provenAt = now
        visitor.recipient = hit.recipient
        try transaction.visits.update(visitor)
        if place.recipient == nil, var recipient = try transaction.deliveries.recipient(hit.recipient),
            recipient.openedAt == nil
        {
            recipient.openedAt = now
            try transaction.deliveries.update(recipient)
        }
        try transaction.proveAlive(hit.recipient, at: now)
        try transaction.events.append(
            DeliveryEvent(
                delivery: place.delivery.id, sender: place.delivery.sender, recipient: hit.recipient,
                kind: .proven, at: now))
        return .success(KnownVisitor(visitor: visitor, cookie: known.cookie, isNew: known.isNew))
    }

    private static func binding(_ visitor: Visitor, _ recipient: RecipientID) -> String {
        "\(visitor.id)/\(recipient)"
    }
}

extension Transaction {
    /// The recipient of a delivery with that address.
    fileprivate func registered(_ address: EmailAddress?, at delivery: Delivery) throws -> Recipient? {
        guard let address else { return nil }
        return try deliveries.recipients(of: delivery.id).first { $0.email.comparisonKey == address.comparisonKey }
    }
}
