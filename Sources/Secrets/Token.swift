/// A random secret that is handed out once: in a link, a cookie, or as an API token. Only its hash is stored.
///
/// Neither ``description`` nor the debugger's form shows it; ``text`` does.
public struct Token: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How many random bits a token has.
    public enum Strength: Int, Sendable, CaseIterable {
        /// 128 bits, 22 characters: links, cookies.
        case bits128 = 16
        /// 160 bits, 27 characters: API tokens.
        case bits160 = 20
    }

    /// What API tokens begin with, so that people and secret scanners recognise them.
    public static let apiPrefix = "dpa_"

    /// The secret octets: 16 or 20.
    public let bytes: [UInt8]

    /// Draws a new token.
    ///
    /// - Parameters:
    ///   - random: where the octets come from.
    ///   - strength: how many of them.
    public init(random: any RandomSource, strength: Strength = .bits128) {
        bytes = random.bytes(strength.rawValue)
    }

    /// Reads a token, strictly: 22 or 27 characters of base64url, and no second form of the same value.
    ///
    /// - Parameter text: what ``text`` gave; nil comes back for anything else.
    public init?(text: some StringProtocol) {
        guard text.utf8.count <= 27, let bytes = Base64URL.decode(text), Strength(rawValue: bytes.count) != nil else {
            return nil
        }
        self.bytes = bytes
    }

    /// Reads an API token: ``apiPrefix`` and 27 characters.
    ///
    /// - Parameter apiText: what ``apiText`` gave; nil comes back for anything else.
    public init?(apiText: String) {
        guard apiText.hasPrefix(Self.apiPrefix), let token = Token(text: apiText.dropFirst(Self.apiPrefix.count)),
            token.bytes.count == Strength.bits160.rawValue
        else { return nil }
        self = token
    }

    /// The token itself in base64url, for a link or a cookie.
    public var text: String { Base64URL.encode(bytes) }
    /// The token itself with ``apiPrefix`` in front.
    public var apiText: String { Self.apiPrefix + text }
    /// What is stored and looked up instead of the token.
    public var hash: TokenHash { TokenHash(of: self) }

    /// Says only that there is a token.
    public var description: String { "Token(…)" }
    /// Says only that there is a token.
    public var debugDescription: String { description }
    /// Shows no children, so that no dump contains the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Compares in constant time.
    ///
    /// - Parameters:
    ///   - left: one token.
    ///   - right: the other.
    /// - Returns: whether they are the same.
    public static func == (left: Token, right: Token) -> Bool { constantTimeEqual(left.bytes, right.bytes) }
}
