public import MailMessage

/// Keeps groups and who is in them.
public protocol GroupStore {
    /// Adds a group; `DeliveriesError` `.conflict` if its name is taken.
    func insert(_ group: AccountGroup) throws
    /// Stores name and policy of a group.
    func update(_ group: AccountGroup) throws
    /// Takes a group away, with its memberships.
    func remove(_ id: GroupID) throws
    /// The group of that identifier.
    func group(_ id: GroupID) throws -> AccountGroup?
    /// The group of that name, by its key.
    func group(nameKey: String) throws -> AccountGroup?
    /// The group whose mailbox has that address.
    func group(mailbox address: EmailAddress) throws -> AccountGroup?
    /// All groups by name.
    func groups() throws -> [GroupSummary]
    /// The groups of an account, by name.
    func groups(of account: AccountID) throws -> [AccountGroup]
    /// The accounts of a group by name, then address.
    func members(of group: GroupID, offset: Int, limit: Int) throws -> [Account]
    /// How many accounts are in a group.
    func memberCount(of group: GroupID) throws -> Int
    /// Puts an account into a group; `false` if it is in it.
    func add(_ account: AccountID, to group: GroupID) throws -> Bool
    /// Takes an account out of a group; `false` if it is not in it.
    func remove(_ account: AccountID, from group: GroupID) throws -> Bool
}
