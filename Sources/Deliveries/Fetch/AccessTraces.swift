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
        do {
            try await database.write { transaction in
                var known = Known(
                    since: (batch.first?.at ?? .distantPast).addingTimeInterval(-ScannerSignal.soonTogether))
                for visit in batch { try Self.insert(visit, &known, transaction) }
            }
        } catch let error as DeliveriesError where error.code == .busy {
            // Tried again with the next ones, as far as there is room.
            waiting.withLock { $0 = Array((batch + $0).prefix(Self.limit)) }
            throw error
        }
    }

    /// What was looked up for a batch: many visits come from few addresses and to few recipients.
    private struct Known {
        let since: Date
        var links: [String: Set<LinkID>] = [:]
        var handedOver: [RecipientID: OutboxEntry?] = [:]

        /// The links that an address has visited lately, with this one.
        mutating func links(from address: String, and link: LinkID, _ transaction: any Transaction) throws -> Int {
            var visited: Set<LinkID>
            if let before = links[address] {
                visited = before
            } else {
                visited = try transaction.visits.linksVisited(from: address, since: since)
            }
            visited.insert(link)
            links[address] = visited
            return visited.count
        }

        /// The mail that brought the link.
        mutating func mail(to recipient: RecipientID?, _ transaction: any Transaction) throws -> OutboxEntry? {
            guard let recipient else { return nil }
            if let before = handedOver[recipient] { return before }
            let mail = try transaction.outbox.newestEntry(of: recipient, kind: .delivery)
            handedOver[recipient] = .some(mail)
            return mail
        }
    }

    private static func insert(_ visit: Waiting, _ known: inout Known, _ transaction: any Transaction) throws {
        let origin = visit.visit.origin
        let mail = try known.mail(to: visit.recipient, transaction)
        let links = try known.links(from: origin.clientAddress, and: visit.link, transaction)
        let signals =
            ScannerSignal.signals(of: visit.visit)
            + ScannerSignal.signals(
                at: visit.at, handedOverAt: mail?.state == .handedOver ? mail?.finishedAt : nil,
                linksTogether: origin.clientAddress.isEmpty ? 1 : links)
        try transaction.visits.insert(
            AccessTrace(
                link: visit.link, delivery: visit.delivery, at: visit.at,
                method: visit.visit.isHead ? "HEAD" : "GET", userAgent: origin.userAgent,
                clientAddress: origin.clientAddress, scannerSignals: signals.map(\.rawValue)))
    }
}
