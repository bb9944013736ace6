/// How a stub resolver asks.
public struct StubOptions: Sendable, Hashable {
    /// For how long a question may take in all, whatever is tried.
    public var timeout: Duration
    /// For how long one server's answer is waited for before the next is asked; doubled with each round.
    public var patience: Duration
    /// How often each server is asked at most if none answers; at least 1.
    public var rounds: Int
    /// Whether the server is to ask others on our behalf. Off for a domain's own servers.
    public var isRecursionDesired: Bool
    /// The largest answer over UDP that is asked for: one that no network cuts into pieces.
    public var payloadSize: UInt16
    /// Whether signatures are wanted in the answer.
    public var wantsSignatures: Bool

    /// Options.
    public init(
        timeout: Duration = .seconds(5), patience: Duration = .seconds(1), rounds: Int = 3,
        isRecursionDesired: Bool = true, payloadSize: UInt16 = 1_232, wantsSignatures: Bool = false
    ) {
        self.timeout = timeout
        self.patience = patience
        self.rounds = max(1, rounds)
        self.isRecursionDesired = isRecursionDesired
        self.payloadSize = max(512, payloadSize)
        self.wantsSignatures = wantsSignatures
    }
}
