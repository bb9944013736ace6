public import Foundation

/// The identifier of a sign-in request.
public typealias SignInRequestID = Identifier<SignInRequest>

/// An add-in asks to act for whoever confirms it in the browser (after RFC 8628).
public struct SignInRequest: Equatable, Sendable {
    /// What asks.
    public enum Client: String, Sendable, CaseIterable {
        /// The add-in for Outlook.
        case outlook
        /// The extension for Thunderbird.
        case thunderbird

        /// The name of its API token.
        public var name: String { self == .outlook ? "Outlook" : "Thunderbird" }
    }

    /// How far it is.
    public enum State: String, Sendable, CaseIterable {
        /// Nobody has answered yet.
        case waiting
        /// Somebody confirmed it.
        case approved
        /// Somebody refused it.
        case refused
    }

    /// The request's name: part of the address of the page where it is confirmed, and no secret.
    public let id: SignInRequestID
    /// SHA-256 of the secret by which the add-in asks for the answer, hexadecimal.
    public let secretHash: String
    /// What add-in and page both show, so that a person sees that they belong together; such as `KX7P-42QM`.
    public let code: String
    /// What asks.
    public let client: Client
    /// Where it asked from.
    public let clientAddress: String
    /// How far it is.
    public var state: State
    /// Who confirmed it.
    public var account: AccountID?
    /// When it was made.
    public let createdAt: Date
    /// Ten minutes later.
    public let expiresAt: Date

    /// A request with all its parts.
    public init(
        id: SignInRequestID, secretHash: String, code: String, client: Client, clientAddress: String, state: State,
        account: AccountID? = nil, createdAt: Date, expiresAt: Date
    ) {
        self.id = id
        self.secretHash = secretHash
        self.code = code
        self.client = client
        self.clientAddress = clientAddress
        self.state = state
        self.account = account
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
