import Crypto
public import DNS
import Foundation

/// A secret that we share with a server, to sign what we ask of it (RFC 8945).
public struct TSIGKey: Sendable, Equatable, CustomStringConvertible {
    /// How it signs.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// HMAC with SHA-256.
        case hmacSHA256 = "hmac-sha256"
        /// HMAC with SHA-512.
        case hmacSHA512 = "hmac-sha512"

        /// The name that stands for it on the wire.
        var name: DNSName { DNSName(labels: [Array(rawValue.utf8)]) ?? .root }
    }

    /// Its name, the same on both sides.
    public let name: DNSName
    /// How it signs.
    public let algorithm: Algorithm
    private let secret: SymmetricKey

    /// A key from the octets of its secret.
    public init(name: DNSName, algorithm: Algorithm, secret: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.secret = SymmetricKey(data: secret)
    }

    /// A key from its secret in base64, as name servers' configurations have it; `nil` if that is none or empty.
    public init?(name: DNSName, algorithm: Algorithm, base64: String) {
        guard let secret = Data(base64Encoded: base64), !secret.isEmpty else { return nil }
        self.init(name: name, algorithm: algorithm, secret: Array(secret))
    }

    /// Name and algorithm; never the secret.
    public var description: String { "\(name) (\(algorithm.rawValue))" }

    func signature(of octets: [UInt8]) -> [UInt8] {
        switch algorithm {
        case .hmacSHA256: Array(HMAC<SHA256>.authenticationCode(for: octets, using: secret))
        case .hmacSHA512: Array(HMAC<SHA512>.authenticationCode(for: octets, using: secret))
        }
    }

    /// Compares in constant time. Only whole signatures are valid: we send whole ones, and servers answer alike.
    func isValid(_ signature: [UInt8], of octets: [UInt8]) -> Bool {
        switch algorithm {
        case .hmacSHA256:
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: octets, using: secret)
        case .hmacSHA512:
            HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: octets, using: secret)
        }
    }
}
