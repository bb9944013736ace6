/// What an account is for. Roles are a set: an account may have several, and one without any can only be signed in with.
public enum Role: String, Sendable, CaseIterable {
    /// Sends deliveries.
    case sender
    /// Reads the administration, and changes nothing there; content stays closed.
    case auditor
    /// Invites, changes and disables users.
    case userManager = "user-manager"
    /// Looks after sender domains and the health of mail.
    case domainManager = "domain-manager"
    /// May do everything.
    case administrator

    /// Whether the role alone allows that: the one place that says who may do what.
    public func permits(_ capability: Capability) -> Bool {
        switch self {
        case .administrator: true
        case .sender: capability == .send
        case .auditor:
            [
                .seeAdministration, .seeUsers, .seeDeliveries, .seeDomains, .seeMailHealth, .seeSettings, .seeOutbox,
                .seeAudit, .seeReports,
            ].contains(capability)
        case .userManager: [.seeAdministration, .seeUsers, .manageUsers].contains(capability)
        case .domainManager: [.seeAdministration, .seeDomains, .manageDomains, .seeMailHealth].contains(capability)
        }
    }
}

extension Set<Role> {
    /// Whether one of the roles allows that.
    public func permits(_ capability: Capability) -> Bool { contains { $0.permits(capability) } }

    /// All that the roles allow together.
    public var capabilities: Set<Capability> { Set<Capability>(Capability.allCases.filter { permits($0) }) }

    /// Whether who has these roles may give or take the others, and act on accounts that have them: nobody reaches an
    /// account that may do more than the own one, for that would be a way to its rights. Sending is no rank.
    public func mayDecide(on others: Set<Role>) -> Bool {
        permits(.manageUsers) && others.capabilities.subtracting([.send]).isSubset(of: capabilities)
    }
}

extension Account {
    /// Whether the account may do that.
    public func permits(_ capability: Capability) -> Bool { roles.permits(capability) }
}
