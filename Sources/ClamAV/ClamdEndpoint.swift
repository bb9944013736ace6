/// Where clamd listens.
public enum ClamdEndpoint: Equatable, Sendable {
    /// A Unix socket.
    case socket(path: String)
    /// A TCP port.
    case host(String, port: Int)
}
