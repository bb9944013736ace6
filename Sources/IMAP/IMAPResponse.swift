/// One complete response of an IMAP server (RFC 9051, 7; RFC 3501, 7).
public enum IMAPResponse: Sendable, Hashable {
    /// How a command ended, or what the server says of itself.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// It succeeded.
        case ok = "OK"
        /// It was refused.
        case no = "NO"
        /// The server did not understand it.
        case bad = "BAD"
        /// The connection is signed in already (in the greeting only).
        case preauth = "PREAUTH"
        /// The server closes the connection.
        case bye = "BYE"
    }

    /// The end of a command.
    case tagged(tag: String, Status, code: [IMAPToken], text: String)
    /// What the server says of itself.
    case status(Status, code: [IMAPToken], text: String)
    /// Data: for `* 3 FETCH (…)` the words `3`, `FETCH`, `(…)`.
    case data([IMAPToken])
    /// The server waits for the rest of the command.
    case continuation(text: String)
}
