public import DNS

/// Knocks at a mail server elsewhere.
public protocol OutwardProbe: Sendable {
    /// Opens a connection to port 25 and waits for the greeting; says nothing and closes it. It takes seconds at most.
    ///
    /// - Parameter address: an address that the egress policy allows.
    func knock(at address: IPAddress) async -> OutwardProbeResult
}

/// What came of knocking.
public enum OutwardProbeResult: Sendable, Equatable {
    /// A mail server greeted.
    case greeted
    /// Nobody answered in time: what a provider that closes port 25 looks like.
    case silent
    /// The connection was refused, or ended before a greeting.
    case refused
}
