public import FoundationEssentials

/// A code of six digits that is mailed to prove that an address is read.
///
/// A million codes are soon tried out, so what is stored is a keyed hash, bound to what the code is for.
public struct OneTimeCode: Sendable, Hashable, CustomStringConvertible {
    /// How many digits a code has.
    public static let length = 6

    /// The six digits, with leading zeros.
    public let digits: String

    /// Draws a code; every one from 000000 to 999999 is equally likely.
    ///
    /// - Parameter random: where it comes from.
    public init(random: any RandomSource) {
        let number = String(random.uniform(below: 1_000_000))
        digits = String(repeating: "0", count: Self.length - number.count) + number
    }

    /// Reads a code as people type it: blanks and hyphens between the digits do not matter.
    ///
    /// - Parameter typed: what was typed; nil comes back unless it has exactly six ASCII digits.
    public init?(typed: String) {
        guard let digits = sixDigits(typed) else { return nil }
        self.digits = digits
    }

    /// Says only that there is a code.
    public var description: String { "OneTimeCode(…)" }

    /// The keyed hash that is stored.
    ///
    /// - Parameters:
    ///   - keys: the key ring; its newest key is used.
    ///   - binding: what the code is for (such as the recipient and the browser), so that a hash fits nothing else.
    /// - Returns: 32 octets.
    public func hash(with keys: KeyRing, binding: String) -> Data {
        keys.hmac(purpose: .oneTimeCode, message: message(binding))
    }

    /// Compares with a stored hash in constant time.
    ///
    /// - Parameters:
    ///   - stored: what ``hash(with:binding:)`` returned.
    ///   - keys: the key ring; each of its keys is tried.
    ///   - binding: the same text as for the hash.
    /// - Returns: whether this is the code.
    public func matches(_ stored: Data, with keys: KeyRing, binding: String) -> Bool {
        keys.isValid(hmac: stored, purpose: .oneTimeCode, message: message(binding))
    }

    private func message(_ binding: String) -> [UInt8] { Array(digits.utf8) + Array(binding.utf8) }
}

/// The six ASCII digits in a text that may hold blanks and hyphens besides.
func sixDigits(_ typed: String) -> String? {
    guard typed.utf8.count <= 64 else { return nil }
    var digits = ""
    for scalar in typed.unicodeScalars {
        switch scalar {
        case "0"..."9": digits.unicodeScalars.append(scalar)
        case " ", "-", "\u{A0}", "\u{202F}", "\t", "\r", "\n": continue
        default: return nil
        }
    }
    return digits.utf8.count == OneTimeCode.length ? digits : nil
}
