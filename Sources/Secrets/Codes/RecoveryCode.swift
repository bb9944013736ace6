public import FoundationEssentials

/// A code of the form `xxxxx-xxxxx` that stands in for a lost second factor, once.
///
/// It holds 50 random bits; what is stored is a keyed hash.
public struct RecoveryCode: Sendable, Hashable, CustomStringConvertible {
    /// How many codes one account gets.
    public static let countPerAccount = 10

    // Without i, l, o and u, which are mistaken for digits or for each other.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The code as shown: ten characters with a hyphen in the middle.
    public let text: String

    /// Draws a code.
    ///
    /// - Parameter random: where it comes from.
    public init(random: any RandomSource) {
        let letters = random.bytes(10).map { Self.alphabet[Int($0 & 31)] }
        text = Self.grouped(letters)
    }

    /// Reads a code as people type it: capitals, blanks, missing hyphens, `o` for 0 and `i` or `l` for 1 do not matter.
    ///
    /// - Parameter typed: what was typed; nil comes back unless it is ten such characters.
    public init?(typed: String) {
        guard typed.utf8.count <= 64 else { return nil }
        var letters: [UInt8] = []
        for scalar in typed.lowercased().unicodeScalars {
            switch scalar {
            case " ", "-", "\u{A0}", "\t", "\r", "\n": continue
            case "o": letters.append(UInt8(ascii: "0"))
            case "i", "l": letters.append(UInt8(ascii: "1"))
            default:
                guard scalar.isASCII, Self.alphabet.contains(UInt8(scalar.value)) else { return nil }
                letters.append(UInt8(scalar.value))
            }
        }
        guard letters.count == 10 else { return nil }
        text = Self.grouped(letters)
    }

    /// Draws the ten codes of an account, all different.
    ///
    /// - Parameter random: where they come from.
    /// - Returns: ``countPerAccount`` codes.
    public static func generate(random: any RandomSource) -> [RecoveryCode] {
        var codes: [RecoveryCode] = []
        while codes.count < countPerAccount {
            let code = RecoveryCode(random: random)
            if !codes.contains(code) { codes.append(code) }
        }
        return codes
    }

    /// Says only that there is a code.
    public var description: String { "RecoveryCode(…)" }

    /// The keyed hash that is stored.
    ///
    /// - Parameters:
    ///   - keys: the key ring; its newest key is used.
    ///   - account: the account's id, so that a hash fits no other account.
    /// - Returns: 32 octets.
    public func hash(with keys: KeyRing, account: String) -> Data {
        keys.hmac(purpose: .recoveryCode, message: Array(text.utf8) + Array(account.utf8))
    }

    /// Finds the stored hash of this code, in constant time for each.
    ///
    /// - Parameters:
    ///   - stored: the hashes of the account's unused codes.
    ///   - keys: the key ring; each of its keys is tried.
    ///   - account: the account's id.
    /// - Returns: the index of the hash that fits, or nil.
    public func index(in stored: [Data], with keys: KeyRing, account: String) -> Int? {
        let message = Array(text.utf8) + Array(account.utf8)
        return stored.firstIndex { keys.isValid(hmac: $0, purpose: .recoveryCode, message: message) }
    }

    private static func grouped(_ letters: [UInt8]) -> String {
        String(decoding: letters.prefix(5), as: UTF8.self) + "-" + String(decoding: letters.suffix(5), as: UTF8.self)
    }
}
