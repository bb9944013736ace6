import Foundation
public import Secrets

/// Looks at the whole chain of the audit trail, in constant memory and while the server writes on.
public struct AuditVerification: Sendable {
    /// A number and a hash that were kept elsewhere.
    public struct Witness: Equatable, Sendable {
        let number: Int64
        let hash: String

        /// Reads `NUMBER:HASH`; nil for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int64(parts[0]), number > 0, Hex.decode(parts[1])?.count == 32 else {
                return nil
            }
            self.number = number
            hash = parts[1].lowercased()
        }
    }

    private static let batch = 500

    private let database: any Database
    private let chain: AuditChain

    /// Reads from the given database, with the keys that sealed it.
    public init(database: any Database, keys: KeyRing) {
        self.database = database
        chain = AuditChain(keys: keys)
    }

    /// How far the look has come.
    fileprivate struct Progress: Sendable {
        var number: Int64 = 0
        var hash = AuditChain.beginning
        var entries: Int64 = 0
        var failure: AuditVerdict.Failure?
        var isDone = false
        /// Whether the witness's entry was met, or is one that was removed.
        var hasMetWitness = false
    }

    /// Looks at everything up to the newest entry of now.
    ///
    /// - Parameter witness: what must be the hash of an entry; nil: nothing is known.
    public func verify(witness: Witness? = nil) async throws -> AuditVerdict {
        let chain = chain
        let (head, last) = try await database.read {
            (try $0.ledger.auditMark(.head), try $0.ledger.lastAuditNumber())
        }
        var removed: Int64 = 0
        var progress = Progress()
        while !progress.isDone {
            let before = progress
            (progress, removed) = try await database.read { transaction in
                let anchor = try transaction.ledger.auditMark(.anchor)
                var progress = before
                if let anchor, progress.number < anchor.number || progress.number == 0 {
                    guard chain.isValid(anchor) else {
                        progress.failure = .init(number: anchor.number, fault: .anchor)
                        progress.isDone = true
                        return (progress, anchor.number)
                    }
                    progress.number = anchor.number
                    progress.hash = anchor.hash
                }
                let entries = try transaction.ledger.chainedAudit(after: progress.number, limit: Self.batch)
                for entry in entries where !progress.isDone {
                    progress.take(entry, chain, head: head, last: last, witness)
                }
                if entries.count < Self.batch { progress.isDone = true }
                return (progress, anchor?.number ?? 0)
            }
        }
        return AuditVerdict(
            entries: progress.entries, removedUpTo: removed, verifiedUpTo: progress.number,
            hash: Hex.encode(progress.hash),
            failure: progress.failure ?? end(progress, head: head, last: last, removed: removed, witness))
    }

    /// Whether the end is where the mark says.
    private func end(
        _ progress: Progress, head: AuditMark?, last: Int64, removed: Int64, _ witness: Witness?
    ) -> AuditVerdict.Failure? {
        guard let head, chain.isValid(head) else { return .init(number: last, fault: .head) }
        if max(last, removed) < head.number { return .init(number: max(last, removed) + 1, fault: .truncated) }
        if last > head.number { return .init(number: head.number + 1, fault: .surplus) }
        if let witness, witness.number > removed, !progress.hasMetWitness {
            return .init(number: witness.number, fault: .truncated)
        }
        return nil
    }
}

extension AuditVerification.Progress {
    /// Takes the next entry in.
    fileprivate mutating func take(
        _ entry: ChainedAuditRecord, _ chain: AuditChain, head: AuditMark?, last: Int64,
        _ witness: AuditVerification.Witness?
    ) {
        // What was written since belongs to the next look.
        guard entry.number <= last else {
            isDone = true
            return
        }
        let failure = chain.fault(of: entry, behind: number, hash)
        let isKept = witness.map { $0.number != entry.number || $0.hash == Hex.encode(entry.hash) } ?? true
        guard failure == nil, isKept else {
            self.failure = failure ?? .init(number: entry.number, fault: .changed)
            isDone = true
            return
        }
        if let head, head.number == entry.number, chain.isValid(head), head.hash != entry.hash {
            self.failure = .init(number: entry.number, fault: .changed)
            isDone = true
            return
        }
        if let head, chain.isValid(head), entry.number > head.number {
            self.failure = .init(number: entry.number, fault: .surplus)
            isDone = true
            return
        }
        if witness?.number == entry.number { hasMetWitness = true }
        entries += 1
        number = entry.number
        hash = entry.hash
    }
}

extension AuditChain {
    /// What is wrong with an entry behind the one of that number and hash; nil if nothing is.
    func fault(of entry: ChainedAuditRecord, behind number: Int64, _ hash: Data) -> AuditVerdict.Failure? {
        if entry.number != number + 1 {
            return .init(number: number + 1, fault: .missing)
        }
        if isValid(entry, after: hash) { return nil }
        return .init(number: entry.number, fault: isValid(entry, after: Self.tampered) ? .resumed : .changed)
    }
}
