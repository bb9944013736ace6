import Deliveries

/// What holds for an account, rule by rule, and why. Values are texts, as the rules of groups are written.
struct PolicyModel: Codable, Equatable {
    /// What a group says.
    struct VoteModel: Codable, Equatable {
        let id: String
        let name: String
        let value: String

        init(_ vote: AccountPolicy.Ruling.Vote) {
            id = vote.group.description
            name = vote.name
            value = vote.value.text
        }
    }

    /// One rule.
    struct RuleModel: Codable, Equatable {
        let rule: String
        /// Empty: nothing is restricted.
        let value: String
        /// `settings` or `groups`.
        let source: String
        /// The groups whose word holds.
        let groups: [VoteModel]
        /// The groups that are less generous.
        let outvoted: [VoteModel]
        /// The rule that holds this one back.
        let limitedBy: String?

        init(_ ruling: AccountPolicy.Ruling) {
            rule = ruling.rule.rawValue
            value = ruling.value.text
            source = ruling.votes.isEmpty ? "settings" : "groups"
            groups = ruling.votes.map { VoteModel($0) }
            outvoted = ruling.outvoted.map { VoteModel($0) }
            limitedBy = ruling.limitedBy?.rawValue
        }
    }

    let rules: [RuleModel]

    init(_ policy: AccountPolicy) {
        rules = policy.rulings.map { RuleModel($0) }
    }
}

/// A group of accounts.
struct GroupModel: Codable, Equatable {
    let id: String
    let name: String
    /// What it sets, by rule.
    let rules: [String: String]
    /// The address under which it sends.
    let mailbox: MailboxModel?
    /// How many accounts are in it.
    let members: Int

    init(_ group: AccountGroup, members: Int) {
        id = group.id.description
        name = group.name
        rules = group.policy.texts
        mailbox = group.mailbox.map { MailboxModel($0) }
        self.members = members
    }
}
