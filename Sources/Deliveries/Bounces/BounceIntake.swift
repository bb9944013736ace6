import Foundation
public import MailMessage

/// Lets what came back take effect on the mail that it speaks of: each report once, and only on the recipient whom it
/// names and whom the mail really went to.
public struct BounceIntake: Sendable {
    /// What became of a mail that came back.
    public enum Verdict: String, Sendable, CaseIterable {
        /// It took effect.
        case applied
        /// It took effect before.
        case known
        /// It is a program's answer, and nobody needs it.
        case dropped
        /// A person wrote it.
        case answer
        /// It is about nothing that we know, or about somebody whom the mail never went to.
        case foreign
    }

    /// A mail that came back, and the mail that it speaks of.
    public struct ReturnedMail: Sendable {
        /// What it says.
        public let report: DeliveryReport
        /// What tells it from others: the same mail has the same.
        public let fingerprint: String
        /// The row of the outbox by the keyed address that it came to; nil if it came to none: then the Message-ID of
        /// the mail that it brings back says it.
        public let keyedEntry: OutboxEntryID?

        /// A mail that came back.
        public init(report: DeliveryReport, fingerprint: String, keyedEntry: OutboxEntryID?) {
            self.report = report
            self.fingerprint = fingerprint
            self.keyedEntry = keyedEntry
        }
    }

    private let parts: DeliveryParts
    private let outcomes: MailOutcome

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
        outcomes = MailOutcome(parts)
    }

    /// Takes a mail in.
    public func take(_ mail: ReturnedMail) async throws -> Verdict {
        let now = parts.now()
        let (verdict, isMail) = try await parts.database.write { transaction in
            try take(mail, in: transaction, at: now)
        }
        if verdict == .applied { parts.changes.give() }
        if isMail { parts.mailQueued() }
        return verdict
    }

    private func take(
        _ mail: ReturnedMail, in transaction: any Transaction, at now: Date
    ) throws -> (Verdict, isMail: Bool) {
        let report = mail.report
        let id =
            try mail.keyedEntry
            ?? report.originalMessageID.flatMap { id in
                try transaction.bounces.entry(messageID: "\(id.left)@\(id.right)")
            }
        guard let id, var entry = try transaction.outbox.entry(id) else { return (.foreign, false) }
        switch report.kind {
        case .message: return (.answer, false)
        case .autoReply: return (mail.keyedEntry == nil ? .foreign : .dropped, false)
        case .bounce, .delay, .success, .complaint: break
        }
        // A stranger who somehow learned the address could name anybody; the recipient only himself.
        let key = entry.to.comparisonKey
        let named = report.recipients.first {
            $0.address.comparisonKey == key || $0.originalAddress?.comparisonKey == key
        }
        // Complaints are often without the address: the keyed return path says whose it is.
        let isAnonymous = report.kind == .complaint && report.recipients.isEmpty && mail.keyedEntry != nil
        guard named != nil || isAnonymous else { return (.foreign, false) }
        guard try transaction.bounces.note("\(id) \(mail.fingerprint)", entry: id, at: now) else {
            return (.known, false)
        }
        if report.kind == .complaint {
            // RFC 6591: a report of failed authentication is a receiver's, and nobody's wish.
            guard report.recipients.first?.failureClass != .authentication else { return (.applied, false) }
            let isTold = try outcomes.recordComplaint(of: entry, in: transaction, at: now)
            try transaction.suppress(afterComplaintAbout: entry, at: now)
            return (.applied, isTold)
        }
        guard let named else { return (.foreign, false) }
        return (.applied, try apply(named, to: &entry, in: transaction, at: now))
    }

    /// - Returns: whether a notice was put into the outbox.
    private func apply(
        _ reported: ReportedRecipient, to entry: inout OutboxEntry, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        switch reported.action {
        case .failed:
            // A mail that was cancelled or had failed before is over; one that waits for an answer that was lost went.
            guard entry.state == .handedOver || entry.state == .queued else { return false }
            entry.state = .failed
            entry.finishedAt = now
            entry.leasedUntil = nil
            entry.dotSentAt = nil
            entry.lastAnswer = Self.answer(reported)
            entry.failureClass = reported.failureClass.rawValue
            try transaction.outbox.update(entry)
            try transaction.outbox.countReturned(entry.id, at: now)
            return try outcomes.record(.failed, of: entry, in: transaction, at: now)
        case .delayed:
            guard entry.state == .handedOver else { return false }
            let isNews = entry.failureClass.isEmpty
            entry.lastAnswer = Self.answer(reported)
            entry.failureClass = reported.failureClass.rawValue
            try transaction.outbox.update(entry)
            return try isNews && outcomes.recordLateness(of: entry, in: transaction, at: now)
        case .delivered, .relayed, .expanded:
            // A server that reports delivery has the mailbox; one that passed the mail on knows nothing of it.
            if reported.action == .delivered { try transaction.proveAlive(entry.to, at: now) }
            guard entry.state == .handedOver, !entry.failureClass.isEmpty else { return false }
            entry.failureClass = ""
            entry.lastAnswer = Self.answer(reported)
            try transaction.outbox.update(entry)
            return false
        }
    }

    private static func answer(_ reported: ReportedRecipient) -> String {
        var words = reported.diagnostic
        // What the report says apart from the server's words belongs to the answer; a general status says nothing.
        if let status = reported.status, words.isEmpty || status.subject > 0 && !words.contains(status.description) {
            words = words.isEmpty ? status.description : "\(status) \(words)"
        }
        return String(words.prefix(500))
    }
}
