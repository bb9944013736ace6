public import Foundation
import Logging
import Secrets

/// Keeps the audit trail no longer than the settings say: first personal fields are replaced by pseudonyms, later entries
/// are removed. The chain holds all the same; what was tampered with is neither replaced nor removed, because that would
/// cover it up. Once a day the place of the newest entry goes into the log, so that it is kept elsewhere, too.
public struct AuditKeepingJob: LeasedJob {
    private static let batch = 500

    private let parts: DeliveryParts
    private let chain: AuditChain

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
        chain = AuditChain(keys: parts.keys)
    }

    /// The name of its row.
    public var name: String { "audit" }

    /// Replaces and removes what is due.
    public func run(now: Date) async throws -> Date {
        let settings = try await parts.settings.current()
        try await work(.auditPseudonymised, days: settings.integer(.auditPseudonymiseDays), now, replaceBatch)
        try await work(.auditRemoved, days: settings.integer(.auditRetentionDays), now, removeBatch)
        if let head = try await parts.database.read({ try $0.ledger.auditMark(.head) }) {
            parts.log.info("audit trail", metadata: ["newest": "\(head.number):\(Hex.encode(head.hash))"])
        }
        return now.addingTimeInterval(86_400)
    }

    /// Takes one batch after the other of what is older than so many days, and notes which entries it was.
    private func work(
        _ action: AuditAction, days: Int, _ now: Date, _ batch: (Date) async throws -> Step?
    ) async throws {
        guard days > 0 else { return }
        let end = now.addingTimeInterval(-Double(days) * 86_400)
        var first: Int64?
        var last: Int64 = 0
        while let step = try await batch(end) {
            try Task.checkCancellation()
            guard step.isInOrder else {
                tellTampering(step.last)
                break
            }
            first = first ?? step.first
            last = step.last
        }
        guard let first else { return }
        try await note(action, first, last, now)
    }

    private struct Step: Sendable {
        let first: Int64
        let last: Int64
        let isInOrder: Bool
    }

    // MARK: Pseudonyms

    private func replaceBatch(before end: Date) async throws -> Step? {
        let chain = chain
        return try await parts.database.write { transaction in
            guard let limit = try transaction.ledger.lastAuditNumber(before: end) else { return nil }
            let anchor = try transaction.ledger.auditMark(.anchor)
            let replaced = try transaction.ledger.auditMark(.replaced)
            // A mark that somebody moved only costs another look.
            let known = replaced.flatMap { chain.isValid($0) ? $0 : nil }
            var behind = known.map { ($0.number, $0.hash) } ?? (0, AuditChain.beginning)
            if let anchor, chain.isValid(anchor), anchor.number >= behind.0 { behind = (anchor.number, anchor.hash) }
            let entries = try transaction.ledger.chainedAudit(after: behind.0, limit: Self.batch)
                .filter { $0.number <= limit }
            guard let first = entries.first else { return nil }
            for entry in entries {
                guard chain.fault(of: entry, behind: behind.0, behind.1) == nil else {
                    return Step(first: first.number, last: entry.number, isInOrder: false)
                }
                behind = (entry.number, entry.hash)
            }
            for entry in entries {
                let anonymous = try transaction.withoutPersons(entry, chain)
                if anonymous != entry { try transaction.ledger.store(anonymous) }
            }
            try transaction.ledger.set(chain.mark(.replaced, number: behind.0, hash: behind.1))
            return Step(first: first.number, last: behind.0, isInOrder: true)
        }
    }

    // MARK: Removing

    private func removeBatch(before end: Date) async throws -> Step? {
        let chain = chain
        return try await parts.database.write { transaction in
            guard let limit = try transaction.ledger.lastAuditNumber(before: end),
                let head = try transaction.ledger.auditMark(.head)
            else { return nil }
            let anchor = try transaction.ledger.auditMark(.anchor)
            var behind = (anchor?.number ?? 0, anchor?.hash ?? AuditChain.beginning)
            let entries = try transaction.ledger.chainedAudit(after: behind.0, limit: Self.batch)
                // The newest one stays: at it one sees that nothing is missing behind.
                .filter { $0.number <= limit && $0.number < head.number }
            guard let first = entries.first else { return nil }
            if let anchor, !chain.isValid(anchor) {
                return Step(first: first.number, last: anchor.number, isInOrder: false)
            }
            for entry in entries {
                guard chain.fault(of: entry, behind: behind.0, behind.1) == nil else {
                    return Step(first: first.number, last: entry.number, isInOrder: false)
                }
                behind = (entry.number, entry.hash)
            }
            try transaction.ledger.removeAudit(upTo: behind.0)
            try transaction.ledger.set(chain.mark(.anchor, number: behind.0, hash: behind.1))
            return Step(first: first.number, last: behind.0, isInOrder: true)
        }
    }

    private func note(_ action: AuditAction, _ first: Int64, _ last: Int64, _ now: Date) async throws {
        let record = action.record(by: nil, target: "\(first)–\(last)", origin: .commandLine, at: now)
        try await parts.database.write { try $0.ledger.append(record) }
    }

    private func tellTampering(_ number: Int64) {
        parts.log.error("the audit trail was tampered with", metadata: ["entry": "\(number)"])
    }
}

extension Transaction {
    /// An entry in which no person can be recognised without the key.
    fileprivate func withoutPersons(_ entry: ChainedAuditRecord, _ chain: AuditChain) throws -> ChainedAuditRecord {
        var anonymous = chain.replacing(.address, in: chain.replacing(.actor, in: entry))
        if try isPerson(entry.target) { anonymous = chain.replacing(.target, in: anonymous) }
        return anonymous
    }

    /// Whether a target names somebody: an address, or an account.
    private func isPerson(_ target: String) throws -> Bool {
        if target.contains("@") { return true }
        // A membership names an account and a group.
        return try target.split(separator: " ").contains { part in
            guard let id = AccountID(String(part)) else { return false }
            return try accounts.account(id) != nil
        }
    }
}
