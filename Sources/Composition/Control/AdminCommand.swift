/// What a command of the command line asks of the data: sent to the running server, or carried out in place.
public enum AdminCommand: Codable, Sendable, Equatable {
    /// A fresh one-time link for the first administrator.
    case setupLink
    /// A new account; with a password it is active at once, otherwise its invitation link is printed.
    case userAdd(email: String, name: String, isAdministrator: Bool, password: String?)
    /// All accounts.
    case userList
    /// Shuts an account.
    case userDisable(email: String)
    /// A one-time link for somebody locked out.
    case userReset(email: String)
    /// All settings.
    case settingList
    /// One setting.
    case settingGet(key: String)
    /// Sets one.
    case settingSet(key: String, value: String)
    /// A new API token.
    case tokenCreate(email: String, name: String, scopes: [String])
    /// A real mail by the real way.
    case mailTest(to: String, from: String?)
    /// The outbox; states empty: all.
    case outboxList(states: [String], search: String, limit: Int)
    /// One row with its attempts.
    case outboxShow(id: String)
    /// Tries a row at once.
    case outboxRetry(id: String)
    /// Gives a row up.
    case outboxCancel(id: String)
    /// A consistent copy of database and files, and of the key if asked for.
    case backup(directory: String, withKey: Bool)
}

/// The answer to a command.
public struct AdminReply: Codable, Sendable, Equatable {
    /// 0 yes, 1 no, 2 misuse, 3 trouble underneath.
    public var exitCode: Int32
    /// What to print for people.
    public var lines: [String]
    /// What to print with `--json`: one JSON value.
    public var json: String
    /// What went wrong, for standard error.
    public var error: String?

    /// A reply.
    public init(exitCode: Int32 = 0, lines: [String] = [], json: String = "{}", error: String? = nil) {
        self.exitCode = exitCode
        self.lines = lines
        self.json = json
        self.error = error
    }

    /// A reply that says only what went wrong.
    public static func failure(_ exitCode: Int32, _ error: String) -> AdminReply {
        AdminReply(exitCode: exitCode, error: error)
    }
}
