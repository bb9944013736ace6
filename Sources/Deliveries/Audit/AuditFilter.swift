public import Foundation

/// Which entries of the audit trail are wanted; what is not set narrows nothing.
public struct AuditFilter: Equatable, Sendable {
    /// The actions; nil: all.
    public var actions: [String]?
    /// The ids of the accounts that acted, or their pseudonyms; nil: all.
    public var actors: [String]?
    /// A part of the target, without regard to case; empty: all.
    public var target = ""
    /// Targets that match as a whole, such as the ids of accounts that the part names.
    public var targets: [String] = []
    /// A part of the client's address; empty: all.
    public var clientAddress = ""
    /// The first moment.
    public var from: Date?
    /// The moment after the last.
    public var until: Date?

    /// Everything.
    public init() {}
}

/// What actions of the audit trail are about.
public enum AuditTopic: String, Sendable, CaseIterable {
    /// Signing in and out, passwords, second factors.
    case signIn = "sign-in"
    /// Accounts and their rights.
    case users
    /// Deliveries.
    case deliveries
    /// The outbox, addresses, programs that hand mail in.
    case mail
    /// Sender domains.
    case domains
    /// Settings and whatever else there is.
    case system
    /// The audit trail itself.
    case audit

    private static let starts: [(AuditTopic, [String])] = [
        (.signIn, ["signed-", "sign-in", "second-factor", "session", "password", "recovery-code"]),
        (.users, ["user-", "administrator-", "invitation-", "api-token-", "group-"]),
        (.deliveries, ["delivery-", "recipient-"]),
        (.mail, ["mail-", "local-mail", "outbox-", "destination-", "submission-", "address-", "suppression-"]),
        (.domains, ["domain-"]),
        (.audit, ["audit-"]),
    ]

    /// What an action is about.
    public init(of action: String) {
        self = Self.starts.first { $0.1.contains { action.hasPrefix($0) } }?.0 ?? .system
    }

    /// The actions about this.
    public var actions: [String] {
        AuditAction.allCases.map(\.rawValue).filter { AuditTopic(of: $0) == self }
    }
}

/// What somebody typed to find entries of the audit trail.
public struct AuditSearch: Equatable, Sendable {
    /// The topic; nil: all.
    public var topic: AuditTopic?
    /// One action; empty: all.
    public var action: String
    /// A part of the name or address of the account that acted, its id or a pseudonym; empty: all.
    public var actor: String
    /// A part of the target, or of the name or address of the account that it is; empty: all.
    public var target: String
    /// A part of the client's address; empty: all.
    public var clientAddress: String
    /// The first moment.
    public var from: Date?
    /// The moment after the last.
    public var until: Date?

    /// The most accounts that a part of a name stands for.
    private static let mostAccounts = 200

    /// A search.
    public init(
        topic: AuditTopic? = nil, action: String = "", actor: String = "", target: String = "",
        clientAddress: String = "", from: Date? = nil, until: Date? = nil
    ) {
        self.topic = topic
        self.action = action
        self.actor = actor
        self.target = target
        self.clientAddress = clientAddress
        self.from = from
        self.until = until
    }

    /// What the store looks for.
    func filter(in transaction: any Transaction) throws -> AuditFilter {
        var filter = AuditFilter()
        filter.actions = topic?.actions
        if !action.isEmpty { filter.actions = (filter.actions ?? [action]).filter { $0 == action } }
        if !actor.isEmpty { filter.actors = try Self.accounts(actor, in: transaction) + [actor] }
        filter.target = target
        if !target.isEmpty { filter.targets = try Self.accounts(target, in: transaction) }
        filter.clientAddress = clientAddress
        filter.from = from
        filter.until = until
        return filter
    }

    private static func accounts(_ text: String, in transaction: any Transaction) throws -> [String] {
        try transaction.accounts.accounts(search: text, withDeleted: true, offset: 0, limit: mostAccounts)
            .map(\.id.description)
    }
}
