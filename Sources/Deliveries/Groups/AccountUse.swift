import Foundation
import MailTemplates

/// What an account uses of what it may.
public struct AccountUse: Equatable, Sendable {
    /// Over what time deliveries and recipients are counted, seconds.
    static let day: TimeInterval = 86_400

    /// The sum of the sizes of all its files that are kept, also of drafts and of what is still on its way, octets.
    public let octets: Int64
    /// The deliveries that it sent within 24 hours.
    public let deliveries: Int
    /// Their recipients.
    public let recipients: Int

    /// A use.
    public init(octets: Int64, deliveries: Int, recipients: Int) {
        self.octets = octets
        self.deliveries = deliveries
        self.recipients = recipients
    }
}

extension DeliveryLimits {
    /// Refuses files for which the quota leaves no room.
    ///
    /// - Parameters:
    ///   - size: octets that come.
    ///   - use: what is there, without them; only reckoned where there is a quota.
    func checkQuota(_ size: Int64, beside use: () throws -> Int64) throws {
        guard let quota = policy.quota else { return }
        let used = try use()
        // Compared without adding, which could overflow.
        guard size > quota - used else { return }
        let left = String(max(0, quota - used))
        throw DeliveriesError(
            .tooLarge, fields: [FieldError("files", "quota-full", ["most": String(quota), "left": left])])
    }

    /// What stands in the way of sending to so many more recipients today.
    ///
    /// - Parameters:
    ///   - recipients: how many.
    ///   - isNew: whether it is a delivery more.
    ///   - use: what was sent; only reckoned where there is a limit.
    func dailyProblems(
        recipients: Int, isNew: Bool = true, beside use: () throws -> AccountUse
    ) throws -> [FieldError] {
        guard policy.deliveriesPerDay != nil || policy.recipientsPerDay != nil else { return [] }
        let use = try use()
        var result: [FieldError] = []
        if isNew, let most = policy.deliveriesPerDay, use.deliveries >= most {
            result.append(FieldError("recipients", "daily-deliveries", ["most": String(most)]))
        }
        if let most = policy.recipientsPerDay, recipients > most - use.recipients {
            let left = String(max(0, most - use.recipients))
            result.append(FieldError("recipients", "daily-recipients", ["most": String(most), "left": left]))
        }
        return result
    }
}

extension Transaction {
    /// What an account uses now.
    func use(of account: AccountID, at now: Date) throws -> AccountUse {
        let sent = try deliveries.sent(by: account, since: now.addingTimeInterval(-AccountUse.day))
        return AccountUse(
            octets: try files.octets(of: account), deliveries: sent.deliveries, recipients: sent.recipients)
    }

    /// Tells the owner of an account, once a week, that nine tenths of its storage are taken.
    ///
    /// - Returns: whether a mail was put into the outbox.
    func noteQuota(_ account: AccountID, _ limits: DeliveryLimits, _ parts: DeliveryParts, at now: Date) throws -> Bool
    {
        guard let quota = limits.policy.quota, let owner = try accounts.account(account) else { return false }
        let used = try files.octets(of: account)
        let settings = try parts.settings.current(in: self)
        guard used >= quota - quota / 10, settings.sends(.quotaLow),
            try ledger.countThrottle("quota:\(account)", window: 7 * AccountUse.day, now: now).count == 1
        else { return false }
        let link = try MailComposer.link(settings.addresses.account)
        try outbox.insert([
            parts.composer.entry(
                QuotaLowMail(used: used, quota: quota, link: link), to: owner.mailbox, author: .system,
                language: owner.language, settings: settings, now: now)
        ])
        return true
    }

    /// Refuses unless an account may use add-ins.
    func checkAddIns(_ account: AccountID, _ settings: Settings) throws {
        try settings.checkAddIns()
        guard try policy(of: account, settings).allowsAddIns else {
            throw DeliveriesError(.forbidden, detail: "the account's groups allow no add-ins")
        }
    }
}
