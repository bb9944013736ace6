import FileVault
public import Foundation
import MailTemplates

/// Looks after what stops everything else: mail that does not get out, and a disk that runs full. Administrators are
/// told once a day, and again at once when it begins anew.
public struct OperationWatchJob: LeasedJob {
    /// How often it looks, seconds.
    static let interval: TimeInterval = 600
    /// For how long nothing more is told of the same trouble, seconds.
    static let toldEvery: TimeInterval = 86_400

    private let parts: DeliveryParts
    /// How much room there is, where that is not asked of the vault.
    private let space: (@Sendable () -> VaultSpace)?

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.init(parts, space: nil)
    }

    init(_ parts: DeliveryParts, space: (@Sendable () -> VaultSpace)?) {
        self.parts = parts
        self.space = space
    }

    /// The name of its row.
    public var name: String { "operation-watch" }

    /// Looks and tells.
    public func run(now: Date) async throws -> Date {
        let parts = parts
        let space = if let space { space() } else { try await parts.vault.space() }
        let isMail = try await parts.database.write { transaction in
            let settings = try parts.settings.current(in: transaction)
            let isStuck = try Self.tellStuckMail(settings, parts, in: transaction, now: now)
            let isLow = try Self.tellLowStorage(space, settings, parts, in: transaction, now: now)
            return isStuck || isLow
        }
        if isMail { parts.mailQueued() }
        return now.addingTimeInterval(Self.interval)
    }

    /// Mail is stuck if some waits for hours while none was taken over: one slow destination is no such trouble.
    private static func tellStuckMail(
        _ settings: Settings, _ parts: DeliveryParts, in transaction: any Transaction, now: Date
    ) throws -> Bool {
        let patience = Double(settings.integer(.notifyOutboxStuckHours)) * 3_600
        let begin = now.addingTimeInterval(-patience)
        guard settings.route != .local, let oldest = try transaction.outbox.oldestQueued(), oldest <= begin,
            try !transaction.outbox.hours(since: begin).contains(where: { $0.outcome == "handed-over" })
        else {
            try transaction.ledger.clearThrottle(MailKind.outboxStuck.rawValue)
            return false
        }
        let waiting = try transaction.outbox.entries(OutboxFilter(states: [.queued]), offset: 0, limit: 20)
        let content = OutboxStuckMail(
            waiting: try transaction.outbox.counts()[.queued] ?? waiting.count, since: oldest,
            answer: waiting.map(\.lastAnswer).first { !$0.isEmpty },
            link: try MailComposer.link(settings.addresses.outbox))
        return try tell(content, settings, parts, in: transaction, now: now)
    }

    private static func tellLowStorage(
        _ space: VaultSpace?, _ settings: Settings, _ parts: DeliveryParts, in transaction: any Transaction, now: Date
    ) throws -> Bool {
        let percent = Int64(settings.integer(.notifyStoragePercent))
        guard let space, space.total > 0, space.available < space.total / 100 * percent else {
            try transaction.ledger.clearThrottle(MailKind.storageLow.rawValue)
            return false
        }
        let content = StorageLowMail(
            available: space.available, total: space.total,
            link: try MailComposer.link(settings.addresses.administration))
        return try tell(content, settings, parts, in: transaction, now: now)
    }

    private static func tell(
        _ content: any MailContent, _ settings: Settings, _ parts: DeliveryParts, in transaction: any Transaction,
        now: Date
    ) throws -> Bool {
        let readers = try transaction.readers(of: content.kind, settings: settings)
        guard !readers.isEmpty,
            try transaction.ledger.countThrottle(content.kind.rawValue, window: toldEvery, now: now).count == 1
        else { return false }
        return try transaction.tell(
            readers.map { Notice(content, to: $0) }, by: parts.composer, settings: settings, at: now)
    }
}
