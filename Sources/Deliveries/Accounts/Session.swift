public import Foundation

/// The identifier of a session, for listing and ending it; the capability is the cookie's token.
public typealias SessionID = Identifier<Session>

/// One browser that somebody is signed in with.
public struct Session: Equatable, Sendable {
    /// The name for lists.
    public let id: SessionID
    /// Whose it is.
    public let account: AccountID
    /// SHA-256 of the cookie's token, hexadecimal.
    public let tokenHash: String
    /// Whether the second factor, where the account has one, was given. Until then the session may do nothing else.
    public var isComplete: Bool
    /// When it began.
    public let createdAt: Date
    /// When it was last used; written at most once a minute.
    public var lastSeenAt: Date
    /// When it ends at the latest.
    public let expiresAt: Date
    /// What the browser called itself, at most 300 characters.
    public let userAgent: String
    /// The client's address.
    public let clientAddress: String

    /// A session with all its parts.
    public init(
        id: SessionID, account: AccountID, tokenHash: String, isComplete: Bool, createdAt: Date, lastSeenAt: Date,
        expiresAt: Date, userAgent: String, clientAddress: String
    ) {
        self.id = id
        self.account = account
        self.tokenHash = tokenHash
        self.isComplete = isComplete
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.userAgent = userAgent
        self.clientAddress = clientAddress
    }
}

/// A one-time link mailed or shown for an account: set-up, invitation, password forgotten.
public struct AccountToken: Equatable, Sendable {
    /// What the link allows.
    public enum Purpose: String, Sendable, CaseIterable {
        /// The first administrator's set-up; belongs to no account.
        case setup
        /// Choosing the first password.
        case invitation
        /// Choosing a new password.
        case passwordReset = "password-reset"
    }

    /// SHA-256 of the token, hexadecimal.
    public let tokenHash: String
    /// What it allows.
    public let purpose: Purpose
    /// Whose it is; `nil` for set-up.
    public let account: AccountID?
    /// When it was made.
    public let createdAt: Date
    /// When it ends: one hour, seven days for an invitation.
    public let expiresAt: Date

    /// A one-time link.
    public init(tokenHash: String, purpose: Purpose, account: AccountID?, createdAt: Date, expiresAt: Date) {
        self.tokenHash = tokenHash
        self.purpose = purpose
        self.account = account
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// The identifier of an API token.
public typealias APITokenID = Identifier<APIToken>

/// A token by which a program acts for an account; shown once, stored hashed.
public struct APIToken: Equatable, Sendable {
    /// What a token may do.
    public enum Scope: String, Sendable, CaseIterable {
        /// Make and send deliveries, upload files.
        case send
        /// Read the account's deliveries.
        case read
        /// What the administration pages do, as far as the account's roles go.
        case administer
    }

    /// The name for lists.
    public let id: APITokenID
    /// Whose it is.
    public let account: AccountID
    /// What its owner called it.
    public let name: String
    /// SHA-256 of the token, hexadecimal.
    public let tokenHash: String
    /// What it may do.
    public let scopes: Set<Scope>
    /// The add-in that it was made for; `nil`: a program.
    public let client: SignInRequest.Client?
    /// When it was made.
    public let createdAt: Date
    /// When it was last used; written at most once a minute.
    public var lastUsedAt: Date?
    /// When it was revoked.
    public var revokedAt: Date?

    /// A token with all its parts.
    public init(
        id: APITokenID, account: AccountID, name: String, tokenHash: String, scopes: Set<Scope>,
        client: SignInRequest.Client? = nil, createdAt: Date, lastUsedAt: Date? = nil, revokedAt: Date? = nil
    ) {
        self.id = id
        self.account = account
        self.name = name
        self.tokenHash = tokenHash
        self.scopes = scopes
        self.client = client
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}
