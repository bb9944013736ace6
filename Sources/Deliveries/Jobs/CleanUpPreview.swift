import Foundation

/// What the clean-up does, by which rule.
public enum CleanUpRule: String, Sendable, CaseIterable {
    /// Deliveries run out; their files are kept for the grace period.
    case expiry
    /// Files and keys of deliveries are removed.
    case removal
    /// Abandoned drafts are removed with their files.
    case drafts
    /// Visits, codes and download addresses are forgotten.
    case visits
    /// The texts of mails that came to their end are forgotten.
    case mails
    /// Messages that programs handed in are forgotten.
    case messages
    /// Sessions and one-time links that have run out are forgotten.
    case signIns = "sign-ins"

    /// The setting that rules it; `nil` where the rule is fixed.
    public var setting: SettingKey? {
        switch self {
        case .removal: .deliveriesGraceDays
        case .drafts: .deliveriesAbandonedHours
        case .expiry, .visits, .mails, .messages, .signIns: nil
        }
    }
}

/// What the clean-up would take away.
public struct CleanUpPlan: Equatable, Sendable {
    /// What one rule would take away.
    public struct Step: Equatable, Sendable {
        /// The rule.
        public let rule: CleanUpRule
        /// What is due now: the next round of the clean-up takes it away.
        public let now: CleanUpAmount
        /// What is due until the end of the days looked at, with what is due now.
        public let until: CleanUpAmount
    }

    /// How many days were looked at.
    public let days: Int
    /// All rules in their order.
    public let steps: [Step]
    /// A page of the deliveries whose files are removed within these days, the next first.
    public let removals: [ComingRemoval]
    /// The senders of these deliveries.
    public let senders: [AccountID: Account]
}

/// Says what the clean-up would take away, now and in the days to come. It changes nothing: what is done meanwhile (a
/// delivery that is renewed, a draft that is touched) changes what it says.
public struct CleanUpPreview: Sendable {
    /// The most days that can be looked at.
    public static let mostDays = 3_650
    /// The most deliveries of a page.
    public static let mostPerPage = 200

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Looks ahead.
    ///
    /// - Parameters:
    ///   - days: how many days, up to ``mostDays``.
    ///   - offset: how many deliveries to leave out of the list of removals.
    ///   - limit: how many to list at the most, up to ``mostPerPage``.
    public func plan(days: Int, offset: Int = 0, limit: Int = 50) async throws -> CleanUpPlan {
        let parts = parts
        let now = parts.now()
        let days = min(max(0, days), Self.mostDays)
        let end = now.addingTimeInterval(Double(days) * 86_400)
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await parts.database.read { transaction in
            let settings = try parts.settings.current(in: transaction)
            let steps = try CleanUpRule.allCases.map { rule in
                CleanUpPlan.Step(
                    rule: rule, now: try transaction.amount(of: rule, at: now, settings),
                    until: try transaction.amount(of: rule, at: end, settings))
            }
            let removals = try transaction.cleanUp.removals(until: end, offset: window.offset, limit: window.limit)
            var senders: [AccountID: Account] = [:]
            for id in Set(removals.map(\.sender)) { senders[id] = try transaction.accounts.account(id) }
            return CleanUpPlan(days: days, steps: steps, removals: removals, senders: senders)
        }
    }
}

extension Transaction {
    /// What a rule takes away when it is this time: the same moments as the jobs reckon with.
    fileprivate func amount(of rule: CleanUpRule, at time: Date, _ settings: Settings) throws -> CleanUpAmount {
        let kept = time.addingTimeInterval(-RetentionJob.retention)
        switch rule {
        case .expiry: return try cleanUp.expiring(until: time)
        case .removal: return try cleanUp.removals(until: time)
        case .drafts:
            return try cleanUp.abandonedDrafts(
                before: AbandonedDraftJob.before(time, settings),
                insertedBefore: AbandonedDraftJob.insertedBefore(time, settings))
        case .visits: return try cleanUp.visits(before: kept)
        case .mails: return try cleanUp.mailTexts(before: kept)
        case .messages: return try cleanUp.messages(before: kept)
        case .signIns: return try cleanUp.signIns(until: time)
        }
    }
}
