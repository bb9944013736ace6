public import Secrets

/// What a browser gets that has just signed in.
public struct SignedIn: Sendable {
    /// Who.
    public let account: Account
    /// The new session; the one that the browser had before is gone.
    public let session: Session
    /// The value of the session cookie.
    public let cookie: Token
    /// The value of the cookie by which the browser is known beyond the session.
    public let device: Token
    /// Whether the owner was told of a new browser by mail.
    let isMailQueued: Bool
    /// Whether the second factor must be given now; until then the session may do nothing else.
    public let needsSecondFactor: Bool
    /// Whether the settings or a group demand a second factor that the account does not have: it must be set up before anything
    /// else.
    public let mustSetUpSecondFactor: Bool

    init(
        account: Account, session: Session, cookie: Token, device: Token, isMailQueued: Bool, settings: Settings,
        policy: AccountPolicy
    ) {
        self.account = account
        self.session = session
        self.cookie = cookie
        self.device = device
        self.isMailQueued = isMailQueued
        needsSecondFactor = !session.isComplete
        mustSetUpSecondFactor = account.lacksDemandedSecondFactor(settings, policy)
    }
}

/// A session that a request's cookie belongs to.
public struct ResumedSession: Sendable {
    /// Who.
    public let account: Account
    /// The session.
    public let session: Session
    /// Whether the second factor must be given; until then the session may do nothing else.
    public let needsSecondFactor: Bool
    /// Whether the settings or a group demand a second factor that the account does not have: it must be set up before anything
    /// else.
    public let mustSetUpSecondFactor: Bool

    init(account: Account, session: Session, settings: Settings, policy: AccountPolicy) {
        self.account = account
        self.session = session
        needsSecondFactor = !session.isComplete
        mustSetUpSecondFactor = account.lacksDemandedSecondFactor(settings, policy)
    }
}

extension Account {
    /// Whether a second factor is set up and confirmed.
    public var hasSecondFactor: Bool { secondFactor?.isConfirmed ?? false }

    func lacksDemandedSecondFactor(_ settings: Settings, _ policy: AccountPolicy) -> Bool {
        if hasSecondFactor { return false }
        return policy.demandsSecondFactor
            || permits(.seeAdministration) && settings.boolean(.securityAdministratorsSecondFactor)
    }
}
