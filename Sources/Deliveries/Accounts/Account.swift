public import Foundation
public import Localization
public import MailMessage

/// The identifier of an account.
public typealias AccountID = Identifier<Account>

/// A person who may send: the sender account.
public struct Account: Equatable, Sendable {
    /// Whether the account can be used.
    public enum State: String, Sendable, CaseIterable {
        /// Invited; no password chosen yet.
        case invited
        /// In use.
        case active
        /// Shut by an administrator; its deliveries stay.
        case disabled
        /// Gone for good. What is left is a name for what it did; its address is free again.
        case deleted
    }

    /// The account's name.
    public let id: AccountID
    /// The address that the person signs in with and sends as; unique by its comparison key.
    public var email: EmailAddress
    /// The person's name as recipients see it.
    public var name: String
    /// What it is for, and so what it may do.
    public var roles: Set<Role>
    /// Whether it can be used.
    public var state: State
    /// The language of its pages and notifications.
    public var language: Language
    /// The Argon2id hash of its password, in libsodium's text form; `nil` until one is chosen.
    public var passwordHash: String?
    /// The second factor, if one is set up.
    public var secondFactor: SecondFactor?
    /// When it was made.
    public let createdAt: Date
    /// When it last signed in.
    public var lastSignInAt: Date?

    /// An account with all its parts.
    public init(
        id: AccountID, email: EmailAddress, name: String, roles: Set<Role>, state: State, language: Language,
        passwordHash: String?, secondFactor: SecondFactor? = nil, createdAt: Date, lastSignInAt: Date? = nil
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.roles = roles
        self.state = state
        self.language = language
        self.passwordHash = passwordHash
        self.secondFactor = secondFactor
        self.createdAt = createdAt
        self.lastSignInAt = lastSignInAt
    }

    /// An account that sends, and administers the installation if it is said so.
    public init(
        id: AccountID, email: EmailAddress, name: String, isAdministrator: Bool, state: State, language: Language,
        passwordHash: String?, secondFactor: SecondFactor? = nil, createdAt: Date, lastSignInAt: Date? = nil
    ) {
        self.init(
            id: id, email: email, name: name, roles: isAdministrator ? [.sender, .administrator] : [.sender],
            state: state, language: language, passwordHash: passwordHash, secondFactor: secondFactor,
            createdAt: createdAt, lastSignInAt: lastSignInAt)
    }

    /// Whether it is one of those of whom the installation always keeps one, and who are told what needs them. What an
    /// account may do is asked with ``permits(_:)``.
    public var isAdministrator: Bool { roles.contains(.administrator) }

    /// The second factor of an account: TOTP, RFC 6238.
    public struct SecondFactor: Equatable, Sendable {
        /// The shared secret, sealed by the key ring (table `account`, column `totp_secret`).
        public var sealedSecret: Data
        /// The last time step that was accepted: a code works once.
        public var lastStep: Int64
        /// Whether it was confirmed by a first code; only then it is asked for.
        public var isConfirmed: Bool
        /// SHA-256 hashes, in hexadecimal, of the recovery codes not used yet.
        public var recoveryCodeHashes: [String]

        /// A second factor with all its parts.
        public init(sealedSecret: Data, lastStep: Int64, isConfirmed: Bool, recoveryCodeHashes: [String]) {
            self.sealedSecret = sealedSecret
            self.lastStep = lastStep
            self.isConfirmed = isConfirmed
            self.recoveryCodeHashes = recoveryCodeHashes
        }
    }
}
