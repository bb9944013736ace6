public import Foundation

/// What matters of the certificate that this server shows.
public struct MailServerCertificate: Sendable, Equatable {
    /// The host names that it is for; the first label may be `*`.
    public let names: [String]
    /// Until when it is valid.
    public let notAfter: Date
    /// Who issued it; may be empty.
    public let issuer: String

    /// A certificate.
    public init(names: [String], notAfter: Date, issuer: String = "") {
        self.names = names
        self.notAfter = notAfter
        self.issuer = issuer
    }

    /// Whether it is for a host (RFC 6125, 6.4: a wildcard stands for one label).
    public func covers(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.contains { name in
            let name = name.lowercased()
            guard name.hasPrefix("*.") else { return name == host }
            guard let dot = host.firstIndex(of: ".") else { return false }
            return host[host.index(after: dot)...] == name.dropFirst(2)
        }
    }
}
