import Foundation
import Localization
import Logging
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
    /// What happens to the mail.
    public let outcome: SenderDecision.Outcome
    /// A stable code of both, for the catalogue: `domain.decision.<code>`.
    public let code: String

    /// What a decision shows.
    public init(_ decision: SenderDecision) {
        from = decision.from
        replyTo = decision.replyTo
        reason = decision.reason
        outcome = decision.outcome
        code = decision.code
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
    /// - Parameters:
    ///   - account: whose deliveries.
    ///   - mailbox: the group whose mailbox they would be sent from; nil: the account's own address.
    /// - Returns: nil if there is no system sender yet and the address cannot be used.
    public func preview(for account: AccountID, from mailbox: GroupID? = nil) async throws -> SenderPreview? {
        let parts = parts
        return try await parts.database.read { transaction in
            guard let account = try transaction.accounts.account(account) else { throw DeliveriesError(.notFound) }
            let settings = try parts.settings.current(in: transaction)
            let chosen = try transaction.mailboxes(of: account.id).first { $0.group == mailbox }
            return settings.senderDecision(author: chosen?.mailbox.mailbox ?? account.mailbox).map(SenderPreview.init)
        }
    }

    /// Sends a draft.
    ///
    /// - Parameters:
    ///   - id: the draft.
    ///   - account: its sender.
    ///   - form: what was typed last; it is stored first, so that nothing is lost if the draft cannot be sent.
    ///   - origin: from where.
    /// - Returns: the delivery as it was sent.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it was sent already or changed meanwhile,
    ///   `.unsupportedOption`, `.invalid` with all that must be changed, `.incomplete` if chunks are missing.
    @discardableResult
    public func send(
        _ id: DeliveryID, by account: AccountID, form: DraftForm? = nil, origin: RequestOrigin = .commandLine
    ) async throws -> Delivery {
        let problems = try await storeForm(id, account, form)
        let parts = parts
        let now = parts.now()
        let lifts = form?.liftsSuppressions ?? false
        let (draft, files, sender, settings, limits, daily, suppressed, languages, foreign) = try await parts.database
            .read {
                transaction in
                let draft = try transaction.ownDraft(id, of: account)
                let addresses = RecipientListCheck(draft.draftRecipients).mailboxes.map(\.address)
                let settings = try parts.settings.current(in: transaction)
                let limits = try transaction.limits(of: account, parts)
                return (
                    draft, try transaction.files.files(of: id), try transaction.sender(of: draft), settings,
                    limits,
                    try limits.dailyProblems(recipients: addresses.count) { try transaction.use(of: account, at: now) },
                    try transaction.suppressionProblems(of: addresses, lifts: lifts),
                    try transaction.readerLanguages.languages(of: addresses), try transaction.mailboxProblems(of: draft)
                )
            }
        guard sender.account.state == .active, sender.account.permits(.send) else { throw DeliveriesError(.forbidden) }
        // A mail of the sender's own carries the link of this one.
        guard draft.path == .webUI else { throw DeliveriesError(.conflict) }
        // What would be refused at each attempt is not taken at all.
        if settings.route != .local, settings.senderDecision(author: sender.person)?.outcome == .reject {
            throw DeliveriesError(
                .invalid,
                fields: [
                    FieldError("sender", "sender-domain-not-in-order", ["domain": sender.person.address.domain.unicode])
                ])
        }
        let list = RecipientListCheck(draft.draftRecipients)
        let fields =
            (limits.senderProblem(sender.person.address).map { [$0] } ?? [])
            + limits.problems(of: draft, recipients: list, files: files) + daily + files.scanProblems()
            + suppressed + problems + (problems.contains { $0.field == "from" } ? [] : foreign)
        if !fields.isEmpty { throw DeliveriesError(.invalid, fields: fields) }
        try files.checkComplete()
        let sent = draft.sent(at: now, graceDays: limits.policy.graceDays)
        let prepared = try await WebUIDispatch(parts: parts).prepare(
            sent, files: files, to: list.mailboxes, from: sender, settings: settings, languages: languages)
        try await parts.database.write { transaction in
            // What was checked and composed must still be what is there.
            let present = try transaction.files.files(of: id)
            guard try transaction.ownDraft(id, of: account) == draft, present.asUploaded == files.asUploaded,
                try transaction.sender(of: draft).mailbox == sender.mailbox
            else { throw DeliveriesError(.conflict) }
            let gone = try transaction.mailboxProblems(of: draft)
            if !gone.isEmpty { throw DeliveriesError(.invalid, fields: gone) }
            let found = present.scanProblems()
            let today = try limits.dailyProblems(recipients: list.mailboxes.count) {
                try transaction.use(of: account, at: now)
            }
            if !today.isEmpty { throw DeliveriesError(.invalid, fields: today) }
            if !found.isEmpty { throw DeliveriesError(.invalid, fields: found) }
            if lifts {
                try transaction.liftSuppressions(of: list.mailboxes.map(\.address), by: account, at: now)
            }
            try transaction.deliveries.update(sent)
            try transaction.deliveries.insert(prepared.recipients)
            for link in prepared.links { try transaction.deliveries.insert(link) }
            try transaction.outbox.insert(prepared.mails)
            try transaction.events.append(
                DeliveryEvent(delivery: id, sender: account, kind: .sent, at: now))
            try transaction.audit(.deliverySent, id, by: account, origin: origin, at: now)
        }
        parts.changes.give()
        parts.mailQueued()
        parts.log.info("delivery sent", metadata: ["delivery": "\(id)", "mails": "\(prepared.mails.count)"])
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
    func sent(at now: Date, graceDays: Int) -> Delivery {
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
