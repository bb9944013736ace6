/// Why there is no answer of clamd.
public struct ClamdFailure: Error, Equatable, Sendable {
    /// What went wrong.
    public enum Kind: String, Sendable {
        /// Nobody answers there.
        case unreachable
        /// The connection ended before the answer came.
        case closed
        /// Nothing happened for too long.
        case timeout
        /// clamd told of an error.
        case refused
        /// What came is no answer of clamd.
        case malformed
        /// The task was cancelled.
        case cancelled
    }

    /// What went wrong.
    public let kind: Kind
    /// For the log: one short line.
    public let detail: String

    /// A failure.
    public init(_ kind: Kind, _ detail: String = "") {
        self.kind = kind
        self.detail = detail
    }
}
