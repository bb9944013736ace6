internal import Crypto
public import FoundationEssentials

/// The SHA-256 hash of a ``Token``: stored for look-up, useless to a thief of the database.
public struct TokenHash: Sendable, Hashable, CustomStringConvertible {
    /// The hash: 32 octets.
    public let bytes: [UInt8]

    /// Hashes a token.
    ///
    /// - Parameter token: the token as it was handed in.
    public init(of token: Token) {
        bytes = Array(SHA256.hash(data: token.bytes))
    }

    /// Takes a stored hash.
    ///
    /// - Parameter bytes: 32 octets; nil comes back for another number.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Takes a stored hash in hexadecimal.
    ///
    /// - Parameter hex: 64 digits; nil comes back for anything else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The hash as data, for a database column.
    public var data: Data { Data(bytes) }
    /// The hash in 64 small hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// The same as ``hex``.
    public var description: String { hex }

    /// Compares in constant time.
    ///
    /// - Parameters:
    ///   - left: one hash.
    ///   - right: the other.
    /// - Returns: whether they are the same.
    public static func == (left: TokenHash, right: TokenHash) -> Bool { constantTimeEqual(left.bytes, right.bytes) }
}
