internal import Crypto
public import Foundation
internal import Secrets

/// The SHA-256 digest of some content.
public struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    /// The digest: 32 octets.
    public let bytes: [UInt8]

    /// Takes a digest.
    ///
    /// - Parameter bytes: 32 octets; nil comes back for another number.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Takes a digest in hexadecimal.
    ///
    /// - Parameter hex: 64 digits, small or capital; nil comes back for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// Takes a digest in base64, as the header field `Content-Digest` has it (RFC 9530, 2).
    ///
    /// - Parameter base64: 44 characters; nil comes back for anything else.
    public init?(base64: String) {
        guard base64.utf8.count == 44, let data = Data(base64Encoded: base64) else { return nil }
        self.init(bytes: data)
    }

    /// Digests octets.
    ///
    /// - Parameter content: the octets.
    public init(of content: some DataProtocol) {
        self.init(SHA256.hash(data: content))
    }

    init(_ digest: SHA256Digest) {
        bytes = Array(digest)
    }

    /// The digest as data, for a database column.
    public var data: Data { Data(bytes) }
    /// The digest in 64 small hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// The digest in base64, for the header field `Content-Digest` (RFC 9530, 2).
    public var base64: String { data.base64EncodedString() }
    /// The same as ``hex``.
    public var description: String { hex }
}
