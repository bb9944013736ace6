import Foundation
public import Localization
public import MailMessage
internal import Secrets

/// Deliveries that are being composed. A draft keeps what was typed, also what cannot be sent.
public struct Drafts: Sendable {
    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Begins a delivery with the values that the sender's policy proposes.
    ///
    /// - Parameters:
    ///   - account: its sender.
    ///   - language: the language of its mails until the sender chooses another.
    ///   - path: how the mail about it will leave.
    /// - Returns: the empty draft.
    /// - Throws: ``DeliveriesError`` `.forbidden` if add-ins are switched off, or for an account that may not send.
    public func create(
        by account: AccountID, language: Language, path: Delivery.DispatchPath = .webUI
    ) async throws -> Delivery {
        let now = parts.now()
        let id: DeliveryID = parts.newID(now)
        let thread = Token(random: parts.random).hash.hex.prefix(32)
        let settings = parts.settings
        return try await parts.database.write { transaction in
            let settings = try settings.current(in: transaction)
            if path == .addIn { try transaction.checkAddIns(account, settings) }
            guard try transaction.accounts.account(account)?.permits(.send) == true else {
                throw DeliveriesError(.forbidden)
            }
            let policy = try transaction.policy(of: account, settings)
            let draft = Delivery(
                id: id, sender: account, state: .draft, path: path, subject: "", message: "",
                level: policy.preselectedLevel, lifetimeDays: policy.lifetimeDays, language: language,
                chunkSize: settings.integer(.deliveriesChunkSize),
                threadMessageID: "\(thread)@\(settings.messageIDDomain)", createdAt: now, updatedAt: now)
            try transaction.deliveries.insert(draft)
            return draft
        }
    }

    /// Stores what was typed.
    ///
    /// - Parameters:
    ///   - id: the draft.
    ///   - account: its sender.
    ///   - form: what was typed.
    /// - Returns: the draft as it is now.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it was sent, `.unsupportedOption` for a level that is
    ///   not offered, `.invalid` for a password that is too short or a sender that is not theirs (the rest is
    ///   stored), or a text that is far too long, `.busy`.
    @discardableResult
    public func update(_ id: DeliveryID, by account: AccountID, _ form: DraftForm) async throws -> Delivery {
        let now = parts.now()
        let level = try Self.level(form.level)
        try Self.checkKeepable(form)
        _ = try await parts.database.read { try $0.ownDraft(id, of: account) }
        let (password, problem) = try await hashedPassword(form.password, of: account)
        let (draft, foreign) = try await parts.database.write { transaction in
            var draft = try transaction.ownDraft(id, of: account)
            draft.apply(form)
            var foreign: FieldError?
            do {
                if let from = form.from { try draft.choose(transaction.mailbox(typed: from, for: account)) }
            } catch let error as FieldError {
                foreign = error
            }
            if let level { draft.level = level }
            if let password { draft.passwordHash = password.hash }
            draft.updatedAt = now
            try transaction.deliveries.update(draft)
            return (draft, foreign)
        }
        let problems = [foreign, problem].compactMap { $0 }
        if !problems.isEmpty { throw DeliveriesError(.invalid, fields: problems) }
        return draft
    }

    /// What this account's deliveries may be at the most.
    public func limits(of account: AccountID) async throws -> DeliveryLimits {
        let parts = parts
        return try await parts.database.read { try $0.limits(of: account, parts) }
    }

    /// What this account uses now of what it may.
    public func use(of account: AccountID) async throws -> AccountUse {
        let now = parts.now()
        return try await parts.database.read { try $0.use(of: account, at: now) }
    }

    /// The draft that this account began last on a page, if it has one; those of add-ins go on in the mail client.
    public func latest(of account: AccountID) async throws -> Delivery? {
        try await parts.database.read { transaction in
            try transaction.deliveries.latestDraft(sender: account, path: .webUI)
        }
    }

    /// A draft with its files.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` or `.conflict`.
    public func draft(_ id: DeliveryID, of account: AccountID) async throws -> (draft: Delivery, files: [DeliveryFile])
    {
        try await parts.database.read { transaction in
            let draft = try transaction.ownDraft(id, of: account)
            // That of an add-in goes on in the mail client.
            guard draft.path == .webUI else { throw DeliveriesError(.conflict) }
            return (draft, try transaction.files.files(of: id))
        }
    }

    /// Throws a draft away with all that was uploaded.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` or `.conflict`.
    public func discard(
        _ id: DeliveryID, by account: AccountID, origin: RequestOrigin = .commandLine
    ) async throws {
        let now = parts.now()
        let vaultFiles = try await parts.database.write { transaction in
            _ = try transaction.ownDraft(id, of: account)
            try transaction.audit(.deliveryDiscarded, id, by: account, origin: origin, at: now)
            return try transaction.removeDraftWithFiles(id)
        }
        await parts.removeFromVault(vaultFiles)
    }

    /// Reads a list of recipients as typed, so that the page can mark mistakes while somebody types.
    public func checkRecipients(_ text: String) -> RecipientListCheck {
        RecipientListCheck(text)
    }

    /// Addresses that this account has sent to and that begin so, at most eight.
    public func suggestions(for account: AccountID, prefix: String) async throws -> [Mailbox] {
        let prefix = prefix.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !prefix.isEmpty, prefix.utf8.count <= 320 else { return [] }
        return try await parts.database.read { transaction in
            try transaction.deliveries.earlierRecipients(sender: account, prefix: prefix, limit: 8)
        }
    }

    /// The level of a number; `nil` stays `nil`.
    static func level(_ number: Int?) throws -> Delivery.SecurityLevel? {
        guard let number else { return nil }
        guard let level = Delivery.SecurityLevel(rawValue: number) else {
            throw DeliveriesError(.unsupportedOption, fields: [FieldError("level", "unsupported")])
        }
        return level
    }

    private static func checkKeepable(_ form: DraftForm) throws {
        let texts = [("recipients", form.recipients), ("subject", form.subject), ("message", form.message)]
        let fields = texts.filter { ($0.1?.utf8.count ?? 0) > DeliveryLimits.draftOctets }.map {
            FieldError($0.0, "too-long", ["most": String(DeliveryLimits.draftOctets)])
        }
        if !fields.isEmpty { throw DeliveriesError(.invalid, fields: fields) }
    }

    private func hashedPassword(
        _ typed: String?, of account: AccountID
    ) async throws -> ((hash: String?, Void)?, FieldError?) {
        guard let typed else { return (nil, nil) }
        if typed.isEmpty { return ((nil, ()), nil) }
        let least = try await limits(of: account).policy.deliveryPasswordLength
        guard typed.count >= least else {
            return (nil, FieldError("password", "too-short", ["least": String(least)]))
        }
        guard typed.utf8.count <= PasswordRule.maximumOctets else {
            return (nil, FieldError("password", "too-long", ["most": String(PasswordRule.maximumOctets)]))
        }
        return ((try await parts.hashed(typed), ()), nil)
    }
}

extension Delivery {
    /// Sends it from a mailbox, or from the sender's own address. The mail of an add-in is the sender's own, whatever
    /// address it comes from.
    fileprivate mutating func choose(_ mailbox: GroupID?) throws(FieldError) {
        guard mailbox == nil || path == .webUI else { throw FieldError("from", "unsupported") }
        self.mailbox = mailbox
    }

    /// Takes over what was typed, but for level and password.
    mutating func apply(_ form: DraftForm) {
        if let recipients = form.recipients { draftRecipients = recipients }
        if let subject = form.subject { self.subject = subject }
        if let message = form.message {
            self.message = message.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        }
        if let days = form.lifetimeDays { lifetimeDays = min(max(days, -1), 1_000_000) }
        if let notifies = form.notifiesSender { notifiesSender = notifies }
        if let copies = form.copiesSender { copiesSender = copies }
        if let withholds = form.withholdsMessage { withholdsMessage = withholds }
        if let language = form.language { self.language = language }
    }
}
