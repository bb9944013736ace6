/// What an administrator can do with an account, each asked once on a page of its own.
enum UserAction: String, CaseIterable, Sendable {
    case invite
    case disable
    case enable
    case reset
    case removeSecondFactor = "remove-second-factor"

    /// Whether it takes something away.
    var isDestructive: Bool { self == .disable || self == .removeSecondFactor }
}
