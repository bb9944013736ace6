/// Why the resolver cannot start.
public struct UnboundError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done, such as reading a file; English.
    public let step: String
    /// What libunbound says of it.
    public let reason: String

    /// Step and reason.
    public var description: String { "\(step): \(reason)" }
}
