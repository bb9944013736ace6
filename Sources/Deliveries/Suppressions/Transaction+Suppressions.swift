import Foundation
import MailMessage
import MailTemplates

extension Transaction {
    /// A mail failed for good: if the address is what is wrong, it gets no further mail.
    func suppress(afterFailureOf entry: OutboxEntry, at now: Date) throws {
        guard let failure = FailureClass(rawValue: entry.failureClass), let reason = Suppression.Reason(failure),
            !reason.isOwnersWish, failure.isEvident(in: entry.lastAnswer)
        else { return }
        // A mail that was not sent because of a suppression is no new reason, and the owner's wish stays the stronger one.
        guard try suppressions.suppression(of: entry.to) == nil else { return }
        try suppress(entry.to, reason, answer: entry.lastAnswer, source: entry.id, at: now)
    }

    /// Its owner called a mail spam.
    func suppress(afterComplaintAbout entry: OutboxEntry, at now: Date) throws {
        guard try suppressions.suppression(of: entry.to)?.reason != .complaint else { return }
        try suppress(entry.to, .complaint, answer: "", source: entry.id, at: now)
    }

    private func suppress(
        _ address: EmailAddress, _ reason: Suppression.Reason, answer: String, source: OutboxEntryID, at now: Date
    ) throws {
        try suppressions.set(
            Suppression(address: address, reason: reason, answer: answer, source: source, at: now))
        try ledger.append(
            AuditAction.addressSuppressed.record(
                by: nil, target: address.displayForm, origin: .commandLine, at: now))
    }

    /// An address proved alive: what was sent there was read, so that it cannot be wrong. What its owner wished stays.
    func proveAlive(_ address: EmailAddress, at now: Date) throws {
        guard let known = try suppressions.suppression(of: address), !known.reason.isOwnersWish,
            try suppressions.remove(address) != nil
        else { return }
        try ledger.append(
            AuditAction.suppressionHealed.record(
                by: nil, target: address.displayForm, origin: .commandLine, at: now))
    }

    /// The recipient of that name proved alive.
    func proveAlive(_ recipient: RecipientID?, at now: Date) throws {
        guard let recipient, let address = try deliveries.recipient(recipient)?.email else { return }
        try proveAlive(address, at: now)
    }
}

extension OutboxEntry.Content {
    /// Whether it is sent whatever is known of the address.
    public var ignoresSuppressions: Bool {
        if case .composed(let kind) = self { return kind.ignoresSuppressions }
        return false
    }
}

extension MailKind {
    /// Whether it is sent whatever is known of the address: its owner has just asked for it, or an administrator tries
    /// the address out.
    var ignoresSuppressions: Bool {
        switch self {
        case .code, .passwordForgotten, .invitation, .test, .domainControl: true
        // What guards an account is told whatever its owner wished of deliveries.
        case .passwordChanged, .newSignIn, .accountDisabled: true
        default: false
        }
    }
}
