import Deliveries
import Localization
import MailMessage

/// What an add-in must know of the installation and of the one who uses it.
struct AddInModel: Codable, Equatable {
    /// Who uses it.
    struct AccountModel: Codable, Equatable {
        let id: String
        let email: String
        let name: String
        let language: String
    }

    /// What holds unless the sender chooses otherwise.
    struct DefaultsModel: Codable, Equatable {
        let level: Int
        let lifetimeDays: Int
    }

    /// The most of everything; sizes in octets.
    struct LimitsModel: Codable, Equatable {
        let lifetimeDays: Int
        let recipients: Int
        let files: Int
        let fileSize: Int64
        let deliverySize: Int64
        /// The fewest characters of a password.
        let passwordCharacters: Int
    }

    /// What is to be done about ordinary attachments.
    struct PolicyModel: Codable, Equatable {
        /// `off`, `ask` or `always`.
        let mode: String
        /// Above how many megabytes of attachments; 0: the size does not matter.
        let sizeMB: Int
        /// Whether it is about attachments to anybody outside.
        let outside: Bool
        let insideDomains: [String]
        let exemptDomains: [String]
    }

    let account: AccountModel
    let organisation: String
    let url: String
    let defaults: DefaultsModel
    let limits: LimitsModel
    let levels: [Int]
    let policy: PolicyModel

    init(_ account: Account, _ settings: Settings, _ most: DeliveryLimits) {
        self.account = AccountModel(
            id: account.id.description, email: account.email.displayForm, name: account.name,
            language: account.language.rawValue)
        organisation = settings.organisationName
        url = settings.text(.serverPublicURL)
        defaults = DefaultsModel(
            level: most.policy.preselectedLevel.rawValue, lifetimeDays: most.policy.lifetimeDays)
        limits = LimitsModel(
            lifetimeDays: most.lifetimeDays, recipients: most.recipients, files: most.files, fileSize: most.fileSize,
            deliverySize: most.deliverySize, passwordCharacters: DeliveryLimits.passwordCharacters)
        levels = most.policy.levels.map(\.rawValue)
        policy = PolicyModel(
            mode: settings.text(.addInsPolicy), sizeMB: settings.integer(.addInsPolicySize),
            outside: settings.boolean(.addInsPolicyOutside), insideDomains: settings.list(.addInsInsideDomains),
            exemptDomains: settings.list(.addInsExemptDomains))
    }
}
