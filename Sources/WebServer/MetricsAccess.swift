import Deliveries
import Foundation
import HTTPTypes
public import Hummingbird
import Secrets

/// Who may read the metrics: whoever brings the token, or comes from a network that is trusted, or both where both are
/// set. With neither there are no metrics.
public struct MetricsAccess: Sendable {
    /// What a request gets.
    public enum Verdict: Sendable, Equatable {
        /// The metrics.
        case granted
        /// Nothing that tells whether there are any.
        case hidden
        /// The demand for the token (RFC 6750, 3).
        case tokenDemanded
    }

    private let token: String?
    private let networks: [String]

    /// - Parameters:
    ///   - token: the token that is demanded; `nil` or empty: none.
    ///   - networks: addresses and networks that clients must come from; empty: any.
    public init(token: String?, networks: [String]) {
        self.token = token.flatMap { $0.isEmpty ? nil : $0 }
        self.networks = networks
    }

    /// What a request gets.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - clientAddress: the client's address, as far as trusted proxies tell it.
    public func verdict(on request: Request, clientAddress: String) -> Verdict {
        guard token != nil || !networks.isEmpty else { return .hidden }
        if !networks.isEmpty {
            let isTrusted = networks.contains { AddressBlock($0)?.contains(clientAddress) == true }
            guard isTrusted else { return .hidden }
        }
        guard let token else { return .granted }
        guard let given = Self.bearer(request), constantTimeEqual(Array(given.utf8), Array(token.utf8)) else {
            return .tokenDemanded
        }
        return .granted
    }

    /// The token of the Authorization field (RFC 6750, 2.1).
    private static func bearer(_ request: Request) -> String? {
        guard let field = request.headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
    }
}
