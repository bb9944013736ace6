public import Deliveries
public import Hummingbird
public import Localization
import Logging
import NIOCore
import Secrets

/// What is known of a request while it is answered.
public struct WebContext: RequestContext {
    /// The cookie by which a browser is known beyond its sessions.
    public static let deviceCookieName = "depesche_device"

    /// What Hummingbird needs.
    public var coreContext: CoreRequestContextStorage
    /// The address of the other end of the connection: the client's own, or that of a proxy.
    public let peerAddress: String
    /// The client's address, as far as trusted proxies tell it; set by ``FrontMiddleware``.
    public var clientAddress: String
    /// Whether the client came over https, by our own TLS or a trusted proxy's word.
    public var isSecure: Bool
    /// The settings in force for this request, read once for all that makes up its answer; set by ``FrontMiddleware``.
    public var settings: Settings
    /// The door's part of them.
    public var web: WebSettings
    /// The language of the answer: the account's, else the reader's choice, else the browser's, else the system's.
    public var language: Language
    /// Who asks; `nil` for a stranger.
    public var identity: Identity?
    /// Whether the settings demand a second factor that this account has not set up: it must do that first.
    public var mustSetUpSecondFactor: Bool
    /// The connection, for its end to be seen.
    public let channel: (any Channel)?

    /// Made by the server for each request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        peerAddress = source.channel.remoteAddress?.ipAddress ?? ""
        clientAddress = peerAddress
        isSecure = false
        settings = Settings()
        web = WebSettings()
        language = .english
        identity = nil
        mustSetUpSecondFactor = false
    }

    /// The id under which the log has what happened; empty with a log that keeps none.
    public var requestID: String { logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? "" }

    /// Where the request comes from, for throttles, sessions and the audit trail.
    public func origin(of request: Request) -> RequestOrigin {
        RequestOrigin(
            clientAddress: clientAddress, userAgent: String((request.headers[.userAgent] ?? "").prefix(300)),
            device: request.cookies[Self.deviceCookieName].flatMap { Token(text: $0.value) })
    }

    /// The account and session of the browser that asks; throws `.forbidden` for anybody else.
    public func signedIn() throws -> (account: Account, session: Session) {
        guard case .session(let account, let session) = identity, session.isComplete else {
            throw DeliveriesError(.forbidden)
        }
        return (account, session)
    }

    /// The account that asks, by session or by a token with that scope, for what every account with that scope may do;
    /// throws `.notSignedIn` or `.forbidden`. To administer without a word about what for takes an administrator.
    public func account(for scope: APIToken.Scope) throws -> Account {
        let account = try account(by: scope)
        switch scope {
        case .read: return account
        case .send: guard account.permits(.send) else { throw DeliveriesError(.forbidden) }
        case .administer: guard account.isAdministrator else { throw DeliveriesError(.forbidden) }
        }
        return account
    }

    /// The account that asks, by session or by a token whose scope reaches so far, if its roles permit that; throws
    /// `.notSignedIn` or `.forbidden`.
    public func account(permitting capability: Capability) throws -> Account {
        let account = try account(by: capability == .send ? .send : .administer)
        guard account.permits(capability) else { throw DeliveriesError(.forbidden) }
        return account
    }

    private func account(by scope: APIToken.Scope) throws -> Account {
        switch identity {
        case .session(let account, let session) where session.isComplete:
            guard !mustSetUpSecondFactor else { throw DeliveriesError(.secondFactorNeeded) }
            return account
        case .token(let account, let token):
            guard token.scopes.contains(scope) else { throw DeliveriesError(.forbidden) }
            return account
        default:
            throw DeliveriesError(.notSignedIn)
        }
    }
}

/// Who asks.
public enum Identity: Sendable {
    /// A browser that somebody is signed in with.
    case session(Account, Session)
    /// A program with an API token.
    case token(Account, APIToken)

    /// The account behind it.
    public var account: Account {
        switch self {
        case .session(let account, _), .token(let account, _): account
        }
    }
}
