public import Foundation

/// Sends the gathered notices whose time has come.
public struct NoticeJob: LeasedJob {
    private static let batch = 50

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "notices" }

    /// Tells what is due.
    public func run(now: Date) async throws -> Date {
        try await tellDownloads(now: now)
        try await tellKept(now: now)
        return now.addingTimeInterval(15)
    }

    private func tellDownloads(now: Date) async throws {
        let parts = parts
        var count = Self.batch
        while count == Self.batch {
            try Task.checkCancellation()
            let (told, isMail) = try await parts.database.write { transaction in
                let due = try transaction.ledger.dueNotices(now: now, limit: Self.batch)
                var isMail = false
                for notice in due {
                    let wasMailed = try SenderNotices(parts: parts).tell(notice, at: now, in: transaction)
                    isMail = isMail || wasMailed
                }
                return (due.count, isMail)
            }
            if isMail { parts.mailQueued() }
            count = told
        }
    }

    private func tellKept(now: Date) async throws {
        let parts = parts
        var count = GatheredNotices.batch
        while count == GatheredNotices.batch {
            try Task.checkCancellation()
            let (served, isMail) = try await parts.database.write { transaction in
                try GatheredNotices(parts: parts).tellDue(at: now, in: transaction)
            }
            if isMail { parts.mailQueued() }
            count = served
        }
    }
}
