public import Foundation

/// The identifier of a group.
public typealias GroupID = Identifier<AccountGroup>

/// Accounts for which the same rules hold. An account may be in several groups, or in none.
public struct AccountGroup: Equatable, Sendable {
    /// The most characters of a name.
    public static let nameCharacters = 100

    /// The group's name for doors and logs.
    public let id: GroupID
    /// What people call it; unique where capitals do not count.
    public var name: String
    /// What holds for its members.
    public var policy: GroupPolicy
    /// The address under which it sends; nil: it has none.
    public var mailbox: GroupMailbox?
    /// When it was made.
    public let createdAt: Date
    /// When it was last changed; members are no change.
    public var updatedAt: Date

    /// A group with all its parts.
    public init(
        id: GroupID, name: String, policy: GroupPolicy = GroupPolicy(), mailbox: GroupMailbox? = nil, createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.policy = policy
        self.mailbox = mailbox
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What must be unique of a name.
    public static func nameKey(_ name: String) -> String {
        name.precomposedStringWithCompatibilityMapping.lowercased()
    }
}

/// A group and how many accounts are in it.
public struct GroupSummary: Equatable, Sendable {
    /// The group.
    public let group: AccountGroup
    /// How many accounts are in it.
    public let members: Int

    /// A group with a count.
    public init(group: AccountGroup, members: Int) {
        self.group = group
        self.members = members
    }
}
