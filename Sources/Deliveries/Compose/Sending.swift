import Foundation
import Localization
public import MailMessage
public import SenderDomains

/// Which sender the recipients will see, and why.
public struct SenderPreview: Equatable, Sendable {
    /// What stands in From.
    public let from: Mailbox
    /// What stands in Reply-To; `nil` if answers go to From anyway.
    public let replyTo: Mailbox?
    /// Why.
    public let reason: SenderDecision.Reason

    /// A preview with all its parts.
    public init(from: Mailbox, replyTo: Mailbox?, reason: SenderDecision.Reason) {
        self.from = from
        self.replyTo = replyTo
        self.reason = reason
    }
}

/// Sends deliveries: what was checked, composed and committed in one transaction leaves by itself.
public struct Sending: Sendable {
    private let parts: DeliveryParts
    private let drafts: Drafts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
        drafts = Drafts(parts)
    }

    /// Which sender the recipients of this account's deliveries would see now; the same decision is taken again when
    /// each mail leaves.
    ///
    /// - Returns: nil if there is no system sender yet and the account's own address cannot be used.
    public func preview(for account: AccountID) async throws -> SenderPreview? {
        let parts = parts
        return try await parts.database.read { transaction in
            guard let account = try transaction.accounts.account(account) else { throw DeliveriesError(.notFound) }
            let settings = try parts.settings.current(in: transaction)
            guard let decision = settings.senderDecision(author: account.mailbox) else { return nil }
            return SenderPreview(from: decision.from, replyTo: decision.replyTo, reason: decision.reason)
        }
    }

    /// Sends a draft.
    ///
    /// - Parameters:
    ///   - id: the draft.
    ///   - account: its sender.
    ///   - form: what was typed last; it is stored first, so that nothing is lost if the draft cannot be sent.
    /// - Returns: the delivery as it was sent.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it was sent already or changed meanwhile,
    ///   `.unsupportedOption`, `.invalid` with all that must be changed, `.incomplete` if chunks are missing.
    @discardableResult
    public func send(_ id: DeliveryID, by account: AccountID, form: DraftForm? = nil) async throws -> Delivery {
        let problems = try await storeForm(id, account, form)
        let parts = parts
        let now = parts.now()
        let (draft, files, sender, settings) = try await parts.database.read { transaction in
            let draft = try transaction.ownDraft(id, of: account)
            return (
                draft, try transaction.files.files(of: id), try transaction.sender(of: draft),
                try parts.settings.current(in: transaction)
            )
        }
        guard sender.state == .active else { throw DeliveriesError(.forbidden) }
        let list = RecipientListCheck(draft.draftRecipients)
        let fields = DeliveryLimits(settings).problems(of: draft, recipients: list, files: files) + problems
        if !fields.isEmpty { throw DeliveriesError(.invalid, fields: fields) }
        let missing = files.enumerated().filter { $0.element.completedAt == nil }
        if !missing.isEmpty {
            throw DeliveriesError(
                .incomplete, fields: missing.map { FieldError("files[\($0.offset)]", "incomplete") })
        }
        let sent = draft.sent(at: now, graceDays: settings.integer(.deliveriesGraceDays))
        let prepared = try await WebUIDispatch(parts: parts).prepare(
            sent, files: files, to: list.mailboxes, from: sender, settings: settings)
        try await parts.database.write { transaction in
            // What was checked and composed must still be what is there.
            guard try transaction.ownDraft(id, of: account) == draft, try transaction.files.files(of: id) == files
            else { throw DeliveriesError(.conflict) }
            try transaction.deliveries.update(sent)
            try transaction.deliveries.insert(prepared.recipients)
            for link in prepared.links { try transaction.deliveries.insert(link) }
            try transaction.outbox.insert(prepared.mails)
            try transaction.events.append(
                DeliveryEvent(delivery: id, sender: account, kind: .sent, at: now))
        }
        parts.changes.give()
        parts.mailQueued()
        return sent
    }

    /// Stores the form; a password that cannot be taken is one problem among those that are told together.
    private func storeForm(_ id: DeliveryID, _ account: AccountID, _ form: DraftForm?) async throws -> [FieldError] {
        guard let form else { return [] }
        do {
            try await drafts.update(id, by: account, form)
            return []
        } catch let error as DeliveriesError where error.code == .invalid {
            return error.fields
        }
    }
}

extension Delivery {
    /// The delivery as it is when it is sent now.
    fileprivate func sent(at now: Date, graceDays: Int) -> Delivery {
        var sent = self
        let end = now.addingTimeInterval(Double(lifetimeDays) * 86_400)
        sent.state = .sent
        sent.subject = subject.trimmingCharacters(in: .whitespaces)
        sent.draftRecipients = ""
        sent.updatedAt = now
        sent.sentAt = now
        sent.expiresAt = end
        sent.removeFilesAt = end.addingTimeInterval(Double(graceDays) * 86_400)
        return sent
    }
}
