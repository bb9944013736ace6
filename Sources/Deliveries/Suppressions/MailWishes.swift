public import Foundation
public import MailMessage
import MailTemplates
public import Secrets

/// What the owner of an address says about our mail, without an account: no reminders, no mail, or all of it again.
public struct MailWishes: Sendable {
    /// How many changes of one address within an hour are carried out.
    static let mostChanges = 30

    private let database: any Database
    private let keys: KeyRing
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - database: where wishes are.
    ///   - keys: what seals the addresses in links.
    ///   - now: the clock.
    public init(database: any Database, keys: KeyRing, now: @escaping @Sendable () -> Date) {
        self.database = database
        self.keys = keys
        self.now = now
    }

    /// The last part of the address of the page where the owner of an address chooses.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be sealed.
    public func token(for address: EmailAddress) throws -> MailWishToken {
        try MailWishToken(for: address, keys: keys)
    }

    /// What holds now. Changes nothing.
    ///
    /// - Throws: ``DeliveriesError`` `.linkDamaged`.
    public func current(_ text: String) async throws -> (token: MailWishToken, wish: MailWish) {
        let token = try MailWishToken(reading: text, keys: keys)
        return (token, try await database.read { try $0.mailWish(of: token.address) })
    }

    /// Sets what holds from now on. The same wish again changes nothing.
    ///
    /// - Parameters:
    ///   - wish: what the owner wants.
    ///   - text: the last part of the page's address.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.linkDamaged`, `.throttled` after too many changes.
    public func set(_ wish: MailWish, at text: String, origin: RequestOrigin) async throws {
        let address = try MailWishToken(reading: text, keys: keys).address
        let at = now()
        try await database.write { transaction in
            guard try transaction.mailWish(of: address) != wish else { return }
            let (count, end) = try transaction.ledger.countThrottle(
                "mail-wish:\(address.comparisonKey)", window: 3_600, now: at)
            guard count <= Self.mostChanges else {
                throw DeliveriesError(
                    .throttled, retryAfter: max(1, Int(end.timeIntervalSince(at).rounded(.up))))
            }
            try transaction.set(wish, of: address, origin: origin, at: at)
        }
    }
}

extension Transaction {
    fileprivate func set(_ wish: MailWish, of address: EmailAddress, origin: RequestOrigin, at: Date) throws {
        func note(_ action: AuditAction) throws {
            try ledger.append(action.record(by: nil, target: address.displayForm, origin: origin, at: at))
        }
        if wish == .none {
            try suppressions.set(
                Suppression(address: address, reason: .unsubscribed, answer: "", source: nil, at: at))
            try note(.addressSuppressed)
        } else if try suppressions.remove(address) != nil {
            // Whoever chooses here read a mail that came to the address: it is not wrong either.
            try note(.suppressionLifted)
        }
        switch wish {
        case .noReminders:
            guard try suppressions.reminderRefusals(of: [address]).isEmpty else { break }
            try suppressions.refuseReminders(ReminderRefusal(address: address, at: at))
            try note(.remindersRefused)
        case .all:
            if try suppressions.allowReminders(to: address) { try note(.remindersAllowed) }
        // What was said about reminders holds again once mail is wanted again.
        case .none: break
        }
        if wish == .noReminders { _ = try outbox.cancel([.reminder], to: address, at: at) }
    }
}
