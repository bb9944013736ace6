public import Foundation
import Logging
import MailMessage

/// Checks sender domains when they are due, so that nobody has to look whether a record has arrived or gone.
public struct DomainCheckJob: LeasedJob {
    /// The most domains of one round.
    private static let batch = 40
    /// How many are checked at the same time.
    private static let width = 4
    /// The longest wait: a domain that was just added is due at once.
    private static let longestWait: TimeInterval = 60

    private let parts: DomainParts

    /// Works with the given parts.
    public init(_ parts: DomainParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "domain-checks" }

    /// Checks what is due.
    public func run(now: Date) async throws -> Date {
        let due = try await parts.base.database.read { transaction in
            try transaction.senderDomains.domainsToCheck(now: now, limit: Self.batch)
        }
        await withTaskGroup(of: Void.self) { group in
            for (index, domain) in due.enumerated() {
                if index >= Self.width { await group.next() }
                guard !Task.isCancelled else { break }
                group.addTask { await check(domain) }
            }
        }
        let next = try await parts.base.database.read { try $0.senderDomains.nextCheck() }
        // What could not be stored is due already and must not be tried without a pause.
        let earliest = now.addingTimeInterval(due.isEmpty ? 1 : 10)
        return max(min(next ?? .distantFuture, now.addingTimeInterval(Self.longestWait)), earliest)
    }

    private func check(_ domain: MailDomain) async {
        do {
            try await DomainAdministration(parts).check(domain)
        } catch {
            parts.base.log.error(
                "a sender domain could not be checked", metadata: ["domain": "\(domain)", "reason": "\(error)"])
        }
    }
}
