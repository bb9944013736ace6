import Deliveries
import Foundation
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

    /// What may stand in a list; nothing in `allowed`: everything.
    struct ListsModel: Codable, Equatable {
        let allowed: [String]
        let forbidden: [String]

        init(_ policy: AccountPolicy, _ allowed: PolicyRule, _ forbidden: PolicyRule) {
            self.allowed = policy.restrictions(allowed)
            self.forbidden = policy.restrictions(forbidden)
        }
    }

    /// The organisation's logo; its address needs no sign-in.
    struct LogoModel: Codable, Equatable {
        let url: String
        let width: Int
        let height: Int
    }

    /// What is to be done about ordinary attachments.
    struct PolicyModel: Codable, Equatable {
        /// `off`, `ask` or `always`.
        let mode: String
        /// Above how many megabytes of attachments; 0: the size does not matter.
        let sizeMB: Int
        /// Endings of names of attachments that it is about whatever their size.
        let types: [String]
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
    /// Endings of file names, without the dot.
    let fileTypes: ListsModel
    /// Domains of recipients as A-labels, each with all below it.
    let recipientDomains: ListsModel
    let policy: PolicyModel
    let logo: LogoModel?

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
            deliverySize: most.deliverySize, passwordCharacters: most.policy.deliveryPasswordLength)
        levels = most.policy.levels.map(\.rawValue)
        fileTypes = ListsModel(most.policy, .allowedFileTypes, .forbiddenFileTypes)
        recipientDomains = ListsModel(most.policy, .allowedRecipientDomains, .forbiddenRecipientDomains)
        policy = PolicyModel(
            mode: most.policy.ruling(on: .attachments).value.text,
            sizeMB: Int(most.policy.ruling(on: .attachmentsFrom).value.number),
            types: most.policy.restrictions(.attachmentTypes),
            outside: most.policy.ruling(on: .attachmentsOutside).value.isOn,
            insideDomains: settings.list(.addInsInsideDomains), exemptDomains: settings.list(.addInsExemptDomains))
        logo = settings.logo.map {
            LogoModel(url: settings.publicURL.absoluteString + $0.path, width: $0.width, height: $0.height)
        }
    }
}
