import Foundation
import MailTemplates
import Synchronization

/// Gathers access traces, so that a page need not wait for the disk: they are written together, at the latest a
/// second later. A trace is worth nothing but a hint; one that dies with the process is no loss.
public final class AccessTraces: Sendable {
    private struct Waiting: Sendable {
        let link: LinkID
        let recipient: RecipientID?
        let delivery: DeliveryID
        let at: Date
        let visit: PageVisit
    }

    /// More visits than this within a second are an attack; what is beyond is not traced.
    private static let limit = 10_000

    private let database: any Database
    private let waiting = Mutex<[Waiting]>([])

    /// Writes to the given database.
    public init(database: any Database) {
        self.database = database
    }

    /// Takes a visit down.
    func record(_ visit: PageVisit, of link: Link, at: Date) {
        waiting.withLock { waiting in
            guard waiting.count < Self.limit else { return }
            waiting.append(
                Waiting(
                    link: link.id, recipient: link.recipient, delivery: link.delivery, at: at, visit: visit))
        }
    }

    /// Writes what was taken down. Composition calls it every second and before the end.
    public func flush() async throws {
        let batch = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !batch.isEmpty else { return }
        try await database.write { transaction in
            for visit in batch { try Self.insert(visit, transaction) }
        }
    }

    private static func insert(_ visit: Waiting, _ transaction: any Transaction) throws {
        let origin = visit.visit.origin
        let handedOver = try visit.recipient.flatMap { recipient in
            try transaction.outbox.newestEntry(of: recipient, kind: .delivery)
        }
        let since = visit.at.addingTimeInterval(-ScannerSignal.soonTogether)
        var links = try transaction.visits.linksVisited(from: origin.clientAddress, since: since)
        links.insert(visit.link)
        let signals =
            ScannerSignal.signals(of: visit.visit)
            + ScannerSignal.signals(
                at: visit.at, handedOverAt: handedOver?.state == .handedOver ? handedOver?.finishedAt : nil,
                linksTogether: origin.clientAddress.isEmpty ? 1 : links.count)
        try transaction.visits.insert(
            AccessTrace(
                link: visit.link, delivery: visit.delivery, at: visit.at,
                method: visit.visit.isHead ? "HEAD" : "GET", userAgent: origin.userAgent,
                clientAddress: origin.clientAddress, scannerSignals: signals.map(\.rawValue)))
    }
}
