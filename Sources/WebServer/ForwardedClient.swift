public import Deliveries
public import HTTPTypes

/// What trusted proxies say of a client: the rightmost address in X-Forwarded-For that is no trusted proxy's itself.
///
/// A header from anybody else is ignored: a client could write it.
public struct ForwardedClient: Sendable, Equatable {
    /// The client's address.
    public let address: String
    /// Whether the client came over https; `nil` if no trusted proxy said so.
    public let isSecure: Bool?

    /// Judges the headers of a request that came from `peer`.
    public init(peer: String, headers: HTTPFields, trusted: [AddressBlock]) {
        guard let forwardedFor = HTTPField.Name("X-Forwarded-For"), let proto = HTTPField.Name("X-Forwarded-Proto"),
            trusted.contains(where: { $0.contains(peer) })
        else {
            address = peer
            isSecure = nil
            return
        }
        var client = peer
        let chain = headers[values: forwardedFor].flatMap { $0.split(separator: ",") }
        for hop in chain.suffix(32).reversed() {
            let hop = hop.trimmingSpaces
            guard AddressBlock(hop) != nil, !hop.contains("/") else { break }
            client = hop
            guard trusted.contains(where: { $0.contains(hop) }) else { break }
        }
        address = client
        isSecure = headers[proto].map { $0.lowercased() == "https" }
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: String {
        var part = self
        while let first = part.first, first == " " || first == "\t" { part.removeFirst() }
        while let last = part.last, last == " " || last == "\t" { part.removeLast() }
        return String(part)
    }
}
