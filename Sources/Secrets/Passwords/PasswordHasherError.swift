/// Why a password was neither hashed nor checked.
public enum PasswordHasherError: String, Error, Hashable {
    /// Too many are waiting; the caller may try again in a moment.
    case busy = "password-hasher-busy"
    /// The hasher has been shut down, or the caller was cancelled.
    case closed = "password-hasher-closed"
    /// The memory for Argon2id could not be had.
    case outOfMemory = "password-hasher-out-of-memory"
    /// The cryptographic library did not start.
    case unavailable = "password-hasher-unavailable"

    /// The stable code for logs and problem documents.
    public var code: String { rawValue }
    /// Whether trying again is in vain.
    public var isPermanent: Bool { self == .closed || self == .unavailable }
}
