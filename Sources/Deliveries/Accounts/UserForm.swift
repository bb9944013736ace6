public import Localization

/// What the page for a new user asks for.
public struct UserForm: Sendable {
    /// The address that the person signs in with and sends as.
    public var email: String
    /// The person's name.
    public var name: String
    /// What the account is for.
    public var roles: Set<Role>
    /// The language of its pages and notifications.
    public var language: Language

    /// A form as typed.
    public init(email: String, name: String, roles: Set<Role> = [.sender], language: Language = .german) {
        self.email = email
        self.name = name
        self.roles = roles
        self.language = language
    }
}

/// A page of the list of users.
public struct UserPage: Sendable {
    /// The accounts, by name, then address.
    public let accounts: [Account]
    /// How many match altogether.
    public let total: Int
}
