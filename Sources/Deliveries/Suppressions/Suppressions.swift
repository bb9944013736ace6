public import Foundation
public import MailMessage

/// What people see of suppressed addresses and do with them.
public struct Suppressions: Sendable {
    /// The most entries of one page.
    public static let mostPerPage = 200

    private let database: any Database
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - database: where they are.
    ///   - now: the clock.
    public init(database: any Database, now: @escaping @Sendable () -> Date) {
        self.database = database
        self.now = now
    }

    /// Suppressions, newest first, and how many there are.
    public func list(
        search: String = "", offset: Int = 0, limit: Int = 50
    ) async throws -> (suppressions: [Suppression], total: Int) {
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await database.read {
            (
                try $0.suppressions.suppressions(search: search, offset: window.offset, limit: window.limit),
                try $0.suppressions.suppressionCount(search: search)
            )
        }
    }

    /// Addresses whose owners want no reminders, newest first, and how many there are.
    public func reminderRefusals(
        search: String = "", offset: Int = 0, limit: Int = 50
    ) async throws -> (refusals: [ReminderRefusal], total: Int) {
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await database.read {
            (
                try $0.suppressions.reminderRefusals(search: search, offset: window.offset, limit: window.limit),
                try $0.suppressions.reminderRefusalCount(search: search)
            )
        }
    }

    /// The suppressions of some addresses, in the order of the addresses.
    public func of(_ addresses: [EmailAddress]) async throws -> [Suppression] {
        let known = try await database.read { try $0.suppressions.suppressions(of: addresses) }
        let places = Dictionary(known.map { ($0.address.comparisonKey, $0) }) { first, _ in first }
        return addresses.compactMap { places[$0.comparisonKey] }
    }

    /// Enters an address by hand, because its owner asked for no more mail.
    ///
    /// - Parameters:
    ///   - typed: the address as typed.
    ///   - actor: who does it.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.invalid` at `address`.
    @discardableResult
    public func add(_ typed: String, by actor: AccountID?, origin: RequestOrigin) async throws -> Suppression {
        let address: EmailAddress
        do {
            address = try EmailAddress(parsing: typed.trimmingCharacters(in: .whitespaces))
        } catch {
            throw DeliveriesError(.invalid, fields: [FieldError("address", "address-\(error.rawValue)")])
        }
        let suppression = Suppression(address: address, reason: .unsubscribed, answer: "", source: nil, at: now())
        try await database.write { transaction in
            try transaction.suppressions.set(suppression)
            try transaction.ledger.append(
                AuditAction.addressSuppressed.record(
                    by: actor, target: address.displayForm, origin: origin, at: suppression.at))
        }
        return suppression
    }

    /// Lets mail go to an address again because an administrator tries a mail once more.
    ///
    /// - Throws: ``DeliveriesError`` `.conflict` if the owner of the address wants no mail.
    public static func liftForRetry(
        of entry: OutboxEntry, by actor: AccountID?, origin: RequestOrigin, in transaction: any Transaction,
        at now: Date
    ) throws {
        guard !entry.content.ignoresSuppressions,
            let known = try transaction.suppressions.suppression(of: entry.to)
        else { return }
        guard !known.reason.isOwnersWish else { throw DeliveriesError(.conflict) }
        _ = try transaction.suppressions.remove(entry.to)
        try transaction.ledger.append(
            AuditAction.suppressionLifted.record(
                by: actor, target: entry.to.displayForm, origin: origin, at: now))
    }

    /// Lets mail go to an address again. One that has none is left as it is.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` if it is not suppressed.
    public func lift(_ address: EmailAddress, by actor: AccountID?, origin: RequestOrigin) async throws {
        let at = now()
        try await database.write { transaction in
            guard try transaction.suppressions.remove(address) != nil else { throw DeliveriesError(.notFound) }
            try transaction.ledger.append(
                AuditAction.suppressionLifted.record(by: actor, target: address.displayForm, origin: origin, at: at))
        }
    }
}

extension Transaction {
    /// What stops a delivery to these addresses, beside the entry of each.
    ///
    /// - Parameters:
    ///   - list: the recipients.
    ///   - lifts: whether the sender knows better and lets mail go to addresses that came back; what an owner wished stays.
    func suppressionProblems(of list: [EmailAddress], lifts: Bool) throws -> [FieldError] {
        let known = Dictionary(
            try suppressions.suppressions(of: list).map { ($0.address.comparisonKey, $0) }
        ) { first, _ in first }
        return list.enumerated().compactMap { index, address in
            guard let reason = known[address.comparisonKey]?.reason, reason.isOwnersWish || !lifts else { return nil }
            return FieldError(
                "recipients[\(index)]", "suppressed-\(reason.rawValue)", ["text": address.displayForm])
        }
    }

    /// Lets mail go to addresses again that came back, because a sender knows better.
    func liftSuppressions(of list: [EmailAddress], by sender: AccountID, at now: Date) throws {
        for suppression in try suppressions.suppressions(of: list) where !suppression.reason.isOwnersWish {
            _ = try suppressions.remove(suppression.address)
            try ledger.append(
                AuditAction.suppressionLifted.record(
                    by: sender, target: suppression.address.displayForm, origin: .commandLine, at: now))
        }
    }
}
