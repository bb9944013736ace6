import Secrets

/// A rule that groups may set for their members. The raw values are what the API and the command line call it.
public enum PolicyRule: String, Sendable, CaseIterable {
    /// The security levels that may be chosen.
    case levels
    /// The security level that is chosen before anybody chooses.
    case level
    /// How many days a delivery may be fetched at the most.
    case longestLifetimeDays = "longest-lifetime-days"
    /// How many days it can be fetched unless its sender says otherwise.
    case lifetimeDays = "lifetime-days"
    /// How many days files are kept after that.
    case graceDays = "grace-days"
    /// The largest file, octets.
    case largestFile = "largest-file"
    /// The largest sum of a delivery's files, octets.
    case largestDelivery = "largest-delivery"
    /// The most recipients of a delivery.
    case mostRecipients = "most-recipients"
    /// The only endings that names of files may have.
    case allowedFileTypes = "allowed-file-types"
    /// Endings that names of files may not have.
    case forbiddenFileTypes = "forbidden-file-types"
    /// The only domains whose addresses may be recipients, with all below them.
    case allowedRecipientDomains = "allowed-recipient-domains"
    /// Domains whose addresses may not be recipients, with all below them.
    case forbiddenRecipientDomains = "forbidden-recipient-domains"
    /// The only domains, with all below them, whose addresses may send what is written on the page or over the API.
    case senderDomains = "sender-domains"

    /// The most octets that all files of an account may have that are kept.
    case quota
    /// The most deliveries that an account may send within 24 hours.
    case deliveriesPerDay = "deliveries-per-day"
    /// The most recipients that an account may send to within 24 hours.
    case recipientsPerDay = "recipients-per-day"
    /// Whether add-ins may be used.
    case addIns = "add-ins"
    /// Whether API tokens may be made and used.
    case api
    /// Whether a second factor is demanded.
    case secondFactor = "second-factor"
    /// The fewest characters of an account's password.
    case passwordLength = "password-length"
    /// Whether a new password must be another one than before.
    case freshPassword = "fresh-password"
    /// The fewest characters of a delivery's own password.
    case deliveryPasswordLength = "delivery-password-length"

    /// What add-ins do about ordinary attachments that the next three rules are about.
    case attachments
    /// Above how many megabytes of attachments in a mail; 0: their size does not matter.
    case attachmentsFrom = "attachments-from"
    /// Which kinds of attachments count however small they are.
    case attachmentTypes = "attachment-types"
    /// Whether attachments to anybody outside count however small they are.
    case attachmentsOutside = "attachments-outside"

    /// What a value looks like.
    public enum Kind: Equatable, Sendable {
        /// A whole number.
        case number(ClosedRange<Int64>)
        /// Yes or no.
        case flag
        /// The number of a security level.
        case level
        /// Numbers of security levels.
        case levels
        /// Endings of file names, without the dot; `*` stands for all where they are allowed.
        case fileTypes(isAllowing: Bool)
        /// Domains; `*` stands for all where they are allowed.
        case domains(isAllowing: Bool)
        /// One of these words, the strictest last.
        case choice([String])
    }

    /// What a value looks like.
    public var kind: Kind {
        switch self {
        case .levels: .levels
        case .level: .level
        case .longestLifetimeDays, .lifetimeDays: .number(1...3_650)
        case .graceDays: .number(0...3_650)
        case .largestFile, .largestDelivery, .quota: .number(1...1_125_899_906_842_624)
        case .mostRecipients: .number(1...100_000)
        case .deliveriesPerDay, .recipientsPerDay: .number(1...1_000_000)
        case .addIns, .api, .secondFactor, .freshPassword, .attachmentsOutside: .flag
        case .passwordLength: .number(Int64(PasswordRule.minimumLength)...PasswordRule.mostDemanded)
        case .deliveryPasswordLength: .number(8...PasswordRule.mostDemanded)
        case .attachments: .choice(["off", "ask", "always"])
        case .attachmentsFrom: .number(0...10_000)
        case .allowedFileTypes: .fileTypes(isAllowing: true)
        case .forbiddenFileTypes, .attachmentTypes: .fileTypes(isAllowing: false)
        case .allowedRecipientDomains, .senderDomains: .domains(isAllowing: true)
        case .forbiddenRecipientDomains: .domains(isAllowing: false)
        }
    }

    /// The setting that holds where no group sets the rule; `nil`: nothing is restricted then.
    public var setting: SettingKey? {
        switch self {
        case .levels: .deliveriesLevels
        case .level: .deliveriesLevel
        case .longestLifetimeDays: .deliveriesLongestLifetimeDays
        case .lifetimeDays: .deliveriesLifetimeDays
        case .graceDays: .deliveriesGraceDays
        case .largestFile: .deliveriesLargestFile
        case .largestDelivery: .deliveriesLargestDelivery
        case .mostRecipients: .deliveriesMostRecipients
        case .allowedFileTypes: .deliveriesAllowedFileTypes
        case .forbiddenFileTypes: .deliveriesForbiddenFileTypes
        case .allowedRecipientDomains: .deliveriesAllowedRecipientDomains
        case .forbiddenRecipientDomains: .deliveriesForbiddenRecipientDomains
        case .passwordLength: .securityPasswordLength
        case .freshPassword: .securityFreshPassword
        case .deliveryPasswordLength: .deliveriesPasswordLength
        case .attachments: .addInsPolicy
        case .attachmentsFrom: .addInsPolicySize
        case .attachmentTypes: .addInsPolicyTypes
        case .attachmentsOutside: .addInsPolicyOutside
        case .senderDomains, .quota, .deliveriesPerDay, .recipientsPerDay, .addIns, .api, .secondFactor: nil
        }
    }

    /// Whether the values of several groups are put together; of the others the greatest holds.
    public var unites: Bool {
        switch kind {
        case .levels, .fileTypes, .domains: true
        case .number, .level, .flag, .choice: false
        }
    }

    /// Whether the rule protects: then the strictest of several groups holds, and not the most generous.
    public var guards: Bool {
        switch self {
        case .secondFactor, .passwordLength, .freshPassword, .deliveryPasswordLength, .attachments, .attachmentsFrom,
            .attachmentsOutside:
            true
        default: false
        }
    }

    /// Whether a list may say that nothing is forbidden, where the settings forbid something.
    public var canForbidNothing: Bool {
        [.forbiddenFileTypes, .forbiddenRecipientDomains, .attachmentTypes].contains(self)
    }

    /// Whether the rule counts octets.
    public var isSize: Bool { [.largestFile, .largestDelivery, .quota].contains(self) }

    /// Whether there is no limit unless a group sets one; 0 stands for that.
    public var isUnlimitedByDefault: Bool { [.quota, .deliveriesPerDay, .recipientsPerDay].contains(self) }

    /// What holds where no group sets the rule.
    func fallback(_ settings: Settings) -> PolicyValue {
        guard let setting else {
            if isUnlimitedByDefault { return .number(0) }
            return kind == .flag ? .flag(self != .secondFactor) : .list([])
        }
        switch kind {
        case .level where settings.proposesHighestLevel:
            return .number(Int64(Delivery.SecurityLevel.proposed(of: settings.levels).rawValue))
        case .number, .level: return .number(settings.integer64(setting))
        case .flag: return .flag(settings.boolean(setting))
        case .choice: return .word(settings.text(setting))
        case .levels, .fileTypes, .domains: return .list(settings.list(setting))
        }
    }
}
