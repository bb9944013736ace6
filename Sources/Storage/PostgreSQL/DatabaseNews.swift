/// What the log should hear of the connection to a database server: once when trouble begins, and once when it ends.
public enum DatabaseNews: Sendable, Equatable {
    /// The server cannot be reached or takes nobody in; with its own or libpq's words, never with a password.
    case lost(reason: String)
    /// It can be reached again.
    case regained(after: Duration)
}
