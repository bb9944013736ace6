public import DNS

/// A server that could not be asked, and why.
public struct ServerTrouble: Sendable, Hashable, Codable {
    /// The server as people know it: the name of the domain's server, with the address that was asked, or the resolver.
    public let server: String
    /// Why.
    public let code: DNSFailure.Code

    /// A trouble with a server.
    public init(server: String, code: DNSFailure.Code) {
        self.server = server
        self.code = code
    }

    /// What stands for the resolver of this installation in ``server``.
    public static let resolver = "resolver"
}
