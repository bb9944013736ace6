public import Foundation
public import MailMessage

/// Keeps accounts, one-time links and API tokens.
public protocol AccountStore {
    /// Adds an account; `DeliveriesError` `.conflict` if its address has one.
    func insert(_ account: Account) throws
    /// Stores all that can change of an account.
    func update(_ account: Account) throws
    /// The account of that name.
    func account(_ id: AccountID) throws -> Account?
    /// The account with that address, by comparison key; never a deleted one.
    func account(email: EmailAddress) throws -> Account?
    /// Accounts by name, then address; `search` matches parts of either.
    func accounts(search: String, withDeleted: Bool, offset: Int, limit: Int) throws -> [Account]
    /// How many accounts match, without deleted ones.
    func accountCount(search: String) throws -> Int
    /// Active administrators.
    func administrators() throws -> [Account]
    /// Whether any administrator exists, active or not.
    func hasAdministrator() throws -> Bool

    /// Adds a one-time link.
    func insert(_ token: AccountToken) throws
    /// The link with that hash, if it has not run out.
    func token(hash: String, purpose: AccountToken.Purpose, now: Date) throws -> AccountToken?
    /// Takes the link away; `false` if somebody else took it first.
    func consumeToken(hash: String) throws -> Bool
    /// Takes all links of that purpose away from an account (`nil`: set-up links).
    func removeTokens(account: AccountID?, purpose: AccountToken.Purpose) throws
    /// Takes away what has run out; returns how many.
    func removeExpiredTokens(now: Date) throws -> Int

    /// Adds an API token.
    func insert(_ token: APIToken) throws
    /// The API token with that hash, unless revoked.
    func apiToken(hash: String) throws -> APIToken?
    /// All API tokens of an account, newest first.
    func apiTokens(of account: AccountID) throws -> [APIToken]
    /// Revokes one of the account's tokens; `false` if there is no such.
    func revokeAPIToken(_ id: APITokenID, of account: AccountID, at: Date) throws -> Bool
    /// Notes its use.
    func touchAPIToken(_ id: APITokenID, at: Date) throws
}

/// Keeps sessions.
public protocol SessionStore {
    /// Adds a session.
    func insert(_ session: Session) throws
    /// The session with that cookie hash, if it has not run out.
    func session(tokenHash: String, now: Date) throws -> Session?
    /// All sessions of an account that have not run out, newest first.
    func sessions(of account: AccountID, now: Date) throws -> [Session]
    /// Notes its use.
    func touch(_ id: SessionID, at: Date) throws
    /// Ends one of the account's sessions; `false` if there is no such.
    func remove(_ id: SessionID, of account: AccountID) throws -> Bool
    /// Ends all sessions of an account but one.
    func removeAll(of account: AccountID, except: SessionID?) throws
    /// Takes away what has run out; returns how many.
    func removeExpired(now: Date) throws -> Int

    /// Whether any browser of an account is known.
    func hasDevices(_ account: AccountID) throws -> Bool
    /// Notes that an account was signed in with a browser; returns whether it was not known.
    func noteDevice(hash: String, of account: AccountID, at: Date) throws -> Bool
    /// Forgets all browsers of an account.
    func removeDevices(of account: AccountID) throws
    /// Forgets browsers not used since; returns how many.
    func removeDevices(before: Date) throws -> Int
}

/// A setting as it is stored: plain text, or sealed if it is a secret (table `setting`, column `sealed_value`).
public struct StoredSetting: Equatable, Sendable {
    /// The key, such as `smtp.host`.
    public let key: String
    /// The value, if it is no secret.
    public let value: String?
    /// The sealed value, if it is one.
    public let sealedValue: Data?

    /// A stored setting.
    public init(key: String, value: String?, sealedValue: Data?) {
        self.key = key
        self.value = value
        self.sealedValue = sealedValue
    }
}

/// Keeps settings.
public protocol SettingStore {
    /// All that were set.
    func all() throws -> [StoredSetting]
    /// Sets one.
    func set(_ setting: StoredSetting) throws
    /// Returns one to its default.
    func remove(_ key: String) throws
}
