public import MailMessage

/// What holds for an account: the settings, and the policies of its groups put together.
///
/// Where no group sets a rule, the settings hold. Where one does, the settings no longer count; where several do, the
/// most generous holds (of rules that protect, the strictest), and lists are put together. What then does not fit
/// together is resolved towards the safe side: what is forbidden is never allowed by another group, and what is proposed
/// stays within the limits.
public struct AccountPolicy: Equatable, Sendable {
    /// What one rule says, and why.
    public struct Ruling: Equatable, Sendable {
        /// A group that sets the rule.
        public struct Vote: Equatable, Sendable {
            /// The group.
            public let group: GroupID
            /// What it is called.
            public let name: String
            /// What it says.
            public let value: PolicyValue
        }

        /// The rule.
        public let rule: PolicyRule
        /// What holds. An empty list restricts nothing.
        public internal(set) var value: PolicyValue
        /// The groups whose word holds; none: it is as in the settings.
        public let votes: [Vote]
        /// The groups that are less generous and therefore do not count.
        public let outvoted: [Vote]
        /// The rule that holds this one back, because together they made no sense.
        public internal(set) var limitedBy: PolicyRule?
    }

    /// What each rule says, in the order of the rules.
    public private(set) var rulings: [Ruling]

    /// Puts policies together; the order of the groups does not matter.
    ///
    /// - Parameters:
    ///   - settings: what holds where no group sets a rule.
    ///   - groups: the groups of the account.
    public init(_ settings: Settings, groups: [AccountGroup] = []) {
        let ordered = groups.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        rulings = PolicyRule.allCases.map { Self.ruling(on: $0, settings, ordered) }
        resolve(settings)
    }

    /// What a rule says.
    public func ruling(on rule: PolicyRule) -> Ruling {
        // There is one for each rule.
        rulings[PolicyRule.allCases.firstIndex(of: rule) ?? 0]
    }

    private static func ruling(on rule: PolicyRule, _ settings: Settings, _ groups: [AccountGroup]) -> Ruling {
        let votes = groups.compactMap { group in
            group.policy[rule].map { Ruling.Vote(group: group.id, name: group.name, value: $0) }
        }
        guard let first = votes.first else {
            return Ruling(rule: rule, value: rule.fallback(settings), votes: [], outvoted: [])
        }
        let value = votes.dropFirst().reduce(first.value) { $0.joined(with: $1.value, for: rule) }
        return Ruling(
            rule: rule, value: value, votes: votes.filter { rule.unites || $0.value == value },
            outvoted: votes.filter { !rule.unites && $0.value != value })
    }

    private mutating func resolve(_ settings: Settings) {
        let followsLevels = settings.proposesHighestLevel && !chooses(.level)
        if !levels.isEmpty, !levels.contains(preselectedLevel) || chooses(.levels) && followsLevels {
            limit(.level, to: .number(Int64(Delivery.SecurityLevel.proposed(of: levels).rawValue)), by: .levels)
        }
        for (rule, limit) in [
            (PolicyRule.lifetimeDays, PolicyRule.longestLifetimeDays), (.largestFile, .largestDelivery),
        ] where number(rule) > number(limit) {
            self.limit(rule, to: .number(number(limit)), by: limit)
        }
        // Nothing is taken out of the list of what is allowed: an empty list would allow everything.
        for (allowed, forbidden) in GroupPolicy.opposites {
            let list = ruling(on: forbidden).value.entries
            if ruling(on: allowed).value.entries.contains(where: list.contains) {
                limit(allowed, to: ruling(on: allowed).value, by: forbidden)
            }
        }
    }

    private func chooses(_ rule: PolicyRule) -> Bool { !ruling(on: rule).votes.isEmpty }

    private mutating func limit(_ rule: PolicyRule, to value: PolicyValue, by limit: PolicyRule) {
        guard let index = PolicyRule.allCases.firstIndex(of: rule) else { return }
        rulings[index].value = value
        rulings[index].limitedBy = limit
    }

    private func number(_ rule: PolicyRule) -> Int64 { ruling(on: rule).value.number }
}

extension AccountPolicy {
    /// The security levels that may be chosen, the lowest first.
    public var levels: [Delivery.SecurityLevel] {
        ruling(on: .levels).value.entries.compactMap { Int($0).flatMap(Delivery.SecurityLevel.init(rawValue:)) }
    }

    /// The security level that is chosen before anybody chooses.
    public var preselectedLevel: Delivery.SecurityLevel {
        Delivery.SecurityLevel(rawValue: Int(number(.level))) ?? .secureLink
    }

    /// How many days a delivery may be fetched at the most.
    public var longestLifetimeDays: Int { Int(number(.longestLifetimeDays)) }
    /// How many days it can be fetched unless its sender says otherwise.
    public var lifetimeDays: Int { Int(number(.lifetimeDays)) }
    /// How many days files are kept after that.
    public var graceDays: Int { Int(number(.graceDays)) }
    /// The largest file, octets.
    public var largestFile: Int64 { number(.largestFile) }
    /// The largest sum of a delivery's files, octets.
    public var largestDelivery: Int64 { number(.largestDelivery) }
    /// The most recipients of a delivery.
    public var mostRecipients: Int { Int(number(.mostRecipients)) }

    /// The most octets that all files of the account may have that are kept; `nil`: no limit.
    public var quota: Int64? { number(.quota) == 0 ? nil : number(.quota) }
    /// The most deliveries within 24 hours; `nil`: no limit.
    public var deliveriesPerDay: Int? { number(.deliveriesPerDay) == 0 ? nil : Int(number(.deliveriesPerDay)) }
    /// The most recipients within 24 hours; `nil`: no limit.
    public var recipientsPerDay: Int? { number(.recipientsPerDay) == 0 ? nil : Int(number(.recipientsPerDay)) }
    /// Whether add-ins may be used, as far as they are not switched off for everybody.
    public var allowsAddIns: Bool { ruling(on: .addIns).value.isOn }
    /// Whether API tokens may be made and used.
    public var allowsAPI: Bool { ruling(on: .api).value.isOn }
    /// Whether a second factor must be set up before anything else.
    public var demandsSecondFactor: Bool { ruling(on: .secondFactor).value.isOn }

    /// The fewest characters of the account's password.
    public var passwordLength: Int { Int(number(.passwordLength)) }
    /// Whether a new password must be another one than before.
    public var demandsFreshPassword: Bool { ruling(on: .freshPassword).value.isOn }
    /// The fewest characters of a delivery's own password.
    public var deliveryPasswordLength: Int { Int(number(.deliveryPasswordLength)) }

    /// The entries of a list as they restrict: none if it allows all or forbids nothing.
    public func restrictions(_ rule: PolicyRule) -> [String] {
        let entries = ruling(on: rule).value.entries
        return entries.contains(PolicyValue.all) || entries == [PolicyValue.nothing] ? [] : entries
    }

    /// Whether a file may be called that.
    ///
    /// - Parameter name: a clean name.
    public func allows(fileName name: String) -> Bool {
        let name = FileName.comparisonKey(name)
        return isAllowed(.allowedFileTypes, .forbiddenFileTypes) { name.hasSuffix("." + $0) }
    }

    /// Whether an address there may be a recipient.
    public func allows(recipientsAt domain: MailDomain) -> Bool {
        let domain = domain.ascii
        return isAllowed(.allowedRecipientDomains, .forbiddenRecipientDomains) {
            domain == $0 || domain.hasSuffix("." + $0)
        }
    }

    /// Whether an address there may send what is written on the page or over the API.
    public func allows(senderAt domain: MailDomain) -> Bool {
        let domain = domain.ascii
        return isListed(.senderDomains) { domain == $0 || domain.hasSuffix("." + $0) }
    }

    private func isAllowed(_ allowed: PolicyRule, _ forbidden: PolicyRule, _ matches: (String) -> Bool) -> Bool {
        !restrictions(forbidden).contains(where: matches) && isListed(allowed, matches)
    }

    private func isListed(_ allowed: PolicyRule, _ matches: (String) -> Bool) -> Bool {
        let list = restrictions(allowed)
        return list.isEmpty || list.contains(where: matches)
    }
}

extension Delivery.SecurityLevel {
    /// Whether recipients manage with their mail and a browser alone.
    var needsNoHelp: Bool {
        switch self {
        case .secureLink, .identityProven: true
        }
    }

    /// The level to propose: the highest one that recipients can use without help.
    static func proposed(of levels: [Self]) -> Self {
        let easy = levels.filter(\.needsNoHelp)
        return (easy.isEmpty ? levels : easy).max { $0.rawValue < $1.rawValue } ?? .identityProven
    }
}
