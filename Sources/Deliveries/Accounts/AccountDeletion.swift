import FileVault
import Foundation
import MailTemplates

/// Deletes accounts for good. What they sent goes to another account or is withdrawn; their names stay in the audit trail,
/// in receipts and in the story of deliveries; their addresses are free for a new invitation.
public struct AccountDeletion: Sendable {
    /// What becomes of the deliveries of an account.
    public enum Choice: Equatable, Sendable {
        /// Another account has them from now on: their links keep working.
        case handOver(to: AccountID)
        /// They are withdrawn, and their files removed.
        case remove
    }

    /// What was done.
    public struct Outcome: Equatable, Sendable {
        /// How many deliveries another account has now.
        public internal(set) var handedOver = 0
        /// How many deliveries were withdrawn.
        public internal(set) var withdrawn = 0
        /// How many drafts were removed.
        public internal(set) var draftsRemoved = 0
    }

    private let accounts: AccountParts
    private let deliveries: DeliveryParts

    /// Works with the given parts.
    public init(accounts: AccountParts, deliveries: DeliveryParts) {
        self.accounts = accounts
        self.deliveries = deliveries
    }

    /// What an account has, and so what would happen.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, or `.forbidden` for an account that may do more than the one who asks.
    public func plan(for id: AccountID, by actor: AccountID?) async throws -> AccountDeletionPlan {
        try await accounts.database.read { transaction in
            let account = try Users.existing(id, in: transaction)
            try Users.requireRights(of: actor, over: account.roles, in: transaction)
            return AccountDeletionPlan(account: account, holdings: try transaction.deliveries.holdings(of: id))
        }
    }

    /// Deletes an account. All of it happens in one transaction; running transfers of what is withdrawn are cut, and the
    /// files follow within a minute.
    ///
    /// - Parameters:
    ///   - id: the account.
    ///   - choice: what becomes of its deliveries; nil only if it has none.
    ///   - actor: who deletes; nil: the command line.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.notFound`; `.forbidden` for an account that may do more than the one who asks;
    ///   `.conflict` with `last-administrator` or `delete-own-account`; `.invalid` with `required` at `deliveries`, or at
    ///   `handOverTo` if that account cannot take them.
    @discardableResult
    public func delete(
        _ id: AccountID, deliveries choice: Choice?, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> Outcome {
        let now = accounts.now()
        let deliveries = deliveries
        let done = try await accounts.database.write { transaction in
            let account = try Users.existing(id, in: transaction)
            try Users.requireRights(of: actor, over: account.roles, in: transaction)
            try Self.check(account, by: actor, in: transaction)
            let successor = try Self.successor(of: account, choice, in: transaction)
            var work = Work(
                account: account, successor: successor, isChosen: choice != nil, actor: actor, origin: origin, now: now,
                parts: deliveries)
            try work.settleDeliveries(in: transaction)
            try work.removeAccess(in: transaction)
            try work.note(in: transaction)
            try work.tellSuccessor(in: transaction)
            return work.done
        }
        deliveries.changes.give()
        if done.isMail { deliveries.mailQueued() }
        await deliveries.removeFromVault(done.orphans)
        return done.outcome
    }

    private static func check(_ account: Account, by actor: AccountID?, in transaction: any Transaction) throws {
        guard actor != account.id else {
            throw DeliveriesError(.conflict, fields: [FieldError("account", "delete-own-account")])
        }
        // Also a disabled one counts here: without any administrator the set-up would be open again.
        guard account.isAdministrator else { return }
        if try transaction.accounts.administrators().allSatisfy({ $0.id == account.id }) {
            throw DeliveriesError(.conflict, fields: [FieldError("account", "last-administrator")])
        }
    }

    private static func successor(
        of account: Account, _ choice: Choice?, in transaction: any Transaction
    ) throws -> Account? {
        guard case .handOver(let id) = choice else { return nil }
        guard id != account.id, let successor = try transaction.accounts.account(id), successor.state == .active,
            successor.permits(.send)
        else { throw DeliveriesError(.invalid, fields: [FieldError("handOverTo", "no-sender-account")]) }
        return successor
    }
}

/// What an account has, before it is deleted.
public struct AccountDeletionPlan: Equatable, Sendable {
    /// The account.
    public let account: Account
    /// What it has, by state.
    public let holdings: [DeliveryHolding]

    /// Deliveries that recipients can fetch now, with those of add-ins whose block stands in a mail.
    public var running: Int { count { $0.state == .sent || $0.state == .draft && $0.isInserted } }
    /// Deliveries that have run out and whose files are still kept.
    public var expired: Int { count { $0.state == .expired } }
    /// Deliveries of which only the record is left.
    public var past: Int { count { $0.state == .withdrawn || $0.state == .removed } }
    /// Drafts that go in any case.
    public var drafts: Int { count { $0.state == .draft && !$0.isInserted } }
    /// How many files have their content.
    public var files: Int { holdings.reduce(0) { $0 + $1.files } }
    /// The sum of their sizes, octets.
    public var octets: Int64 { holdings.reduce(0) { $0 + $1.octets } }
    /// Whether somebody must decide what becomes of its deliveries.
    public var asksForChoice: Bool { running + expired + past > 0 }

    private func count(_ matches: (DeliveryHolding) -> Bool) -> Int {
        holdings.filter(matches).reduce(0) { $0 + $1.count }
    }
}

extension AccountDeletion {
    /// One deletion, step by step, inside its transaction.
    fileprivate struct Work {
        struct Done: Sendable {
            var outcome = Outcome()
            var isMail = false
            var orphans: [VaultFileID] = []
        }

        let account: Account
        let successor: Account?
        let isChosen: Bool
        let actor: AccountID?
        let origin: RequestOrigin
        let now: Date
        let parts: DeliveryParts
        var done = Done()

        mutating func settleDeliveries(in transaction: any Transaction) throws {
            for id in try transaction.deliveries.deliveries(of: account.id) {
                guard let delivery = try transaction.deliveries.delivery(id) else { continue }
                if delivery.state == .draft, successor == nil || delivery.insertedAt == nil {
                    try removeDraft(delivery, in: transaction)
                } else if !isChosen {
                    throw DeliveriesError(.invalid, fields: [FieldError("deliveries", "required")])
                } else if let successor {
                    try handOver(delivery, to: successor, in: transaction)
                } else {
                    try withdraw(delivery, in: transaction)
                }
            }
        }

        private mutating func removeDraft(_ draft: Delivery, in transaction: any Transaction) throws {
            // A mail that may have left carries its link.
            if draft.insertedAt != nil, !isChosen {
                throw DeliveriesError(.invalid, fields: [FieldError("deliveries", "required")])
            }
            done.orphans += try transaction.removeDraftWithFiles(draft.id)
            try transaction.audit(.deliveryDiscarded, draft.id, by: actor, origin: origin, at: now)
            done.outcome.draftsRemoved += 1
        }

        private mutating func handOver(
            _ delivery: Delivery, to successor: Account, in transaction: any Transaction
        ) throws {
            try transaction.deliveries.handOver(delivery.id, to: successor.id)
            if delivery.state != .draft {
                try transaction.events.append(
                    DeliveryEvent(
                        delivery: delivery.id, sender: successor.id, kind: .handedToAccount, at: now,
                        detail: account.name))
            }
            try transaction.audit(.deliveryHandedOver, delivery.id, by: actor, origin: origin, at: now)
            done.outcome.handedOver += 1
        }

        private mutating func withdraw(_ delivery: Delivery, in transaction: any Transaction) throws {
            guard delivery.state == .sent || delivery.state == .expired else { return }
            let (_, isMail) = try transaction.withdraw(delivery, by: actor, parts: parts, origin: origin, at: now)
            done.isMail = done.isMail || isMail
            done.outcome.withdrawn += 1
        }

        func removeAccess(in transaction: any Transaction) throws {
            try Users.endAccess(of: account, in: transaction, now: now)
            try transaction.sessions.removeDevices(of: account.id)
            try transaction.signInRequests.removeAll(of: account.id)
            try transaction.deliveries.forgetEarlierRecipients(of: account.id)
            for group in try transaction.groups.groups(of: account.id) {
                _ = try transaction.groups.remove(account.id, from: group.id)
            }
            // Whoever reads that mailbox now need not hear of it.
            let kinds = NotificationRule.all.filter { $0.audience == .sender || $0.audience == .owner }.map(\.kind)
            _ = try transaction.outbox.cancel(kinds, to: account.email, at: now)
            try transaction.keptNotices.removeAll(to: account.email)
            var gone = account
            gone.state = .deleted
            gone.roles = []
            gone.passwordHash = nil
            gone.secondFactor = nil
            try transaction.accounts.update(gone)
        }

        func note(in transaction: any Transaction) throws {
            try transaction.ledger.append(
                AuditAction.userDeleted.record(by: actor, target: account.id.description, origin: origin, at: now))
            guard let successor, done.outcome.handedOver > 0 else { return }
            try transaction.ledger.append(
                AuditAction.userTookOver.record(by: actor, target: successor.id.description, origin: origin, at: now))
        }

        mutating func tellSuccessor(in transaction: any Transaction) throws {
            let settings = try parts.settings.current(in: transaction)
            // Who took them over by an own decision knows.
            guard let successor, successor.id != actor, done.outcome.handedOver > 0, settings.sends(.tookOver) else {
                return
            }
            let content = TookOverMail(
                former: MailPerson(account.mailbox), count: done.outcome.handedOver,
                link: try MailComposer.link(settings.addresses.deliveries))
            try transaction.outbox.insert([
                try parts.composer.entry(
                    content, to: successor.mailbox, language: successor.language, settings: settings, now: now)
            ])
            done.isMail = true
        }
    }
}
