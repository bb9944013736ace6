public import Foundation
import MailTemplates

/// Drafts that nobody has touched for long are removed with what was uploaded for them.
public struct AbandonedDraftJob: LeasedJob {
    private static let batch = 50
    /// How long before its removal a draft with files is told of, seconds; at most half of the time that it has.
    private static let warning: TimeInterval = 86_400
    private static let mostWarnings = 1_000

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "abandoned-drafts" }

    /// What was not touched since then is abandoned.
    static func before(_ now: Date, _ settings: Settings) -> Date {
        now.addingTimeInterval(Double(-settings.integer(.deliveriesAbandonedHours)) * 3600)
    }

    /// The same for those whose block stands in a mail, which may lie among the drafts of a mail client for long.
    static func insertedBefore(_ now: Date, _ settings: Settings) -> Date {
        now.addingTimeInterval(Double(-settings.integer(.addInsInsertedDays)) * 86_400)
    }

    /// Removes what is abandoned.
    public func run(now: Date) async throws -> Date {
        let settings = try await parts.settings.current()
        let before = Self.before(now, settings)
        let insertedBefore = Self.insertedBefore(now, settings)
        try await warn(settings, before: before, insertedBefore: insertedBefore, now: now)
        var count = Self.batch
        while count == Self.batch {
            try Task.checkCancellation()
            let (removed, files) = try await parts.database.write { transaction in
                let drafts = try transaction.deliveries.abandonedDrafts(
                    before: before, insertedBefore: insertedBefore, limit: Self.batch)
                return (drafts.count, try drafts.flatMap { try transaction.removeDraftWithFiles($0.id) })
            }
            await parts.removeFromVault(files)
            count = removed
        }
        return now.addingTimeInterval(3600)
    }

    /// Tells senders of drafts with files that will be removed within a day, once for each time that one was left.
    private func warn(_ settings: Settings, before: Date, insertedBefore: Date, now: Date) async throws {
        let parts = parts
        let lead = min(Self.warning, now.timeIntervalSince(before) / 2)
        let isMail = try await parts.database.write { transaction in
            let mails = DeliveryMails(parts, settings: settings, now: now)
            var notices: [Notice] = []
            let drafts = try transaction.deliveries.abandonedDrafts(
                before: before.addingTimeInterval(lead), insertedBefore: insertedBefore, limit: Self.mostWarnings)
            for draft in drafts where draft.path == .webUI && draft.updatedAt >= before {
                let files = try transaction.files.files(of: draft.id)
                let key = "abandoned:\(draft.id):\(Int(draft.updatedAt.timeIntervalSince1970))"
                guard !files.isEmpty,
                    try transaction.ledger.countThrottle(key, window: 2 * lead, now: now).count == 1
                else { continue }
                let removedAt = draft.updatedAt.addingTimeInterval(now.timeIntervalSince(before))
                notices += try transaction.readers(
                    of: .uploadAbandoned, sender: transaction.sender(of: draft), settings: settings
                ).map { try mails.uploadAbandoned(draft, files: files, removedAt: removedAt, to: $0) }
            }
            // Told after the draft is gone, it would help nobody.
            let isInTime = Double(settings.integer(.notifyGatherMinutes)) * 60 < lead / 2
            return try transaction.tell(
                notices, by: parts.composer, canWait: isInTime, settings: settings, at: now)
        }
        if isMail { parts.mailQueued() }
    }
}
