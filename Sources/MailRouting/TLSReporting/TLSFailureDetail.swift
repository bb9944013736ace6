/// What failed in sessions, and how often (RFC 8460, 4.4).
public struct TLSFailureDetail: Sendable, Hashable, Codable {
    /// What failed.
    public var result: TLSResultType
    /// The address from which we connected.
    public var sendingAddress: String?
    /// The host's name.
    public var host: String?
    /// The name by which the host greeted us.
    public var helloName: String?
    /// The address to which we connected.
    public var receivingAddress: String?
    /// How many sessions.
    public var count: Int
    /// Further words on it.
    public var reason: String?

    /// A failure.
    public init(
        _ result: TLSResultType, sendingAddress: String? = nil, host: String? = nil, helloName: String? = nil,
        receivingAddress: String? = nil, count: Int = 1, reason: String? = nil
    ) {
        self.result = result
        self.sendingAddress = sendingAddress
        self.host = host
        self.helloName = helloName
        self.receivingAddress = receivingAddress
        self.count = count
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case result = "result-type"
        case sendingAddress = "sending-mta-ip"
        case host = "receiving-mx-hostname"
        case helloName = "receiving-mx-helo"
        case receivingAddress = "receiving-ip"
        case count = "failed-session-count"
        case reason = "failure-reason-code"
    }

    /// The same failure, counted never.
    var uncounted: TLSFailureDetail {
        var copy = self
        copy.count = 0
        return copy
    }

    /// By which failures are sorted in a report.
    var sortKey: [String] {
        [result.rawValue, host ?? "", receivingAddress ?? "", sendingAddress ?? "", helloName ?? "", reason ?? ""]
    }
}
